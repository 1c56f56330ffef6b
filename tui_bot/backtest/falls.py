"""The falls of an account below its highest mark, found a stretch of marks at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: So many marks stay in the processor's cache, and what is computed of them takes no memory to speak of.
STRETCH = 1 << 13


@dataclass(slots=True)
class Falls:
    """``depth`` is the deepest fall: from ``top`` at a place ``peak`` (-1: the start) to place ``bottom``.

    ``back`` is the place of the first mark after it that is as high again, -1 if there is none. ``length_s``
    is the longest time from a highest mark to the next that is as high, or to the end.
    """

    top: int
    depth: int = 0
    peak: int = -1
    bottom: int = 0
    back: int = -1
    length_s: int = 0


def falls_of(equity: NDArray[Any], begin: NDArray[np.int64], interval: int, start: int) -> Falls:
    """The falls of the marks at the closes of these candles, after ``start`` at the first one's begin."""
    scan = _Scan(begin, interval, start)
    for at in range(0, len(equity), STRETCH):
        scan.follow(at, equity[at : at + STRETCH])
    falls = scan.found()
    again = equity[falls.bottom :] >= falls.top
    if falls.depth and again.any():
        falls.back = falls.bottom + int(again.argmax())
    return falls


class _Scan:
    """How far it is: the highest mark so far and the last place that was as high."""

    def __init__(self, begin: NDArray[np.int64], interval: int, start: int) -> None:
        self._begin = begin
        self._interval = interval
        self._top = start
        self._high = -1
        self._falls = Falls(start)

    def follow(self, at: int, marks: NDArray[Any]) -> None:
        """The next marks, from this place on."""
        if marks.max() < self._top:
            place = int(marks.argmin())
            self._fell(self._top, int(marks[place]), self._high, at + place)
        else:
            self._rise(at, marks)

    def _rise(self, at: int, marks: NDArray[Any]) -> None:
        """Marks among which there is at least one as high as any before."""
        peaks: Any = np.maximum(np.maximum.accumulate(marks), self._top)
        falls = peaks - marks
        highs = np.concatenate(([self._high], np.flatnonzero(falls == 0) + at))
        place = int(falls.argmax())
        peak = int(highs[highs.searchsorted(at + place, "right") - 1])
        self._fell(int(peaks[place]), int(marks[place]), peak, at + place)
        self._measure(highs)
        self._high, self._top = int(highs[-1]), int(peaks[-1])

    def _fell(self, top: int, mark: int, peak: int, bottom: int) -> None:
        falls = self._falls
        if top - mark > falls.depth:
            falls.top, falls.depth, falls.peak, falls.bottom = top, top - mark, peak, bottom

    def found(self) -> Falls:
        """What there was, the last mark looked at."""
        if len(self._begin):
            since, now = self._times(np.array([self._high, len(self._begin) - 1]))
            self._falls.length_s = max(self._falls.length_s, int(now - since))
        return self._falls

    def _measure(self, highs: NDArray[np.int64]) -> None:
        """The times between places, if there is anything between them."""
        (apart,) = np.nonzero(np.diff(highs) > 1)
        if len(apart):
            times = self._times(highs[apart + 1]) - self._times(highs[apart])
            self._falls.length_s = max(self._falls.length_s, int(times.max()))

    def _times(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """When candles end; for -1, when the first begins."""
        ends = self._begin[places] + self._interval
        return np.where(places < 0, self._begin[0], ends)
