"""The player: what it shows is what the bot's own screen was given, whichever way it came there."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.recording import recording
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.transport import Pace, Seek, SeekTrade, Steering, Step, Toggle
from tui_bot.replay.player import SPEEDS, Player
from tui_bot.replay.tape import Tape


@pytest.fixture(scope="module")
def tape() -> Tape:
    return recording().tape()


def held(tape: Tape, at_ms: int) -> Snapshot:
    player = Player(tape, playing=False)
    player.steer(Seek(at_ms))
    return player.snapshot()


def test_the_journal_says_what_the_screen_said(tape: Tape) -> None:
    """At every snapshot between two events what was shown of orders, position and market is shown again."""
    compared = 0
    for live in recording().snapshots[::7]:
        if live.decision is None or live.phase.value != "ready" or live.at_ms in tape.events:
            continue
        again = held(tape, live.at_ms)
        assert again.candles[-60:] == live.candles[-60:]
        assert again.line[-40:] == live.line[-40:]
        assert again.decision == live.decision
        assert again.position == live.position
        assert again.target == live.target
        assert [(one.intent, one.state) for one in again.orders] == [
            (one.intent, one.state) for one in live.orders
        ]
        assert again.marks == live.marks
        assert again.day == live.day
        assert again.run == live.run
        assert again.log == live.log
        compared += 1
    assert compared > 40
    assert held(tape, tape.end_ms).orders


#: What depends on when one looks, who looks, and what the entries do not tell between two moments.
ASIDE = {
    *("at_ms", "beat", "mode", "rate", "transport", "circumstances", "caps", "caps_file", "checks", "remark"),
    *("book", "limits"),
}


def untimed(snap: Snapshot) -> Snapshot:
    """Without the times of orders, which are told only when an order moves."""
    return replace(snap, orders=tuple(replace(one, sent_ms=0, answered_ms=0) for one in snap.orders))


def test_at_each_recorded_moment_the_whole_screen_is_what_it_was(tape: Tape) -> None:
    live = {snap.at_ms: snap for snap in recording().snapshots}
    names = [field.name for field in fields(Snapshot) if field.name not in ASIDE]
    compared = 0
    for moment in list(tape.film)[::5]:
        if moment.phase.value != "ready" or moment.at_ms in tape.events:
            continue
        again, then = (untimed(snap) for snap in (held(tape, moment.at_ms), live[moment.at_ms]))
        differing = [name for name in names if getattr(again, name) != getattr(then, name)]
        assert not differing, (moment.at_ms, {name: getattr(again, name) for name in differing})
        compared += 1
    assert compared > 30


def test_an_end_in_order_is_seen(tape: Tape) -> None:
    assert held(tape, tape.end_ms).phase.value == "stopped"
    assert held(tape, tape.end_ms - 60_000).phase.value == "ready"


WISHES: st.SearchStrategy[Steering | int] = st.one_of(
    st.integers(0, 400_000),
    st.builds(Step, st.sampled_from([-3, -1, 1, 2]), st.booleans()),
    st.builds(SeekTrade, st.sampled_from([-1, 1])),
    st.builds(Pace, st.sampled_from([-1, 1])),
    st.just(Toggle()),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(WISHES, max_size=12), st.floats(0, 1))
def test_seek_shows_what_playing_shows(wishes: list[Steering | int], share: float) -> None:
    tape = recording().tape()
    player = Player(tape)
    for wish in wishes:
        if isinstance(wish, int):
            player.run(wish // 20)
        else:
            player.steer(wish)
        player.snapshot()
    player.playing = False
    there = tape.begin_ms + round(share * (tape.end_ms - tape.begin_ms))
    player.steer(Seek(there))
    shown, direct = player.snapshot(), held(tape, there)
    assert shown.transport is not None
    assert direct.transport is not None
    same = replace(direct.transport, cuts=shown.transport.cuts, speed=shown.transport.speed)
    assert shown == replace(direct, transport=same)


def test_it_plays_at_its_speed_and_holds_at_the_end(tape: Tape) -> None:
    player = Player(tape, speed=60)
    player.run(100)
    player.run(150)
    assert player.position_ms == tape.begin_ms + 15_000
    assert player.snapshot().rate == 60
    player.run(10_000_000)
    assert player.position_ms == tape.end_ms
    assert not player.playing
    assert player.snapshot().rate == 0
    player.steer(Toggle())
    assert (player.position_ms, player.playing) == (tape.begin_ms, True)


def test_no_time_is_lost_to_rounding(tape: Tape) -> None:
    player = Player(tape, speed=0.5)
    for _ in range(1001):
        player.run(1)
    assert player.position_ms == tape.begin_ms + 500


def test_steps_go_from_entry_to_entry_and_from_close_to_close(tape: Tape) -> None:
    player = Player(tape)
    seen = []
    for _ in range(5):
        player.steer(Step(1))
        seen.append(player.position_ms)
    assert seen == list(tape.events[1:6])
    assert not player.playing
    player.steer(Step(-2))
    assert player.position_ms == tape.events[3]
    player.steer(Step(1, candles=True))
    assert player.position_ms in tape.closes
    player.steer(Step(10**6))
    assert player.position_ms == tape.end_ms
    player.steer(Step(1))
    assert player.position_ms == tape.end_ms
    player.steer(Step(-(10**6)))
    assert player.position_ms == tape.begin_ms


def test_trades_are_found_both_ways(tape: Tape) -> None:
    assert len(tape.trades) > 2
    player = Player(tape)
    player.steer(SeekTrade(1))
    assert player.position_ms == tape.trades[0]
    assert player.snapshot().day.fills == 1
    player.steer(SeekTrade(1))
    assert player.position_ms == tape.trades[1]
    player.steer(SeekTrade(-1))
    assert player.position_ms == tape.trades[0]
    player.steer(SeekTrade(-1))
    assert player.position_ms == tape.trades[0], "there is none before: it stays"


def test_the_speed_has_notches(tape: Tape) -> None:
    player = Player(tape, speed=60)
    player.steer(Pace(1))
    assert player.speed == 120
    player.steer(Pace(-3))
    assert player.speed == 10
    player.steer(Pace(-99))
    assert player.speed == SPEEDS[0] == 1
    player.steer(Pace(99))
    assert player.speed == SPEEDS[-1] == 1000
    player.speed = 45
    player.steer(Pace(1))
    assert player.speed == 60


def test_what_was_not_recorded_is_not_made_up() -> None:
    tape = recording(film=False).tape()
    shown = held(tape, tape.begin_ms + 600_000)
    assert not shown.position.is_flat
    assert shown.quote is None
    assert shown.account is None
    assert shown.guards == ()
    assert shown.transport is not None
    assert "not recorded" in shown.transport.lacks


def test_the_mode_is_no_mode_of_trading(tape: Tape) -> None:
    assert held(tape, tape.begin_ms).mode.startswith("replay (")
