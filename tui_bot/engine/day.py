"""The result of the UTC day so far."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tui_bot.market.number import ZERO
from tui_bot.market.position import Position

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass(slots=True)
class DayCount:
    """Counts fills and keeps where the day began, so that the day's part can be told."""

    day: int = 0
    net_before: Decimal = ZERO
    fees_before: Decimal = ZERO
    fills: int = 0

    def turn(self, at_ms: int, position: Position) -> None:
        """Begin a new day if ``at_ms`` lies in one; ``position`` is the one before what follows."""
        day = at_ms // DAY_MS
        if day > self.day:
            self.day = day
            self.net_before = position.realised_net
            self.fees_before = position.fees
            self.fills = 0
