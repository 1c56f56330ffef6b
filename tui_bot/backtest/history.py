"""The candles of years as columns: times in Unix seconds, prices in whole ticks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

Ticks = NDArray[np.int32] | NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Closed candles of one pair and interval, oldest first; every column has one value a candle.

    ``pair`` is the form people read (``BTC/USD``), ``interval`` in seconds, ``tick`` the price in quote
    currency of one unit of ``open``, ``high``, ``low`` and ``close``. ``begin`` is the Unix second at which a
    candle begins, strictly rising, a multiple of the interval. ``volume`` is in base units. ``holes`` counts
    the intervals the source had no candle for; with ``filled`` they stand here flat at the close before them
    and with volume 0. ``name`` is what people call it, ``digest`` (SHA-256, hex) names its content.
    ``path`` is the tick file that the columns are mapped from, "" where they lie in memory alone.
    """

    pair: str
    interval: int
    tick: Decimal
    begin: NDArray[np.int64]
    open: Ticks
    high: Ticks
    low: Ticks
    close: Ticks
    volume: NDArray[np.float64]
    holes: int = 0
    filled: bool = False
    name: str = ""
    digest: str = ""
    path: str = ""

    def __len__(self) -> int:
        return len(self.begin)

    @property
    def end(self) -> int:
        """The Unix second at which the last candle ends; 0 of an empty history."""
        return int(self.begin[-1]) + self.interval if len(self) else 0

    def price(self, ticks: int | np.integer) -> Decimal:
        """So many ticks in quote currency, exact."""
        return int(ticks) * self.tick

    def slice(self, start: int | None = None, stop: int | None = None) -> History:
        """The candles from one place to before another, as a list is sliced; views, nothing is copied.

        ``holes`` are those between its own first and last candle. Digest and path are those of
        the whole. All of them are the history itself.
        """
        part = slice(start, stop)
        if part.indices(len(self)) == (0, len(self), 1):
            return self
        begin = self.begin[part]
        return replace(
            self,
            begin=begin,
            open=self.open[part],
            high=self.high[part],
            low=self.low[part],
            close=self.close[part],
            volume=self.volume[part],
            holes=self._holes(begin, self.volume[part]),
        )

    def _holes(self, begin: NDArray[np.int64], volume: NDArray[np.float64]) -> int:
        if not len(begin) or not self.holes:
            return 0
        if self.filled:
            return min(self.holes, int(np.count_nonzero(volume == 0)))
        return (int(begin[-1]) - int(begin[0])) // self.interval + 1 - len(begin)
