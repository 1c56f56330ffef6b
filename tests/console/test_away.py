"""While you were away: the first key after a quiet time opens a digest, the next closes it; no more."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.console.play import Play, console
from tests.console.stage import FULL, NOW_MS, VALUES, decision, fill, snapshot, walk
from tui_bot.console.absence import Absence, worth
from tui_bot.console.digest import Digest
from tui_bot.console.stall import STALL_S
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.commands import Contract, Flatten, Pause, Until
from tui_bot.engine.events import Quote
from tui_bot.engine.records import DecisionMade, Filled, Note, Outcome, Record
from tui_bot.engine.snapshot import Feed, Phase, Snapshot
from tui_bot.strategy.decision import Verdict

MADE = replace(decision(walk(200)), verdict=Verdict.BUY)
TROUBLE = Record(NOW_MS + 60_000, Note("error", "the disk is full"))
BLOCKED = Record(NOW_MS + 61_000, DecisionMade(MADE, Outcome.BLOCKED, Decimal("0.001"), (FULL,), "", "d1"))
FILL = Record(NOW_MS + 62_000, Filled(fill(NOW_MS + 62_000), "c-1"))


async def away(play: Play, seconds: float = 601) -> None:
    """Nobody presses a key; the engine lives on."""
    play.clock.now += seconds
    assert play.engine.newest is not None
    at_ms = play.engine.newest.at_ms + int(seconds * 1000)
    await play.publish(at_ms=at_ms, feed=Feed(at_ms - 300, "push", "", 0))


@pytest.mark.anyio
async def test_the_first_key_opens_the_digest_and_does_nothing_else() -> None:
    async with console() as play:
        await away(play)
        assert "While you were away" not in play.text
        await play.press("b")
        assert isinstance(play.app.screen, Digest)
        await play.press("s")
        assert len(play.app.screen_stack) == 1
        assert play.engine.commands == []
        await play.press("b")
        assert "BUY by hand" in play.text


@pytest.mark.anyio
async def test_what_it_tells() -> None:
    async with console() as play:
        quote = play.engine.newest
        assert quote is not None
        await play.publish(log=(*quote.log, TROUBLE, BLOCKED, FILL))
        worse = Quote(Decimal("68400.0"), Decimal("68400.1"), Decimal("68400.0"), NOW_MS)
        await play.publish(quote=worse)
        await play.publish(quote=quote.quote)
        await play.publish(feed=Feed(NOW_MS - 90_000, "poll", "", 0))
        await away(play)
        await play.press("j")
        said = play.prose
        assert "away 10m, since 14:14 UTC" in said
        assert "trades 1 fill bought 0.0000 sold 0.0010 fees 0.27" in said
        assert "blocked 1" in said
        assert "BLOCKED BUY orders/hour: 6 of 6" in said
        assert "trouble 1" in said
        assert "ERROR the disk is full" in said
        assert "longest gap 90s" in said
        assert "at worst −1.01 from its best" in said
        assert "any key closes this and does nothing else" in said


@pytest.mark.anyio
@pytest.mark.parametrize(("key", "said"), [("p", Pause()), ("f", None)])
async def test_pause_and_flatten_do_not_wait_for_it(key: str, said: Pause | None) -> None:
    async with console() as play:
        await away(play)
        await play.press(key)
        if said is not None:
            assert play.engine.commands == [said]
            await play.press("k")
            assert isinstance(play.app.screen, Digest)
        else:
            assert "Flatten: cancel and close" in play.text


@pytest.mark.anyio
async def test_panic_closes_it_and_asks() -> None:
    async with console() as play:
        await away(play)
        await play.press("k", "f12", "y")
        assert play.engine.commands == [Flatten(Contract(Until.RELEASED))]


@pytest.mark.anyio
async def test_keys_now_and_then_are_no_absence() -> None:
    async with console() as play:
        for _ in range(5):
            await away(play, 300)
            await play.press("k")
        assert len(play.app.screen_stack) == 1


@pytest.mark.anyio
async def test_the_quiet_time_is_a_setting() -> None:
    values = (*VALUES, ("unattended.after", "1"))
    async with console(values=values) as play:
        await away(play, 61)
        await play.press("k")
        assert isinstance(play.app.screen, Digest)


@pytest.mark.anyio
async def test_before_the_bot_is_ready_nobody_is_away() -> None:
    async with console(phase=Phase.RECOVERING) as play:
        await away(play)
        await play.press("k")
        assert len(play.app.screen_stack) == 1


@pytest.mark.anyio
async def test_the_engine_hears_that_somebody_is_there_now_and_then() -> None:
    async with console() as play:
        assert play.engine.attended == 1, "who starts it is there"
        await play.press("k", "k", "k")
        assert play.engine.attended == 1
        await away(play, 11)
        await play.press("k", "k")
        assert play.engine.attended == 2
        await away(play)
        await play.press("k")
        assert play.engine.attended == 3


@pytest.mark.anyio
async def test_a_key_typed_at_a_stalled_screen_speaks_for_nobody() -> None:
    async with console() as play:
        await away(play, 11)
        play.clock.is_read = False
        play.clock.drawn += STALL_S + 5
        await play.press("k")
        assert play.engine.attended == 1


def view_of(snap: Snapshot) -> View:
    return View(snap, snap.at_ms, Pulse.ALIVE, 0, 0, "demo")


def test_the_result_counts_an_open_position_at_the_price_it_could_be_left_at() -> None:
    snap = snapshot()
    before = Absence(view_of(snap))
    assert snap.quote is not None
    quote = replace(snap.quote, ask=snap.quote.ask - 100)
    before.see(view_of(replace(snap, quote=quote)))
    assert before.change is not None
    assert Decimal("0.1") < before.change < Decimal("0.11")
    assert before.fall == 0
    assert worth(view_of(replace(snap, quote=None, candles=()))) is None
