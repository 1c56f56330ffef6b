"""What settings would have made of known candles: the strategy's own word at every close, and exact money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.console.stage import RULES, SETTINGS, walk
from tui_bot.backtest.preview import Preview, history_of, preview
from tui_bot.engine.settings import BotSettings
from tui_bot.market.candle import Candle
from tui_bot.market.number import ZERO
from tui_bot.market.order import Side
from tui_bot.strategy.decision import Verdict
from tui_bot.strategy.sma_slope import SmaSlope, Ties

D = Decimal
FEE = D("0.004")
SPOT = replace(SETTINGS, leverage=0)


def by_hand(candles: Sequence[Candle], bot: BotSettings) -> Preview:
    """The same on spot, a candle at a time and in the plainest way."""
    cash, held, fees, trades, peak, fall = ZERO, ZERO, ZERO, 0, ZERO, ZERO
    orders: list[tuple[int, Side]] = []
    wanted: Side | None = None
    for place, candle in enumerate(candles):
        if wanted is not None:
            cost = bot.trade_size * candle.open
            fee = (cost * FEE).quantize(D("0.00001"))
            cost = cost.quantize(D("0.00001"))
            cash -= wanted.sign * cost + fee
            held += wanted.sign * bot.trade_size
            fees += fee
            trades += wanted is Side.BUY
            wanted = None
        worth = cash + held * candle.close
        peak = max(peak, worth)
        fall = max(fall, peak - worth)
        decided = bot.strategy.decide(candles[: place + 1])
        if place + 1 == len(candles):
            break
        if decided.verdict is Verdict.BUY and not held:
            wanted = Side.BUY
        elif decided.verdict is Verdict.SELL and held:
            wanted = Side.SELL
        if wanted is not None:
            orders.append((candle.begin, wanted))
    net = cash + held * candles[-1].close
    return Preview(tuple(orders), trades, fees, net, fall, bot.strategy.line(candles))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 30), st.sampled_from(Ties), st.sampled_from(["0", "1.5"]))
def test_it_is_what_the_strategy_says_at_each_close(seed: int, period: int, ties: Ties, least: str) -> None:
    bot = replace(SPOT, strategy=SmaSlope(period, D(least), ties))
    candles = walk(160, seed)
    assert preview(candles, bot, RULES, FEE) == by_hand(candles, bot)


def test_on_margin_it_is_long_or_short() -> None:
    found = preview(walk(300), SETTINGS, RULES, FEE)
    sides = [side for _, side in found.orders]
    assert all(before is not after for before, after in pairwise(sides))
    assert found.trades == len(sides) > 3


def test_a_price_off_the_tick_is_taken_exactly() -> None:
    candles = tuple(replace(one, high=one.high + D("0.03")) for one in walk(60))
    history = history_of(candles, SPOT, RULES)
    assert history.tick == D("0.01")
    assert [history.price(ticks) for ticks in history.high] == [one.high for one in candles]


def test_fewer_candles_than_the_average_needs_are_no_trade() -> None:
    found = preview(walk(10), SPOT, RULES, FEE)
    assert (found.trades, found.fees, found.net, found.drawdown) == (0, ZERO, ZERO, ZERO)


def test_a_size_that_is_no_order_is_told() -> None:
    with pytest.raises(ValueError, match="trade size"):
        preview(walk(60), replace(SPOT, trade_size=D("0.000000001")), RULES, FEE)
