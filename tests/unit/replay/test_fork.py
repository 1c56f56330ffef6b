"""A fork: the recorded candles go on through a fresh bot, and nothing before the fork is another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.recording import recording
from tui_bot.engine.records import DecisionMade, Record
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.transport import Seek, Step, Unfork
from tui_bot.market.number import plain
from tui_bot.replay.fork import fork
from tui_bot.replay.player import Player
from tui_bot.replay.tape import Tape
from tui_bot.strategy.sma_slope import SmaSlope, Ties

VALUES = (("strategy.period", "6"),)


@pytest.fixture(scope="module")
def tape() -> Tape:
    return recording().tape()


@pytest.fixture(scope="module")
def settings(tape: Tape) -> BotSettings:
    """Those of the recording, as its bot had them."""
    return next(iter(tape.film)).settings


def middle(tape: Tape) -> int:
    return (tape.begin_ms + tape.end_ms) // 2


def held(tape: Tape, at_ms: int) -> Snapshot:
    player = Player(tape, playing=False)
    player.steer(Seek(at_ms))
    return player.snapshot()


def judged(tape: Tape, since_ms: int) -> list[DecisionMade]:
    bodies = [item.body for at, item in tape.steps if isinstance(item, Record) and at > since_ms]
    return [body for body in bodies if isinstance(body, DecisionMade)]


def test_with_the_same_settings_it_decides_as_was_decided(tape: Tape, settings: BotSettings) -> None:
    at = middle(tape)
    forked = fork(tape, at, settings, VALUES, "nothing")
    then = [made.decision for made in judged(tape, at)]
    assert len(then) > 10
    assert [made.decision for made in judged(forked, at)] == then


def test_with_others_it_decides_otherwise_and_says_what_is_other(tape: Tape, settings: BotSettings) -> None:
    at = middle(tape)
    shorter = replace(settings, strategy=SmaSlope(2, ties=Ties.CARRY), digest="other")
    forked = fork(tape, at, shorter, VALUES, "strategy.period 3 → 2")
    assert {one.decision.period for one in judged(forked, at)} == {2}
    shown = held(forked, forked.end_ms)
    assert shown.mode == "fork (demo)"
    assert shown.transport is not None
    assert shown.transport.fork == "strategy.period 3 → 2"
    assert dict(shown.values)["strategy.period"] == "6"
    assert shown.settings.strategy.period == 2
    assert any(order.intent.settings == "other" for order in shown.orders)
    assert shown.day.fills > 0
    assert shown.guards


def test_it_starts_flat_where_the_recording_is_left(tape: Tape, settings: BotSettings) -> None:
    at = next(when + 1000 for when in tape.trades if not held(tape, when + 1000).position.is_flat)
    forked = fork(tape, at, settings, VALUES, "x")
    before, after = held(forked, at), held(forked, at + 1)
    assert not before.position.is_flat
    assert before.mode == "replay (demo)"
    assert after.position.is_flat
    assert after.orders == ()
    assert after.candles == before.candles
    assert after.log[: len(before.log)] == before.log
    assert after.quote == before.quote
    assert "FORK: x" in str(after.log[-1].body)
    left = f"the recorded {before.position.word} {plain(abs(before.position.size))} is not carried"
    assert left in str(after.log[-1].body)
    assert not any("first start" in str(record.body) for record in after.log[len(before.log) :])


def test_before_the_fork_everything_is_as_recorded(tape: Tape, settings: BotSettings) -> None:
    at = middle(tape)
    forked = fork(tape, at, replace(settings, strategy=SmaSlope(2, ties=Ties.CARRY)), VALUES, "x")
    for when in range(tape.begin_ms, at, 77_777):
        then, now = held(tape, when), held(forked, when)
        assert replace(now, transport=None) == replace(then, transport=None)


def test_after_it_the_market_is_the_recorded_one(tape: Tape, settings: BotSettings) -> None:
    at = middle(tape)
    forked = fork(tape, at, replace(settings, strategy=SmaSlope(2, ties=Ties.CARRY)), VALUES, "x")
    for when in range(at + 61_000, tape.end_ms - 61_000, 33_333):
        then, now = held(tape, when), held(forked, when)
        assert now.quote == then.quote or (now.quote is not None and now.quote.at_ms > then.quote.at_ms)  # type: ignore[union-attr]
        assert now.candles == then.candles


def test_a_fork_is_sought_as_it_is_played(tape: Tape, settings: BotSettings) -> None:
    forked = fork(tape, middle(tape), replace(settings, strategy=SmaSlope(2, ties=Ties.CARRY)), VALUES, "x")
    player = Player(forked, playing=False)
    for _ in range(len(forked.events)):
        player.steer(Step(1))
        direct = held(forked, player.position_ms)
        assert replace(player.snapshot(), transport=None) == replace(direct, transport=None)


def test_back_to_what_was_recorded_at_the_same_time(tape: Tape, settings: BotSettings) -> None:
    player = Player(tape, playing=False)
    player.steer(Seek(middle(tape)))
    player.take(fork(tape, player.position_ms, settings, VALUES, "x"))
    player.steer(Step(3))
    there = player.position_ms
    player.steer(Unfork())
    assert (player.position_ms, player.tape) == (there, tape)
    assert player.snapshot().mode == "replay (demo)"


def test_an_older_journal_without_rules_can_be_forked_too(settings: BotSettings) -> None:
    older = recording(film=False).tape()
    forked = fork(older, middle(older), replace(settings, strategy=SmaSlope(2, ties=Ties.CARRY)), VALUES, "x")
    shown = held(forked, forked.end_ms)
    assert shown.day.fills > 0
    assert shown.day.fees > 0


def test_where_nothing_follows_it_says_so(tape: Tape, settings: BotSettings) -> None:
    with pytest.raises(ValueError, match="no candle follows"):
        fork(tape, tape.end_ms, settings, VALUES, "x")
