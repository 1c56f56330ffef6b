"""A run that knows the future is caught; one that does not, passes at every place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.support.histories import random_history, random_terms
from tui_bot.backtest.fast import run_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.look_ahead import LookAheadError, check
from tui_bot.backtest.result import Result
from tui_bot.backtest.rule import Rule

TERMS = random_terms(5)


def honest(history: History) -> Result:
    return run_fast(history, Rule(5), TERMS)


def peeks_at_the_next_close(history: History) -> Result:
    """Decides on a close that is yet to come."""
    shifted: Any = np.append(history.close[1:], history.close[-1:])
    seen = run_fast(replace(history, close=shifted), Rule(5), TERMS)
    return replace(seen, equity=None)


def is_scaled_by_the_whole(history: History) -> Result:
    """Decides by a band that the average move of the whole history sets."""
    move = int(np.abs(np.diff(history.close.astype(np.int64))).sum()) * history.tick / len(history)
    return run_fast(history, Rule(5, move / 100), TERMS)


def marks_by_the_last_close(history: History) -> Result:
    """The same trades, but marks that know where the price will end."""
    run = honest(history)
    assert run.equity is not None
    return replace(run, equity=run.equity + int(history.close[-1]))


@pytest.mark.parametrize("most", [100_000, 200])
@pytest.mark.parametrize("cheat", [peeks_at_the_next_close, is_scaled_by_the_whole, marks_by_the_last_close])
def test_a_run_that_looks_ahead_is_an_error(cheat: Callable[[History], Result], most: int) -> None:
    history = random_history(42, 1500)
    with pytest.raises(LookAheadError, match=r"cut off.*comes out differently"):
        check(history, cheat(history), cheat, most=most, cuts=16)


@pytest.mark.parametrize("most", [100_000, 200])
def test_an_honest_run_passes(most: int) -> None:
    for seed in range(20):
        history = random_history(seed, 700)
        check(history, honest(history), honest, most=most, cuts=16)


def test_what_it_costs_is_bounded() -> None:
    lengths: list[int] = []

    def counted(history: History) -> Result:
        lengths.append(len(history))
        return honest(history)

    history = random_history(3, 20_000)
    check(history, honest(history), counted, most=1000, cuts=3)
    assert len(lengths) <= 6
    assert max(lengths) <= 1000


def test_too_short_to_cut() -> None:
    check(random_history(1, 1), honest(random_history(1, 1)), honest, most=100, cuts=3)
