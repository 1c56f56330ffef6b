"""Closes and their average as lines of dots: two candles a column, four dots a row. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui_bot.console.raster import Bar, Scale
from tui_bot.console.rows import Row, row

#: How many candles a column holds.
DENSE = 2

BLANK = 0x2800
#: The bit of each dot by (column, row from the top) of its cell.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))

_MARKS = {"B": "up reverse", "S": "down reverse"}

Dots = dict[tuple[int, int], int]


def braille_rows(
    bars: Sequence[Bar], scale: Scale, width: int, flip_row: int | None = None, cursor: int | None = None
) -> list[Row]:
    """As ``raster.paint``, with ``DENSE`` bars a column; letters of marks stand at their close."""
    first = width * DENSE - len(bars)
    closes = _line([bar.close for bar in bars], scale, first)
    averages = _line([bar.average for bar in bars], scale, first)
    letters = {
        ((first + place) // DENSE, scale.row(bar.close)): bar.marks[0]
        for place, bar in enumerate(bars)
        if bar.marks
    }
    inks = {1: "sma-up", -1: "sma-down", 0: "sma-flat"}
    slopes = {(first + place) // DENSE: inks[bar.slope] for place, bar in enumerate(bars)}
    lines: list[Row] = []
    for line in range(scale.rows):
        blank = ("┈", "flip") if line == flip_row else (" ", "text")
        cells = []
        for column in range(width):
            at = column, line
            if letter := letters.get(at):
                cells.append((letter, _MARKS.get(letter, "warn bold")))
            elif at in closes:
                ink = "mark bold" if column == cursor else "mark"
                cells.append((chr(BLANK + (closes[at] | averages.get(at, 0))), ink))
            elif at in averages:
                cells.append((chr(BLANK + averages[at]), slopes[column]))
            else:
                cells.append(("┊", "key") if column == cursor else blank)
        lines.append(_joined(cells))
    return lines


def _line(values: Sequence[float | None], scale: Scale, first: int) -> Dots:
    """The dots of a line through the values, without a break where it is steep."""
    dots: Dots = {}
    before: int | None = None
    for place, value in enumerate(values, first):
        if value is None or not scale.holds(value, value):
            before = None
            continue
        here = _level(value, scale)
        nearest = here if before is None else before + (here > before) - (here < before)
        low, high = sorted((here, nearest))
        for level in range(low, high + 1):
            cell = place // DENSE, level // 4
            dots[cell] = dots.get(cell, 0) | _DOTS[place % DENSE][level % 4]
        before = here
    return dots


def _level(value: float, scale: Scale) -> int:
    """The dot's row, 0 at the top."""
    rows = scale.rows * 4
    return min(max(int((scale.high - value) / (scale.high - scale.low) * rows), 0), rows - 1)


def _joined(cells: Sequence[tuple[str, str]]) -> Row:
    spans: list[tuple[str, str]] = []
    for text, ink in cells:
        if spans and spans[-1][1] == ink:
            spans[-1] = spans[-1][0] + text, ink
        else:
            spans.append((text, ink))
    return row(*spans)
