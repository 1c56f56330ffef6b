"""Columns of millions made few enough to draw, with every peak and every bottom kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.history import History
from tui_bot.backtest.result import Result


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The account over time, drawn from the lowest and highest mark of each stretch.

    ``time`` in Unix seconds, ``equity`` in quote units, ``fall`` as the (negative) fraction below the highest
    mark so far, −1 where nothing is left.
    """

    time: NDArray[np.int64]
    equity: NDArray[np.float64]
    fall: NDArray[np.float64]


def curve(history: History, result: Result, points: int) -> Curve:
    """About so many points. Raises ValueError when the run kept no equity."""
    if result.equity is None:
        raise ValueError("the run kept no equity to draw")
    equity = result.equity
    places = _places(equity, max(points // 2, 1))
    peaks = np.maximum.accumulate(np.maximum(equity, result.start))[places].astype(np.float64)
    marks = equity[places].astype(np.float64)
    fall = np.divide(np.maximum(marks, 0) - peaks, peaks, out=np.zeros(len(marks)), where=peaks > 0)
    money = float(result.terms.money)
    return Curve(history.begin[places] + history.interval, marks * money, fall)


def _places(column: NDArray[np.int64], stretches: int) -> NDArray[np.int64]:
    """The places of the first, lowest, highest and last value, and of those of each stretch, in order."""
    count = len(column)
    if count <= 2 * stretches:
        return np.arange(count)
    edges = np.linspace(0, count, stretches + 1).astype(np.int64)
    found = {0, count - 1}
    for start, stop in pairwise(edges):
        part = column[start:stop]
        found.add(int(start + part.argmin()))
        found.add(int(start + part.argmax()))
    return np.array(sorted(found))
