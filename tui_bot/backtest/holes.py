"""Intervals without a candle: counted, and filled flat on request."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.history import History, Ticks

#: More than all minutes of a century; what needs more has a wrong time in it.
MOST = 60_000_000


def count(begin: NDArray[np.int64], interval: int) -> int:
    """The intervals between first and last candle that have none."""
    return (int(begin[-1]) - int(begin[0])) // interval + 1 - len(begin) if len(begin) else 0


def largest(begin: NDArray[np.int64], interval: int) -> tuple[int, int]:
    """After which candle most intervals are missing, and how many; (0, 0) if none is."""
    if len(begin) < 2:
        return 0, 0
    steps = np.diff(begin)
    place = int(steps.argmax())
    missing = int(steps[place]) // interval - 1
    return (place, missing) if missing else (0, 0)


def fill(history: History) -> History:
    """Each hole filled with candles standing at the close before it, without volume."""
    if history.filled:
        return history
    if not history.holes:
        return replace(history, filled=True, digest="", path="")
    begin, interval = history.begin, history.interval
    place = (begin - begin[0]) // interval
    total = int(place[-1]) + 1
    times = np.arange(total, dtype=np.int64) * interval + begin[0]
    repeats = np.diff(place, append=total)
    close: Ticks = history.close.repeat(repeats)
    opening, high, low = (_over(close, place, each) for each in (history.open, history.high, history.low))
    volume = np.zeros(total)
    volume[place] = history.volume
    return replace(
        history,
        begin=times,
        open=opening,
        high=high,
        low=low,
        close=close,
        volume=volume,
        filled=True,
        digest="",
        path="",
    )


def _over(flat: Ticks, place: NDArray[np.int64], values: Ticks) -> Ticks:
    column = flat.copy()
    column[place] = values
    return column
