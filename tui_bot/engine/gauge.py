"""How much of what the exchange allows in a time is used up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_bot.engine.reading import Reading, seconds, share

if TYPE_CHECKING:
    from tui_bot.engine.guards import Circumstances
    from tui_bot.engine.plan import Leg


#: What the next of each kind counts for: a read of the account, the dearest there is; an order.
COSTS = {"api": 5.0, "orders": 1.0}


@dataclass(frozen=True, slots=True)
class Gauge:
    """A counter at the exchange that fills with use and empties with time.

    It stood at ``level`` at ``at_ms`` and loses ``decay`` a second of exchange time; beyond ``limit`` the
    exchange refuses. ``reserve`` is kept free for what must not wait.
    """

    name: str
    level: float
    at_ms: int
    limit: float
    decay: float
    reserve: float

    def used(self, now_ms: int) -> float:
        """How high it stands."""
        return max(0.0, self.level - max(0, now_ms - self.at_ms) / 1000 * self.decay)

    def spare(self, now_ms: int) -> float:
        """What may be used without touching the reserve; below 0 when that is touched."""
        return self.limit - self.reserve - self.used(now_ms)

    def spare_in_ms(self, need: float, now_ms: int) -> int:
        """How long until so much is spare."""
        return math.ceil(max(0.0, need - self.spare(now_ms)) / self.decay * 1000)


def order_budget(now: Circumstances, _leg: Leg) -> Reading:
    """A guard: an entry leaves room for a cancel of it while it is young, and for a close (F41)."""
    gauge = now.order_budget
    if gauge is None:
        return Reading("order budget", True, "not counted", "")
    wait_ms = gauge.spare_in_ms(1, now.now_ms)
    held = f"entries held for {seconds(wait_ms)}: {gauge.reserve:g} stay free for a cancel and a close"
    used, free = gauge.used(now.now_ms), gauge.limit - gauge.reserve
    load = share(used, free)
    advice = held if wait_ms else ""
    return Reading("order budget", not wait_ms, f"{used:.1f}", f"{gauge.limit:g}", advice, load)
