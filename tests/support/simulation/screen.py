"""What a person sees of a simulated run: the console itself, shown the run's snapshots."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tests.console.play import console
from tests.console.stage import FakeEngine
from tui_bot.engine.snapshot import Snapshot

SIZE = (80, 24)


def screens(snapshots: Sequence[Snapshot], size: tuple[int, int] = SIZE) -> list[str]:
    """The main screen at each of these moments, as text."""
    return asyncio.run(_screens(snapshots, size)) if snapshots else []


def screen(snapshot: Snapshot, size: tuple[int, int] = SIZE) -> str:
    """The main screen at one moment."""
    return screens([snapshot], size)[0]


async def _screens(snapshots: Sequence[Snapshot], size: tuple[int, int]) -> list[str]:
    engine = FakeEngine(snapshots[0])
    shown = []
    async with console(size, engine) as play:
        for snapshot in snapshots:
            engine.newest = snapshot
            await play.settle()
            shown.append(play.text)
    return shown
