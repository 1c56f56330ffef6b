"""Small histories and runs over them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from tui_bot.backtest.fast import run_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.result import Result
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.terms import Terms

D = Decimal
BEGIN = 1_609_459_200  # 2021-01-01

#: A coin at about 100, sold and bought in parts of a thousandth, at 0.1 %.
TERMS = Terms(D("0.1"), D("0.001"), D("0.0001"), D("1"), taker_fee=D("0.001"), leverage=2, cash=D(10_000_000))


def history_of(closes: Sequence[int], begin: int = BEGIN) -> History:
    """Minutes that open where the one before closed; prices in ticks of 0.1."""
    close = np.array(closes, np.int32)
    opened = np.concatenate((close[:1], close[:-1]))
    times = begin + 60 * np.arange(len(close), dtype=np.int64)
    high, low = np.maximum(opened, close), np.minimum(opened, close)
    return History("BTC/USD", 60, D("0.1"), times, opened, high, low, close, np.ones(len(close)))


def run(history: History, rule: Rule, terms: Terms = TERMS) -> Result:
    """The run in fast mode."""
    return run_fast(history, rule, terms)
