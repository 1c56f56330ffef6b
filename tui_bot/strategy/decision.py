"""What a strategy says of one closed candle, with the numbers it said it from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


class Verdict(Enum):
    """What a strategy wants after a candle."""

    BUY = "buy"
    SELL = "sell"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Decision:
    """One evaluation of one closed candle.

    ``candle`` is its begin (Unix seconds). ``sums`` are the sums of the last ``period`` closes at
    the three newest closed candles, oldest first: exact, where the averages may not be.
    ``slopes`` are the two steps of the average between them, times ``period``.
    """

    candle: int
    close: Decimal
    period: int
    sums: tuple[Decimal, ...]
    slopes: tuple[Decimal, ...]
    verdict: Verdict
    reason: str

    @property
    def averages(self) -> tuple[Decimal, ...]:
        """The averages as a person reads them; rounded where the division does not end."""
        return tuple(total / self.period for total in self.sums)

    @property
    def slope(self) -> Decimal | None:
        """The newest step of the average, in quote units a candle."""
        return self.slopes[-1] / self.period if self.slopes else None


@dataclass(frozen=True, slots=True)
class Threshold:
    """The close of a coming candle beyond which the slope turns.

    ``begin`` is that candle's begin. ``verdict`` is what follows beyond ``price``: a BUY needs a
    close strictly above it, a SELL one strictly below.
    """

    begin: int
    price: Decimal
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the next closes would do.

    ``next`` is the threshold of the candle now forming, None while no turn is possible there, with
    ``why`` saying so. ``ladder`` goes on with the thresholds of the candles after it, each on
    the condition that the slope has not turned before.
    """

    next: Threshold | None
    ladder: tuple[Threshold, ...]
    why: str = ""
