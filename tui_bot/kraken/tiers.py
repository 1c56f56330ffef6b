"""What Kraken lets an account do in a time, and what each call and order costs of it.

Two counters fill with use and empty with time. One counts the private REST calls of a key; beyond its
maximum Kraken answers ``EAPI:Rate limit exceeded``. The other counts what is done to the orders of one
pair; beyond it new ones are answered ``EOrder:Rate limit exceeded``.
Source: Kraken API Center, "Spot REST rate limits" and "Spot trading rate limits".
"""

from __future__ import annotations

from dataclasses import dataclass

#: What calls that read or change no order count for; those that do are free in this counter.
_FREE = frozenset(
    {
        "AddOrder", "AddOrderBatch", "AmendOrder", "EditOrder", "CancelOrder", "CancelOrderBatch",
        "CancelAll", "CancelAllOrdersAfter",
    }
)  # fmt: skip
# The documentation charges 2 for histories and ledgers, the official SDK for lists of orders as well.
_DOUBLE = frozenset({"OpenOrders", "ClosedOrders", "TradesHistory", "QueryTrades", "Ledgers", "QueryLedgers"})

#: Points by the age of the order: (below so many seconds, points).
_CANCEL = ((5, 8), (10, 6), (15, 5), (45, 4), (90, 2), (300, 1))
_AMEND = ((5, 3), (10, 2), (15, 1))
_EDIT = ((5, 6), (10, 5), (15, 4), (45, 2), (90, 1))

#: A new order, and the dearest cancel: that of an order just placed.
ADD, YOUNG_CANCEL = 1.0, float(_CANCEL[0][1])


@dataclass(frozen=True, slots=True)
class Tier:
    """A verification level: the maximum of both counters, what they lose a second, orders open on a pair."""

    calls: float
    calls_decay: float
    orders: float
    orders_decay: float
    open_orders: int


TIERS = {
    "starter": Tier(15, 0.33, 60, 1.0, 60),
    "intermediate": Tier(20, 0.5, 125, 2.34, 80),
    "pro": Tier(20, 1.0, 180, 3.75, 225),
}
STARTER, INTERMEDIATE, PRO = TIERS.values()


def call_cost(method: str) -> float:
    """What a private REST call counts for."""
    if method in _FREE:
        return 0.0
    return 2.0 if method in _DOUBLE else 1.0


def cancel_cost(age_ms: int) -> float:
    """What cancelling an order of this age counts for."""
    return _by_age(_CANCEL, age_ms)


def amend_cost(age_ms: int) -> float:
    """What amending an order of this age counts for."""
    return 1 + _by_age(_AMEND, age_ms)


def edit_cost(age_ms: int) -> float:
    """What editing an order of this age counts for."""
    return 1 + _by_age(_EDIT, age_ms)


def batch_cost(orders: int) -> float:
    """What placing so many orders at once counts for; sources differ by one point, this is the dearer."""
    return 1 + orders / 2


def _by_age(table: tuple[tuple[int, int], ...], age_ms: int) -> float:
    return float(next((points for seconds, points in table if age_ms < seconds * 1000), 0))
