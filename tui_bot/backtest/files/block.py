"""Some thousand rows of a table as columns: read fast where they are plain, row by row where they are odd."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.fault import Fault
from tui_bot.backtest.files.cells import Cells, cut
from tui_bot.backtest.files.digits import POWERS, digit, long_number, number, one_value
from tui_bot.backtest.files.layout import Layout, row_fault
from tui_bot.backtest.files.odd_row import read_row
from tui_bot.backtest.files.times import seconds

_EXACT = 1 << 53  # integers up to here are exact as binary fractions
_POWERS = 10.0 ** np.arange(9)


@dataclass(slots=True, eq=False)
class Block:
    """Begins in Unix seconds; ``prices`` are open, high, low and close in units of 10**-``decimals``."""

    begin: NDArray[np.int64]
    prices: NDArray[np.int64]
    decimals: int
    volume: NDArray[np.float64]


def read_block(rows: bytes, layout: Layout, unit: int) -> Block:
    """The columns of whole rows, each ended by a line feed. Raises Fault."""
    plain = _with_commas(rows, layout)
    cells = cut(plain, layout.columns)
    if cells is None:
        raise _torn(rows, layout)
    begin, odd = seconds(cells, layout.time, unit)
    prices, decimals, odd_prices = _prices(cells, layout)
    volume, odd_volume = _volume(cells, layout)
    odd |= odd_prices | odd_volume
    if layout.whole is not None:
        odd |= _no_count(cells, layout.whole)
    block = Block(begin, prices, decimals, volume)
    for row in np.flatnonzero(odd):
        _read_slowly(block, cells, int(row), layout, unit)
    return block


def _with_commas(rows: bytes, layout: Layout) -> bytes:
    if b"\r" in rows:
        rows = rows.replace(b"\r\n", b"\n")
    if b'"' in rows:
        rows = rows.replace(b'"', b"")
    if layout.delimiter == ",":
        return rows
    if b"," in rows:
        row = next(place for place, line in enumerate(rows.split(b"\n")) if b"," in line)
        raise Fault("a comma inside a cell", "write numbers with a decimal point and without thousands", row)
    return rows.replace(layout.delimiter.encode(), b",")


def _torn(rows: bytes, layout: Layout) -> Fault:
    """The first row that has not as many cells as the others."""
    for row, line in enumerate(rows.decode("utf-8", "replace").split("\n")):
        if line.count(layout.delimiter) + 1 != layout.columns:
            fault = row_fault(line.rstrip("\r"), layout)
            fault.row = row
            return fault
    raise AssertionError("every row has its cells")


def _prices(cells: Cells, layout: Layout) -> tuple[NDArray[np.int64], int, NDArray[np.bool_]]:
    columns = list(layout.prices)
    start, dot, end = (each[columns] for each in (cells.start, cells.dot, cells.end))
    whole, fraction, length, odd = _decimal(cells, start, dot, end)
    decimals = int(length.max())
    whole *= POWERS[decimals]
    if one_value(length) is None:
        fraction *= POWERS[decimals - length]
    whole += fraction
    odd |= whole == 0
    return whole, decimals, np.any(odd, axis=0)


def _volume(cells: Cells, layout: Layout) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    if layout.volume is None:
        return np.zeros(cells.end.shape[1]), np.zeros(cells.end.shape[1], bool)
    start, dot, end = (each[layout.volume] for each in (cells.start, cells.dot, cells.end))
    whole, fraction, length, odd = _decimal(cells, start, dot, end)
    alike = one_value(length)
    digits = length if alike is None else alike
    whole *= POWERS[digits]
    whole += fraction
    odd |= whole >= _EXACT
    return whole / _POWERS[digits], odd


def _decimal(
    cells: Cells, start: NDArray[np.int64], dot: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """What stands before and after the point, how many digits stand after it, and which cells are odd."""
    before = dot - start
    after = end - dot - 1
    odd: NDArray[np.bool_] | None = None
    if not (_are_digits(before) and _are_digits(after)):
        odd = (before < 1) | (before > 8) | (after > 8) | (after == 0)
        np.clip(before, 0, 8, out=before)
        np.clip(after, 0, 8, out=after)
    whole, wrong = number(cells.words, dot, before)
    if one_value(after) == 1:
        fraction, also_wrong = digit(cells.data, end)
    else:
        fraction, also_wrong = number(cells.words, end, after)
    wrong |= also_wrong
    return whole, fraction, after, wrong if odd is None else wrong | odd


def _are_digits(length: NDArray[np.int64]) -> bool:
    """Whether all cells have as many digits as are read at once."""
    return bool(length.min() >= 1 and length.max() <= 8)


def _no_count(cells: Cells, column: int) -> NDArray[np.bool_]:
    start, end = cells.start[column], cells.end[column]
    length = end - start
    _, wrong = long_number(cells.words, end, length)
    wrong |= (length < 1) | (length > 12)
    return wrong


def _read_slowly(block: Block, cells: Cells, row: int, layout: Layout, unit: int) -> None:
    try:
        odd = read_row(cells.text(row), layout, unit)
    except Fault as fault:
        fault.row = row
        raise
    needed = max(_decimals(price) for price in odd.prices)
    if needed > block.decimals:
        block.prices *= POWERS[needed - block.decimals]
        block.decimals = needed
    block.begin[row] = odd.begin
    block.prices[:, row] = [int(price.scaleb(block.decimals)) for price in odd.prices]
    block.volume[row] = odd.volume


def _decimals(price: Decimal) -> int:
    return max(0, -int(price.as_tuple().exponent))
