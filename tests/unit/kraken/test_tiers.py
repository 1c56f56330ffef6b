"""What calls and orders cost, against the tables of the box, written apart from the same source."""

from __future__ import annotations

import pytest

from tui_bot.kraken.tiers import TIERS, amend_cost, batch_cost, call_cost, cancel_cost, edit_cost
from tui_bot.paper import rates

AGES_S = (0, 4, 5, 9, 10, 14, 15, 44, 45, 89, 90, 299, 300, 10_000)
SECOND_NS = 1_000_000_000


@pytest.mark.parametrize(
    ("method", "cost"),
    [("AddOrder", 0), ("CancelOrder", 0), ("QueryOrders", 1), ("BalanceEx", 1), ("TradesHistory", 2)],
)
def test_costs_of_calls(method: str, cost: float) -> None:
    assert call_cost(method) == cost


@pytest.mark.parametrize("age_s", AGES_S)
def test_f41_what_is_done_to_an_order_costs_by_its_age(age_s: int) -> None:
    judge = rates.Rates(rates.TIERS["pro"])
    for deed, cost in (("cancel", cancel_cost), ("amend", amend_cost), ("edit", edit_cost)):
        getattr(judge, deed)(deed, age_s * SECOND_NS, 0)
        assert cost(age_s * 1000) == judge.value(deed, 0), deed


def test_f41_a_batch_costs_half_of_its_orders_and_one() -> None:
    assert batch_cost(15) == 8.5


def test_the_levels_are_those_of_the_box() -> None:
    for name, tier in TIERS.items():
        other = rates.TIERS[name]
        assert (tier.calls, tier.calls_decay) == (other.calls, other.calls_decay)
        assert (tier.orders, tier.orders_decay) == (other.orders, other.orders_decay)
        assert tier.open_orders == other.open_orders
