"""Draws docs/console.svg: the real console on the real demo, some minutes into it.

Run it from the repository: ``python -m docs.picture``.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from tui_bot.console.app import ConsoleApp
from tui_bot.engine.snapshot import Snapshot
from tui_bot.session.session import RunOptions, Session

TARGET = Path(__file__).with_name("console.svg")
SIZE = (100, 30)
SPEED = 120.0
LONGEST_S = 120


async def draw() -> None:
    """Let the demo run until there is something to see, then draw the screen."""
    with tempfile.TemporaryDirectory() as folder:
        app = ConsoleApp(lambda: Session(RunOptions(Path(folder), speed=SPEED)), mode="demo")
        async with app.run_test(size=SIZE) as pilot:
            for _ in range(LONGEST_S * 4):
                await pilot.pause(0.25)
                engine = app.engine_thread.engine
                if engine is not None and worth_showing(engine.latest()):
                    break
            app.clear_notifications()
            await pilot.pause(0.5)
            picture = app.export_screenshot(title="tui-bot")
            app.engine_thread.stop()
            app.engine_thread.join(5)
    TARGET.write_text(without_fonts_from_afar(picture), "utf-8")


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
