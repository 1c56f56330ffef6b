"""What is kept of the snapshots: a moment a second, in reels, and nothing that could stop a bot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.support.recording import recording
from tui_bot.engine.moment import Moment
from tui_bot.engine.ports import JournalError
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.session.recorder import REEL, Recorder


class Shelf:
    """Keeps reels, or fails to."""

    def __init__(self) -> None:
        self.reels: list[tuple[Moment, ...]] = []
        self.broken = False

    def film(self, moments: Sequence[Moment]) -> None:
        if self.broken:
            raise JournalError("disk full")
        if moments:
            self.reels.append(tuple(moments))


def at(ms: int, rate: float = 1.0, phase: Phase = Phase.READY) -> Snapshot:
    return replace(recording().snapshots[-1], at_ms=1_000_000 + ms, rate=rate, phase=phase)


def kept(shelf: Shelf) -> list[int]:
    return [moment.at_ms - 1_000_000 for reel in shelf.reels for moment in reel]


def test_a_moment_a_second() -> None:
    shelf = Shelf()
    recorder = Recorder(shelf, lambda *said: None)
    for ms in range(0, 5000, 100):
        recorder.see(at(ms))
    recorder.flush()
    assert kept(shelf) == [0, 1000, 2000, 3000, 4000]


def test_where_time_runs_fast_as_often_as_the_screen_is_drawn() -> None:
    shelf = Shelf()
    recorder = Recorder(shelf, lambda *said: None)
    for ms in range(0, 60_000, 600):
        recorder.see(at(ms, rate=60.0))
    recorder.flush()
    assert kept(shelf) == [0, 15_000, 30_000, 45_000]


def test_another_phase_and_a_clock_that_went_back_are_kept_at_once() -> None:
    shelf = Shelf()
    recorder = Recorder(shelf, lambda *said: None)
    for snapshot in (at(0), at(100, phase=Phase.STOPPING), at(150, phase=Phase.STOPPED), at(-9000)):
        recorder.see(snapshot)
    recorder.flush()
    assert kept(shelf) == [0, 100, 150, -9000]


def test_a_reel_is_handed_over_when_it_is_full() -> None:
    shelf = Shelf()
    recorder = Recorder(shelf, lambda *said: None)
    for second in range(REEL + 3):
        recorder.see(at(second * 1000))
    assert [len(reel) for reel in shelf.reels] == [REEL]
    recorder.flush()
    assert [len(reel) for reel in shelf.reels] == [REEL, 3]


def test_a_failure_is_told_once_and_ends_the_recording_only() -> None:
    shelf, told = Shelf(), []
    recorder = Recorder(shelf, lambda level, text: told.append((level, text)))
    shelf.broken = True
    for second in range(3 * REEL):
        recorder.see(at(second * 1000))
    recorder.flush()
    assert len(told) == 1
    assert told[0][0] == "warning"
    assert "trading goes on" in told[0][1]
