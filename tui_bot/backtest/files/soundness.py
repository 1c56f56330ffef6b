"""What candles of a history must be like, a block of rows at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.fault import Fault
from tui_bot.backtest.files.block import Block

#: Intervals that a history may have, in seconds.
SHORTEST, LONGEST = 1, 15 * 86400
_BEFORE, _AFTER = 1, 4102444800  # 2100
_AGAIN = "download the file again"


def check(block: Block, interval: int, before: int | None) -> None:
    """Order, grid and bounds of a block; ``before`` is the begin of the candle before it. Raises Fault."""
    _check_order(block.begin, before)
    off = block.begin % interval != 0
    _refuse(off, lambda row: _off_grid(int(block.begin[row]), interval))
    opening, high, low, close = block.prices
    _refuse(high < low, lambda _: Fault("high is below low", _AGAIN + " and check the order of its columns"))
    outside = (np.minimum(opening, close) < low) | (np.maximum(opening, close) > high)
    _refuse(outside, lambda _: Fault("open or close lies outside low and high", _AGAIN))


def _check_order(begin: NDArray[np.int64], before: int | None) -> None:
    wild = (begin < _BEFORE) | (begin >= _AFTER)
    _refuse(wild, lambda row: Fault(f"time {int(begin[row])} is not between 1970 and 2100", "check its unit"))
    steps = np.diff(begin, prepend=begin[0] - 1 if before is None else before)
    _refuse(steps <= 0, lambda row: _disorder(begin, row, int(steps[row])))


def _disorder(begin: NDArray[np.int64], row: int, step: int) -> Fault:
    when = time_text(int(begin[row]))
    if step == 0:
        return Fault(f"time {when} repeats that of the row before", "remove one of the two rows")
    if len(begin) > 2 and (np.diff(begin[:3]) < 0).all():
        remedy = "turn it round: tac FILE > TURNED, a header back to the top"
        return Fault("the newest row comes first", remedy)
    return Fault(f"time {when} goes back behind the row before", "sort the rows by time")


def _off_grid(second: int, interval: int) -> Fault:
    what = f"time {time_text(second)} is not at a full interval of {interval} s"
    return Fault(what, "name the interval of the candles with --interval, or round times down to it")


def _refuse(wrong: NDArray[np.bool_], fault: Callable[[int], Fault]) -> None:
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        found = fault(row)
        found.row = row
        raise found


def common_step(begin: NDArray[np.int64]) -> int:
    """The most frequent step between rows: the interval of a table that does not tell it. Raises Fault."""
    steps = np.diff(begin)
    steps = steps[steps > 0]
    if not len(steps):
        raise Fault("one row alone does not tell its interval", "name it with --interval")
    values, counts = np.unique(steps, return_counts=True)
    step = int(values[counts.argmax()])
    if not SHORTEST <= step <= LONGEST:
        raise Fault(f"rows are {step} s apart", "name the interval of the candles with --interval")
    return step


def time_text(second: int) -> str:
    """A time as people read it, UTC."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%S")
