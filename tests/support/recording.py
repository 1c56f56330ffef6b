"""A recorded run: the journal that a bot left in the simulated world, and what its screen was given."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.simulation.tape import turns
from tests.support.simulation.world import World
from tests.support.virtual import run
from tui_bot.config.check import values_of
from tui_bot.config.schema import Settings
from tui_bot.engine.snapshot import Snapshot
from tui_bot.replay.tape import Tape
from tui_bot.session.recorder import Recorder
from tui_bot.session.recording import open_tape

PAST = 30


@dataclass(frozen=True)
class Recording:
    """The journal, and the snapshots that were published while it was written."""

    path: Path
    snapshots: tuple[Snapshot, ...]

    def tape(self) -> Tape:
        """It as a player takes it."""
        return open_tape(self.path, Settings())


@cache
def recording(film: bool = True) -> Recording:
    """Half an hour in which the average turns every few minutes; made once, to be read only.

    Without ``film`` it is as older versions recorded it: the journal's entries and candles alone.
    """
    folder = Path(tempfile.mkdtemp(prefix="tui-bot-recording-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # In a thread of its own: who asks may run on a loop already.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: run(_record(folder, film))).result()


async def _record(folder: Path, film: bool) -> Recording:
    world = World(1, folder, turns(PAST + 3, 6, 4, 6, 5, 8))
    with world.running():
        life = world.begin()
        recorder = Recorder(life.journal._journal, lambda level, text: None)

        def publish(snapshot: Snapshot) -> None:
            life.snapshots.append(snapshot)
            recorder.see(snapshot)

        if film:
            life.runner.publish = publish
            life.view.values = values_of(Settings())
        await world.passes(1790)
        recorder.flush()
        await life.stop()
    return Recording(world.disk.folder / "journal.sqlite", tuple(life.snapshots))
