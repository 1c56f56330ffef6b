"""What a market is bid and asked at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """Best bid and ask and the last trade's price."""

    bid: Decimal
    ask: Decimal
    last: Decimal
    at_ms: int

    @property
    def mid(self) -> Decimal:
        """The middle of bid and ask."""
        return (self.bid + self.ask) / 2
