"""Draws the pictures of the README: the real console on the real demo, some minutes into it.

Run it from the repository: ``python -m docs.picture``.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from tui_bot.console.app import ConsoleApp
from tui_bot.engine.snapshot import Snapshot
from tui_bot.session.session import RunOptions, Session

FOLDER = Path(__file__).parent

#: Name, size, and the keys that lead there; afterwards every dialog is left again.
PICTURES: tuple[tuple[str, tuple[int, int], tuple[str, ...]], ...] = (
    ("console", (100, 30), ()),
    ("wide", (160, 48), ()),
    ("why", (100, 30), ("x",)),
    ("settings", (100, 30), ("e",)),
)
SPEED = 120.0
LONGEST_S = 120


async def draw() -> None:
    """Let the demo run until there is something to see, then draw the screen."""
    with tempfile.TemporaryDirectory() as folder:
        app = ConsoleApp(lambda: Session(RunOptions(Path(folder), speed=SPEED)), mode="demo")
        async with app.run_test(size=PICTURES[0][1]) as pilot:
            for _ in range(LONGEST_S * 4):
                await pilot.pause(0.25)
                engine = app.engine_thread.engine
                if engine is not None and worth_showing(engine.latest()):
                    break
            for name, size, keys in PICTURES:
                await _take(pilot, name, size, keys)
            app.engine_thread.stop()
            app.engine_thread.join(5)


async def _take(pilot: Pilot[None], name: str, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    app = pilot.app
    await pilot.resize_terminal(*size)
    await pilot.press(*keys)
    app.clear_notifications()
    await pilot.pause(0.5)
    picture = app.export_screenshot(title="tui-bot")
    (FOLDER / f"{name}.svg").write_text(without_fonts_from_afar(picture), "utf-8")
    while len(app.screen_stack) > 1:
        app.pop_screen()
        await pilot.pause(0.1)


def worth_showing(snapshot: Snapshot | None) -> bool:
    """A position, and some trades before it."""
    return snapshot is not None and snapshot.day.fills >= 7 and not snapshot.position.is_flat


def without_fonts_from_afar(picture: str) -> str:
    """Without the font files it would load from the net; with its blanks kept by every reader."""
    picture = re.sub(r"@font-face\s*{[^}]*}\s*", "", picture)
    picture = picture.replace("Fira Code", "DejaVu Sans Mono, Menlo")
    return picture.replace("<text ", '<text xml:space="preserve" ')


if __name__ == "__main__":
    asyncio.run(draw())
