"""Rate counters (Kraken API Center, REST rate limits and Spot trading rate limits).

Two kinds: one counter per key for private REST calls, and one per pair for what is done to orders. Both
decay by exchange time, so that a box that runs fast limits no more than a slow one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.refusal import Refusal


class Tier(NamedTuple):
    """Limits of one verification level; decay per second."""

    calls: float
    calls_decay: float
    orders: int
    orders_decay: float
    open_orders: int


TIERS = {
    "starter": Tier(15, 0.33, 60, 1.0, 60),
    "intermediate": Tier(20, 0.5, 125, 2.34, 80),
    "pro": Tier(20, 1.0, 180, 3.75, 225),
}
OFF = "off"
_DOUBLE = frozenset({"Ledgers", "QueryLedgers", "TradesHistory", "QueryTrades"})
_TRADING = frozenset(
    {
        "AddOrder", "AddOrderBatch", "AmendOrder", "EditOrder", "CancelOrder", "CancelOrderBatch",
        "CancelAll", "CancelAllOrdersAfter",
    }
)  # fmt: skip
# below so many seconds of age, so many points
_CANCEL = ((5, 8), (10, 6), (15, 5), (45, 4), (90, 2), (300, 1))
_AMEND = ((5, 3), (10, 2), (15, 1))
_EDIT = ((5, 6), (10, 5), (15, 4), (45, 2), (90, 1))


@dataclass(slots=True)
class _Counter:
    value: float = 0.0
    at_ns: int = 0

    def at(self, now_ns: int, decay: float) -> float:
        """The counter's value now."""
        passed = (now_ns - self.at_ns) / NS_PER_SECOND
        return max(0.0, self.value - passed * decay)


@dataclass(slots=True)
class Rates:
    """The counters of one account."""

    tier: Tier | None
    _calls: _Counter = field(default_factory=_Counter)
    _pairs: dict[str, _Counter] = field(default_factory=dict)

    @property
    def threshold(self) -> int:
        """The engine counter's limit per pair."""
        return (self.tier or TIERS["pro"]).orders

    @property
    def open_orders(self) -> int | None:
        """How many orders may be open on one pair."""
        return self.tier.open_orders if self.tier else None

    def call(self, name: str, now_ns: int) -> None:
        """Counts one private REST call. Raises Refusal above the limit, and then does not count."""
        if self.tier is None or name in _TRADING:
            return
        value = self._calls.at(now_ns, self.tier.calls_decay) + (2 if name in _DOUBLE else 1)
        if value > self.tier.calls:
            raise Refusal("EAPI:Rate limit exceeded")
        self._calls = _Counter(value, now_ns)

    def add(self, pair: str, now_ns: int, points: float = 1.0) -> None:
        """Counts a placement. Raises Refusal above the limit."""
        self._count(pair, now_ns, points)

    def amend(self, pair: str, age_ns: int, now_ns: int) -> None:
        """Counts an amend of an order of this age. Raises Refusal above the limit."""
        self._count(pair, now_ns, 1 + _by_age(_AMEND, age_ns))

    def edit(self, pair: str, age_ns: int, now_ns: int) -> None:
        """Counts an edit. Raises Refusal above the limit."""
        self._count(pair, now_ns, 1 + _by_age(_EDIT, age_ns))

    def cancel(self, pair: str, age_ns: int, now_ns: int) -> None:
        """Counts a cancel. It is never refused, but what follows may be."""
        if self.tier is not None:
            counter = self._pairs.setdefault(pair, _Counter())
            value = counter.at(now_ns, self.tier.orders_decay) + _by_age(_CANCEL, age_ns)
            self._pairs[pair] = _Counter(value, now_ns)

    def value(self, pair: str, now_ns: int) -> float:
        """A pair's engine counter."""
        decay = self.tier.orders_decay if self.tier else 0.0
        return self._pairs.get(pair, _Counter()).at(now_ns, decay)

    def _count(self, pair: str, now_ns: int, points: float) -> None:
        if self.tier is None:
            return
        value = self.value(pair, now_ns) + points
        if value > self.tier.orders:
            raise Refusal("EOrder:Rate limit exceeded")
        self._pairs[pair] = _Counter(value, now_ns)


def _by_age(table: tuple[tuple[int, int], ...], age_ns: int) -> int:
    return next((points for seconds, points in table if age_ns < seconds * NS_PER_SECOND), 0)
