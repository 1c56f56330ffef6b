"""Kraken's counter of private calls, mirrored here so that reads slow down instead of being refused.

Every private call adds to a counter that decays with time; beyond a maximum Kraken answers
``EAPI:Rate limit exceeded``. Placing and cancelling orders do not count in it.
Source: Kraken API Center, "Spot REST rate limits".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_FREE = frozenset({"AddOrder", "CancelOrder"})
# The documentation charges 2 for histories, the official SDK for lists of orders as well.
_DOUBLE = frozenset({"OpenOrders", "ClosedOrders", "TradesHistory"})


@dataclass(frozen=True, slots=True)
class Tier:
    """A verification level: the counter's maximum, and how much it loses a second."""

    maximum: float
    decay: float


STARTER = Tier(15, 0.33)
INTERMEDIATE = Tier(20, 0.5)
PRO = Tier(20, 1)


def cost_of(method: str) -> int:
    """What a call adds to the counter."""
    if method in _FREE:
        return 0
    return 2 if method in _DOUBLE else 1


class CallBudget:
    """The counter as it must stand at Kraken. Times are exchange milliseconds."""

    def __init__(self, tier: Tier = STARTER) -> None:
        self._tier = tier
        self._level = 0.0
        self._seen_ms = 0

    def wait_ms(self, cost: int, now_ms: int) -> int:
        """How long until a call of this cost fits."""
        over = self._decayed(now_ms) + cost - self._tier.maximum
        return math.ceil(over / self._tier.decay * 1000) if cost and over > 0 else 0

    def spend(self, cost: int, now_ms: int) -> None:
        """A call was made."""
        self._level = self._decayed(now_ms) + cost
        self._seen_ms = now_ms

    def exhaust(self, now_ms: int) -> None:
        """Kraken said that the counter is full."""
        self._level = self._tier.maximum
        self._seen_ms = now_ms

    def _decayed(self, now_ms: int) -> float:
        return max(0.0, self._level - max(0, now_ms - self._seen_ms) / 1000 * self._tier.decay)
