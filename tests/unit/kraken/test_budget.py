"""The mirror of Kraken's call counter."""

from __future__ import annotations

import pytest

from tui_bot.kraken.budget import PRO, STARTER, CallBudget, cost_of


@pytest.mark.parametrize(
    ("method", "cost"),
    [("AddOrder", 0), ("CancelOrder", 0), ("QueryOrders", 1), ("BalanceEx", 1), ("TradesHistory", 2)],
)
def test_costs(method: str, cost: int) -> None:
    assert cost_of(method) == cost


def test_the_maximum_fits_at_once_and_then_calls_wait_for_the_decay() -> None:
    budget = CallBudget(STARTER)
    for _ in range(15):
        assert budget.wait_ms(1, 1000) == 0
        budget.spend(1, 1000)
    wait_ms = budget.wait_ms(1, 1000)
    assert wait_ms == 3031
    assert budget.wait_ms(1, 1000 + wait_ms) == 0
    assert budget.wait_ms(2, 1000 + wait_ms) > 0
    assert budget.wait_ms(0, 1000) == 0


def test_it_empties_with_time() -> None:
    budget = CallBudget(PRO)
    budget.spend(20, 0)
    assert budget.wait_ms(20, 20_000) == 0


def test_a_full_counter_is_believed() -> None:
    budget = CallBudget(PRO)
    budget.exhaust(5000)
    assert budget.wait_ms(1, 5000) == 1000


def test_a_clock_that_steps_back_only_pauses_the_decay() -> None:
    budget = CallBudget(PRO)
    budget.spend(20, 10_000)
    assert budget.wait_ms(1, 0) == 1000
