"""Candles of one pair and one interval, and the series that keeps them in order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


@dataclass(frozen=True, slots=True)
class Candle:
    """One interval of trading.

    ``begin`` is the first second of the interval (Unix seconds, a multiple of the interval).
    ``filled`` marks a candle that had no trades and was made flat from the close before it.
    """

    begin: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    trades: int
    filled: bool = False

    @classmethod
    def flat(cls, begin: int, price: Decimal) -> Candle:
        """A candle without trades, standing at the close before it."""
        return cls(begin, price, price, price, price, Decimal(0), 0, filled=True)


def candle_fault(candle: Candle, interval: int) -> str | None:
    """Why a candle cannot be believed, or None when it can.

    ``interval`` is in seconds. Faults met in the wild: F50 to F55.
    """
    prices = (candle.open, candle.high, candle.low, candle.close)
    if not all(price.is_finite() for price in prices) or not candle.volume.is_finite():
        return "a price or the volume is not a finite number"
    if min(prices) <= 0:
        return "a price is zero or negative"
    if candle.begin % interval:
        return f"begins off the {interval} s grid"
    if candle.high != max(prices) or candle.low != min(prices):
        return "high and low do not enclose open and close"
    if candle.volume < 0 or candle.trades < 0:
        return "volume or trade count is negative"
    return None


class Upsert(Enum):
    """What adding a candle did to a series."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    CORRECTED = "corrected"
    TOO_OLD = "too old"


class CandleSeries:
    """Closed candles by begin time without holes, and the one still forming.

    A hole between two closed candles is filled flat and marked. At most ``keep`` closed candles
    are held.
    """

    def __init__(self, interval: int, keep: int = 720) -> None:
        self.interval = interval
        self.keep = keep
        self.forming: Candle | None = None
        self._closed: list[Candle] = []
        self._frozen: tuple[Candle, ...] | None = ()

    def __len__(self) -> int:
        return len(self._closed)

    @property
    def last(self) -> Candle | None:
        """The newest closed candle."""
        return self._closed[-1] if self._closed else None

    @property
    def closed(self) -> tuple[Candle, ...]:
        """The closed candles, oldest first; the same object until one of them changes."""
        if self._frozen is None:
            self._frozen = tuple(self._closed)
        return self._frozen

    @property
    def held(self) -> Sequence[Candle]:
        """The closed candles, oldest first, as they stand: to be read at once, they go on changing."""
        return self._closed

    def window(self, size: int) -> Sequence[Candle]:
        """The newest ``size`` closed candles, oldest first."""
        return self._closed[-size:]

    def extend(self, candles: Iterable[Candle]) -> None:
        """Add several closed candles, oldest first."""
        for candle in candles:
            self.close(candle)

    def close(self, candle: Candle) -> Upsert:
        """Add one closed candle, or correct the one with the same begin."""
        if self.forming is not None and self.forming.begin <= candle.begin:
            self.forming = None
        if not self._closed or candle.begin > self._closed[-1].begin:
            self._fill_up_to(candle.begin)
            self._append(candle)
            return Upsert.ADDED
        return self._correct(candle)

    def form(self, candle: Candle) -> Upsert:
        """Show the candle that is still open; it never becomes closed by itself."""
        if self._closed and candle.begin <= self._closed[-1].begin:
            return Upsert.TOO_OLD
        if self.forming is not None and candle.begin < self.forming.begin:
            return Upsert.TOO_OLD
        if candle == self.forming:
            return Upsert.UNCHANGED
        self.forming = candle
        return Upsert.ADDED

    def restart(self) -> None:
        """Forget all candles: what comes next does not follow on them."""
        self._closed = []
        self._frozen = ()

    def _fill_up_to(self, begin: int) -> None:
        if not self._closed:
            return
        last = self._closed[-1]
        first = max(last.begin + self.interval, begin - self.keep * self.interval)
        for missing in range(first, begin, self.interval):
            self._append(Candle.flat(missing, last.close))

    def _append(self, candle: Candle) -> None:
        self._closed.append(candle)
        if len(self._closed) > self.keep:
            del self._closed[0]
        self._frozen = None

    def _correct(self, candle: Candle) -> Upsert:
        place = bisect_left(self._closed, candle.begin, key=lambda held: held.begin)
        if place == len(self._closed) or self._closed[place].begin != candle.begin:
            return Upsert.TOO_OLD
        if self._closed[place] == candle:
            return Upsert.UNCHANGED
        self._closed[place] = candle
        self._refill_after(place)
        self._frozen = None
        return Upsert.CORRECTED

    def _refill_after(self, place: int) -> None:
        """Holes stand at the close before them, also when that one was corrected."""
        close = self._closed[place].close
        for later in range(place + 1, len(self._closed)):
            if not self._closed[later].filled:
                return
            self._closed[later] = Candle.flat(self._closed[later].begin, close)
