"""The ticket: parts of what is held, how long a limit rests, until when the bot keeps its hands off."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.console.play import console
from tests.console.stage import NOW_MS, D, snapshot
from tui_bot.console.plan import plan_trade
from tui_bot.console.rows import text_of
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.commands import LASTS_MS, Contract, Trade, Until
from tui_bot.engine.memory import Override
from tui_bot.market.order import Side
from tui_bot.market.position import Position

NEXT = Contract(Until.NEXT_SIGNAL)


def view_of(size: str) -> View:
    position = Position(D(size), D("67000"), D(0), D(0), D(0), NOW_MS, 2) if D(size) else Position()
    snap = snapshot(position=position)
    return View(snap, snap.at_ms, Pulse.ALIVE, 0, 0, "demo")


@pytest.mark.parametrize(
    ("size", "part", "volume"),
    [
        ("-0.0010", "25%", "0.00025"),
        ("-0.0010", "50 %", "0.0005"),
        ("-0.0010", "75%", "0.00075"),
        ("-0.0010", "100%", "0.0010"),
        ("-0.00123457", "25%", "0.00030864"),
        ("-0.00123457", "100%", "0.00123457"),
    ],
)
def test_a_part_is_rounded_down_to_the_lot(size: str, part: str, volume: str) -> None:
    plan = plan_trade(view_of(size), Side.BUY, part, "", NEXT)
    assert plan.faults == ()
    assert plan.trade is not None
    assert plan.trade.volume == Decimal(volume)


@pytest.mark.parametrize(
    ("size", "side", "part", "said"),
    [
        ("-0.0001", Side.BUY, "25%", "below the minimum of 0.00005 BTC; smallest at this price: 0.00005"),
        ("-0.0010", Side.SELL, "50%", "a SELL closes nothing now"),
        ("0", Side.SELL, "100%", "a SELL closes nothing now"),
        ("-0.0010", Side.BUY, "0%", "at most 100 %"),
        ("-0.0010", Side.BUY, "101%", "at most 100 %"),
        ("-0.0010", Side.BUY, "x%", "not a part such as 50%"),
        ("-0.0010", Side.BUY, "%", "not a part such as 50%"),
    ],
)
def test_a_part_that_makes_no_order_says_why(size: str, side: Side, part: str, said: str) -> None:
    plan = plan_trade(view_of(size), side, part, "", NEXT)
    assert plan.trade is None
    assert said in " ".join(plan.faults)


def test_f24_an_exit_that_would_leave_dust_says_so() -> None:
    said = [" ".join(map(text_of, plan_trade(view_of("-0.0001"), Side.BUY, part, "", NEXT).lines))
            for part in ("75%", "100%", "50%")]  # fmt: skip
    assert "leaves   0.000025 BTC: dust" in said[0]
    assert "100% closes all" in said[0]
    assert "leaves" not in said[1]
    assert "leaves" not in said[2]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("key", "volume"), [("f5", "0.00025"), ("f6", "0.0005"), ("f7", "0.00075"), ("f8", "0.0010")]
)
async def test_each_part_has_a_key(key: str, volume: str) -> None:
    async with console() as play:
        await play.press("b", key)
        assert "F5-F8 25-100% (0.0010)" in play.text
        await play.answer("review")
        await play.press("y")
        assert play.engine.commands == [Trade(Side.BUY, D(volume), None, NEXT)]


@pytest.mark.anyio
async def test_a_part_of_nothing_is_told() -> None:
    async with console(position=Position()) as play:
        await play.press("s", "f6")
        assert "closes nothing now" in play.prose
        assert "F5-F8" not in play.text


@pytest.mark.anyio
async def test_f31_how_long_a_limit_rests_is_chosen() -> None:
    async with console() as play:
        await play.press("b", "tab")
        await play.type("60000")
        await play.press("tab", "left")
        await play.answer("review")
        assert (
            "rests until 14:29:23 UTC, 15 min from now: the bot enters nothing, its exit cancels it"
            in play.prose
        )
        await play.press("y")
        assert play.engine.commands == [Trade(Side.BUY, D("0.0010"), D(60_000), NEXT, 900_000)]


@pytest.mark.anyio
async def test_a_limit_has_an_end_without_asking_and_a_market_order_says_none() -> None:
    async with console() as play:
        await play.press("b")
        await play.answer("review")
        assert "rests until" not in play.prose
        await play.press("escape", "shift+tab", "shift+tab", "shift+tab", "shift+tab")
        await play.type("60000")
        await play.answer("review")
        await play.press("y")
        assert play.engine.commands == [Trade(Side.BUY, D("0.0010"), D(60_000), NEXT, LASTS_MS)]


@pytest.mark.anyio
async def test_a_limit_beyond_the_market_says_that_it_fills_at_once() -> None:
    async with console() as play:
        await play.press("b", "tab")
        await play.type("70000")
        assert "limit, fills at once" in play.prose


@pytest.mark.anyio
@pytest.mark.parametrize(("price", "above"), [("99000", True), ("9000", False)])
async def test_the_bot_may_resume_at_a_price(price: str, above: bool) -> None:
    async with console() as play:
        await play.press("b", "tab", "tab", "tab", "left")
        assert "until price: a price is missing" in play.prose
        await play.press("tab")
        await play.type(price)
        await play.answer("review")
        assert f"override until {'above' if above else 'below'} {price}" in play.prose
        await play.press("y")
        contract = Contract(Until.PRICE, price=D(price), above=above)
        assert play.engine.commands == [Trade(Side.BUY, D("0.0010"), None, contract)]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("contract", "left", "said"),
    [
        (Contract(Until.CANDLES, 5), 3, "MANUAL 3 candles left, 02:37"),
        (Contract(Until.CANDLES, 1), 1, "MANUAL 1 candle left, 00:37"),
        (NEXT, 0, "MANUAL to next signal"),
        (Contract(Until.RELEASED), 0, "MANUAL until released"),
        (Contract(Until.PRICE, price=D("68000.5"), above=True), 0, "MANUAL until above 68000.5"),
    ],
)
async def test_the_header_counts_the_override_down(contract: Contract, left: int, said: str) -> None:
    async with console(override=Override(contract, left, NOW_MS)) as play:
        assert said in play.text.splitlines()[0]
