"""The compiled pass against numpy, and against itself as plain Python: identical to the last digit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.histories import random_history, random_rule, random_terms
from tui_bot.backtest.fast import run_fast, sums_fast
from tui_bot.backtest.statistics import drawdown


@pytest.mark.parametrize("block", range(4))
def test_the_compiled_pass_finds_what_numpy_finds(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        history, rule, terms = random_history(seed), random_rule(seed), random_terms(seed)
        fast = run_fast(history, rule, terms, engine="compiled")
        assert fast.engine == "compiled"
        assert fast.difference(run_fast(history, rule, terms, engine="numpy")) == ""


@pytest.mark.parametrize("block", range(2))
def test_it_measures_falls_and_adds_up_without_keeping_either_marks_or_trades(block: int) -> None:
    measured = 0
    for seed in range(block * 150, block * 150 + 150):
        history, rule = random_history(seed), random_rule(seed)
        terms = random_terms(seed, cash=Decimal(10_000_000))
        usual = run_fast(history, rule, terms, engine="numpy", falls=True)
        bare = run_fast(history, rule, terms, engine="compiled", equity=False, falls=True)
        assert bare.equity is None
        assert bare.falls == usual.falls
        assert drawdown(history, bare) == drawdown(history, usual)
        added = sums_fast(history, rule, terms, engine="compiled")
        assert added == sums_fast(history, rule, terms, engine="numpy")
        assert (added[0], added[1].net) == (len(usual.trades), usual.worth - usual.start)
        measured += usual.falls is not None and usual.falls.depth > 0 and usual.falls.back >= 0
    assert measured > 10


def test_without_equity_it_finds_the_same_trades() -> None:
    history, rule, terms = random_history(7, 600), random_rule(7), random_terms(7)
    bare = run_fast(history, rule, terms, engine="compiled", equity=False)
    assert bare.equity is None
    assert bare.same_as(run_fast(history, rule, terms, engine="compiled"))


def test_what_64_bits_cannot_hold_is_left_to_numpy() -> None:
    terms = random_terms(3, stake=Decimal(10_000_000), cash=Decimal(10) ** 15)
    result = run_fast(random_history(2, 150, price=2_000_000_000), random_rule(3), terms, engine="compiled")
    assert result.engine == "numpy"
    assert "64 bits" in result.notes[0]
