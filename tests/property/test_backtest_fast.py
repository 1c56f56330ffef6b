"""Fast mode against a loop over candles in fractions and decimals: each trade and mark, to the digit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.candle_loop import candle_loop
from tests.support.histories import random_history, random_rule, random_terms
from tui_bot.backtest.fast import run_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.result import Result
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.terms import Terms
from tui_bot.strategy.sma_slope import Ties

#: Nothing is too small to be traded: the loop knows no minimums.
FREE = {"order_minimum": Decimal(0), "cost_minimum": Decimal(0)}


def check(history: History, rule: Rule, terms: Terms) -> Result:
    """The fast run, after it was compared with the loop."""
    result, loop = run_fast(history, rule, terms, engine="numpy"), candle_loop(history, rule, terms)
    trades = [(one.entered, one.left, one.side.sign, one.entry, one.exit, one.fees) for one in result.each()]
    assert trades == loop.trades
    assert result.equity is not None
    assert [result.money(mark) for mark in result.equity] == loop.equity
    assert result.worth == (result.equity[-1] if len(history) else result.start)
    return result


@pytest.mark.parametrize("block", range(10))
def test_fast_mode_agrees_with_a_loop_over_candles(block: int) -> None:
    traded = 0
    for seed in range(block * 20, block * 20 + 20):
        traded += len(check(random_history(seed), random_rule(seed), random_terms(seed, **FREE)).trades)
    assert traded > 20


def test_amounts_that_int64_cannot_hold_are_counted_all_the_same() -> None:
    terms = random_terms(3, stake=Decimal(1_000_000), cash=Decimal(10) ** 15, **FREE)
    history = random_history(2, 150, price=2_000_000_000)
    result = check(history, Rule(3), terms)
    assert result.trades.net.dtype == object
    small = run_fast(history, Rule(3), replace(terms, stake=Decimal("0.001"), cash=Decimal(1_000_000)))
    assert small.trades.net.dtype == "int64"


def test_a_carried_direction_is_forgotten_when_the_engine_no_longer_sees_it() -> None:
    history = random_history(4, 1700)
    close = history.close.copy()
    close[:] = 1000
    close[20:40] = range(1000, 980, -1)
    close[40:41] = 980
    close[41:] = 980
    close[900:] = 990
    still = replace(history, close=close, open=close, high=close, low=close)
    for period in (2, 50, 200):
        check(still, Rule(period, ties=Ties.CARRY), random_terms(1, **FREE))
