"""The compiled pass against numpy, and against itself as plain Python: identical to the last digit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.histories import random_history, random_rule, random_terms
from tui_bot.backtest.fast import run_fast


@pytest.mark.parametrize("block", range(4))
def test_the_compiled_pass_finds_what_numpy_finds(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        history, rule, terms = random_history(seed), random_rule(seed), random_terms(seed)
        fast = run_fast(history, rule, terms, engine="compiled")
        assert fast.engine == "compiled"
        assert fast.difference(run_fast(history, rule, terms, engine="numpy")) == ""


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
