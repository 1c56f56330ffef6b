"""The player as an engine: wishes from any thread, snapshots out, a fork beside it, an end at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.recording import recording
from tui_bot.config.schema import Settings
from tui_bot.config.screen import Display
from tui_bot.engine.commands import Contract, Edit, Flatten, Until
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.transport import Pace, Seek, Toggle, Transport
from tui_bot.replay.fork import fork
from tui_bot.replay.player import Player
from tui_bot.session.playback import Playback

OWN = Settings(display=Display(theme="light"))


@contextmanager
def playing(forker: Callable[..., Any] = fork, **given: Any) -> Iterator[Playback]:
    """A playback in a thread of its own."""
    playback = Playback(Player(recording().tape(), **given), OWN, forker)
    thread = threading.Thread(target=playback.run)
    thread.start()
    try:
        yield playback
    finally:
        playback.stop()
        thread.join(5)
        assert not thread.is_alive()


def until(playback: Playback, holds: Callable[[Snapshot, Transport], bool]) -> Snapshot:
    """The first snapshot for which it holds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        snap = playback.latest()
        if snap is not None and snap.transport is not None and holds(snap, snap.transport):
            return snap
        time.sleep(0.01)
    raise AssertionError(f"it did not come; the last: {snap.transport if snap else None}")


def test_wishes_show_in_the_snapshots_and_colours_are_the_person_s() -> None:
    tape = recording().tape()
    with playing(playing=False) as playback:
        playback.submit(Seek(tape.begin_ms + 600_000))
        playback.submit(Pace(1))
        snap = until(playback, lambda _, at: at.position_ms == tape.begin_ms + 600_000 and at.speed == 120)
        assert dict(snap.values)["display.theme"] == "light"
        assert snap.rate == 0
        beat = snap.beat
        until(playback, lambda snap, _: snap.beat > beat)  # held, and alive all the same
        playback.submit(Toggle())
        until(playback, lambda _, at: at.playing and at.position_ms > tape.begin_ms + 610_000)


def test_what_is_meant_for_a_bot_finds_none() -> None:
    with playing(playing=False) as playback:
        playback.submit(Flatten(Contract(Until.RELEASED)))
        before = until(playback, lambda snap, _: snap.beat > 2)
        after = until(playback, lambda snap, _: snap.beat > before.beat + 1)
        assert after.orders == before.orders


def test_an_edit_forks_and_a_bad_one_says_why() -> None:
    tape = recording().tape()
    with playing(playing=False) as playback:
        playback.submit(Seek(tape.begin_ms + 900_000))
        until(playback, lambda _, at: at.position_ms == tape.begin_ms + 900_000)
        playback.submit(Edit((("strategy.period", "1"),)))
        until(playback, lambda _, at: "not forked" in at.said)
        playback.submit(Edit((("strategy.period", "2"),)))
        snap = until(playback, lambda _, at: at.fork_ms is not None)
        assert snap.mode == "fork (demo)"
        assert snap.settings.strategy.period == 2
        assert snap.transport is not None
        assert snap.transport.fork.endswith("→ 2")


def test_a_fork_that_takes_long_holds_nothing_up() -> None:
    go_on = threading.Event()

    def slow(*given: Any) -> Any:
        go_on.wait(10)
        return fork(*given)

    with playing(slow, playing=False) as playback:
        playback.submit(Edit((("strategy.period", "2"),)))
        beat = until(playback, lambda _, at: "forking" in at.said).beat
        until(playback, lambda snap, _: snap.beat > beat + 1)
        go_on.set()
        until(playback, lambda _, at: at.fork_ms is not None)
