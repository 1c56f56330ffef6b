"""The strategy's numbers as every mode of the backtest understands them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tui_bot.market.candle import CandleSeries
from tui_bot.market.number import ZERO
from tui_bot.strategy.sma_slope import SmaSlope, Ties

#: So many closed candles the engine holds: what lies further back decides nothing.
WINDOW = CandleSeries(60).keep


@dataclass(frozen=True, slots=True)
class Rule:
    """The SMA-slope rule: ``min_slope`` in quote units a candle, see ``SmaSlope``."""

    period: int = 20
    min_slope: Decimal = ZERO
    ties: Ties = Ties.STRICT

    @classmethod
    def of(cls, strategy: SmaSlope) -> Rule:
        """The numbers of a strategy."""
        return cls(strategy.period, strategy.min_slope, strategy.ties)

    @property
    def strategy(self) -> SmaSlope:
        """The strategy of these numbers."""
        return SmaSlope(self.period, self.min_slope, self.ties)

    @property
    def reach(self) -> int:
        """How many candles a carried direction may be old before the engine no longer sees it."""
        return WINDOW - 1 - self.period

    def band(self, tick: Decimal) -> int:
        """The dead band in whole ticks over the period: a step is flat that is not beyond it.

        Steps are whole ticks, so what the band has beyond the last whole one changes nothing.
        """
        return int(self.min_slope * self.period // tick)
