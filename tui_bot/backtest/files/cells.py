"""Where the cells of a table's rows lie: one pass over the bytes, no strings made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.files.digits import MARGIN, Places, Words, windows

_COMMA, _DOT, _LINE, _BELOW_DIGITS = 44, 46, 10, 48


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The cells of whole rows, as places in ``data``; ``[column, row]``.

    A cell reaches from ``start`` to before ``end``; its whole part ends at ``dot``, which is ``end`` where
    there is none.
    """

    data: bytes
    words: Words
    start: Places
    dot: Places
    end: Places

    def text(self, row: int) -> str:
        """One row as it stands in the file."""
        return self.data[self.start[0, row] : self.end[-1, row]].decode("utf-8", "replace")


def cut(rows: bytes, columns: int) -> Cells | None:
    """The cells of comma-separated rows, each ended by a line feed; None if one has not so many columns."""
    data = bytes(MARGIN) + rows
    text = np.frombuffer(data, np.uint8)
    marks = np.flatnonzero(text < _BELOW_DIGITS)[MARGIN:]
    found = _bounds(marks, text[marks], columns)
    if found is None:
        return None
    dot, end = found
    start = np.empty_like(end)
    start[0, 0] = MARGIN
    np.add(end[-1, :-1], 1, out=start[0, 1:])
    np.add(end[:-1], 1, out=start[1:])
    return Cells(data, windows(data), start, dot, end)


def _bounds(marks: Places, kind: NDArray[np.uint8], columns: int) -> tuple[Places, Places] | None:
    """Where the cells' dots and ends are; ``kind`` is what stands at each mark."""
    width = int((kind == _LINE).argmax()) + 1
    if len(kind) % width == 0 and (kind.reshape(-1, width) == kind[:width]).all():
        chosen = _chosen(kind[:width], columns)
        table = np.ascontiguousarray(marks.reshape(-1, width).T)  # all rows are alike
        return chosen and (table[chosen[0]], table[chosen[1]])
    is_end = (kind == _COMMA) | (kind == _LINE)
    if not _fits(kind.compress(is_end), columns):
        return None
    end = marks.compress(is_end)
    dot = end.copy()
    dots = np.flatnonzero(kind == _DOT)
    dot[np.cumsum(is_end, dtype=np.int32)[dots]] = marks[dots]
    shape = -1, columns
    return np.ascontiguousarray(dot.reshape(shape).T), np.ascontiguousarray(end.reshape(shape).T)


def _chosen(kind: NDArray[np.uint8], columns: int) -> tuple[list[int], list[int]] | None:
    """Which marks of a row are its cells' dots and ends."""
    ends = [place for place, each in enumerate(kind.tolist()) if each in (_COMMA, _LINE)]
    if len(ends) != columns:
        return None
    dots = ends.copy()
    for place in np.flatnonzero(kind == _DOT).tolist():
        dots[sum(end < place for end in ends)] = place
    return dots, ends


def _fits(ends: NDArray[np.uint8], columns: int) -> bool:
    if len(ends) % columns:
        return False
    table = ends.reshape(-1, columns)
    return bool((table[:, -1] == _LINE).all() and (table[:, :-1] == _COMMA).all())
