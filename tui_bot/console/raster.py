"""Candles as text: half-cell resolution, one column a candle. Pure; no screen needed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tui_bot.console.glyphs import CANDLE, CROSSED, FORMING, GAP, LINE
from tui_bot.console.rows import Row, Span

AIR = 0.06
#: A scale is kept until the candles use less than this part of it.
LOOSE = 0.55


class Bar(NamedTuple):
    """One column. ``slope`` is the average's direction into it; ``marks`` letters such as ``"Bs"``.

    ``gap`` is an interval that the exchange left out. A ``void`` one has an average and no candle.
    """

    open: float
    high: float
    low: float
    close: float
    average: float | None = None
    slope: int = 0
    marks: str = ""
    gap: bool = False
    void: bool = False


#: One inked cell of a column, as (row, glyph, ink); row 0 is the top.
Cell = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Scale:
    """Which prices the rows stand for; every row has two halves."""

    low: float
    high: float
    rows: int

    def half(self, price: float) -> int:
        """The half-row of a price, 0 at the bottom, held inside the scale."""
        halves = 2 * self.rows
        half = int((price - self.low) / (self.high - self.low) * halves)
        return 0 if half < 0 else half if half < halves else halves - 1

    def row(self, price: float) -> int:
        """The row of a price, 0 at the top."""
        return self.rows - 1 - self.half(price) // 2

    def third(self, price: float) -> int:
        """Where in its row a price is: 0 the lower third, 1 the middle, 2 the upper."""
        part = (price - self.low) / (self.high - self.low) * self.rows
        third = int((part - self.half(price) // 2) * 3)
        return 0 if third < 0 else third if third < 2 else 2

    def price(self, row: int) -> float:
        """The price in the middle of a row."""
        return self.high - (row + 0.5) * (self.high - self.low) / self.rows

    def holds(self, low: float, high: float) -> bool:
        """Whether both prices are inside."""
        return self.low <= low and high <= self.high


def scale_of(bars: Sequence[Bar], rows: int, flip: float | None, before: Scale | None) -> Scale:
    """A scale for all bars with some air; the one before while it still serves.

    The flip price is taken in when it does not squeeze the candles to less than two thirds.
    """
    low = min((bar.low for bar in bars), default=0.0)
    high = max((bar.high for bar in bars), default=1.0)
    span = high - low
    if flip is not None and span > 0 and max(high, flip) - min(low, flip) <= 1.5 * span:
        low, high = min(low, flip), max(high, flip)
        span = high - low
    fits = before is not None and before.rows == rows and before.holds(low, high)
    if before is not None and fits and span >= LOOSE * (before.high - before.low):
        return before
    if span <= 0:
        span = abs(high) * 0.001 or 1.0
    return Scale(low - AIR * span, high + AIR * span, rows)


def column(bar: Bar, scale: Scale, forming: bool = False) -> list[Cell]:
    """The inked cells of one bar."""
    average, slope, marks, gap, void = bar[4:]
    cells: list[Cell] = []
    first = last = -1
    if not void:
        low, body, top, high = _halves(bar, scale)
        last = scale.rows - 1 - low // 2
        ink = "dim" if gap else _INKS[bar.close >= bar.open, forming]
        glyphs = _shape(low & 1, body - low, top - low, high - low, forming)
        first = last - len(glyphs) + 1
        cells = [(last - above, GAP if gap else glyph, ink) for above, glyph in enumerate(glyphs)]
    if average is not None and scale.low <= average <= scale.high:
        row = scale.row(average)
        crossed = first <= row <= last
        if crossed:
            del cells[last - row]
        cells.append((row, CROSSED if crossed else LINE[scale.third(average)], _SLOPE_INK[slope]))
    if marks and not void:
        _mark(cells, marks, first, last, scale.rows - 1)
    return cells


def _halves(bar: Bar, scale: Scale) -> tuple[int, int, int, int]:
    """``scale.half`` of the low, the body's two ends and the high, written out: a chart's time goes here."""
    base, span, size = scale.low, scale.high - scale.low, 2 * scale.rows
    opened, high, low, close = bar[:4]
    body, top = (opened, close) if opened < close else (close, opened)
    halves = (
        int((low - base) / span * size),
        int((body - base) / span * size),
        int((top - base) / span * size),
        int((high - base) / span * size),
    )
    if halves[0] >= 0 and halves[3] < size:
        return halves
    first, second, third, fourth = (min(max(half, 0), size - 1) for half in halves)
    return first, second, third, fourth


@lru_cache(4096)
def _shape(offset: int, body: int, top: int, high: int, forming: bool) -> tuple[str, ...]:
    """A candle's glyphs from the bottom up; it begins ``offset`` halves above its lowest cell's bottom.

    ``body``, ``top`` and ``high`` are halves above its low.
    """
    glyphs = FORMING if forming else CANDLE
    kinds = [0] * offset + [1] * body + [2] * (top - body + 1) + [1] * (high - top) + [0]
    return tuple(glyphs[pair] for pair in zip(kinds[1::2], kinds[::2], strict=False))


#: By whether a candle rises, and whether it still runs.
_INKS = {(True, False): "up", (False, False): "down", (True, True): "up bold", (False, True): "down bold"}
_SLOPE_INK = {1: "sma-up", -1: "sma-down", 0: "sma-flat"}


def _mark(cells: list[Cell], marks: str, top: int, bottom: int, last: int) -> None:
    # Buys below the candle, sells above it; at the edge of the chart they cover the candle.
    for letter in marks:
        place = min(bottom + 1, last) if letter in "Bb" else max(top - 1, 0)
        cells[:] = [cell for cell in cells if cell[0] != place]
        ink = "up" if letter in "Bb" else "down"
        cells.append((place, letter, f"{ink} reverse" if letter in "BS" else "warn bold"))


def spaced(bars: Sequence[Bar], stride: int) -> list[Bar]:
    """The bars ``stride`` columns apart, the average drawn on between them."""
    found: list[Bar] = []
    for bar in bars:
        for column_ahead in range(1, stride) if found else ():
            found.append(_between(found[-column_ahead], bar, column_ahead / stride))
        found.append(bar)
    return found


def _between(before: Bar, after: Bar, part: float) -> Bar:
    average = None
    if before.average is not None and after.average is not None:
        average = before.average + (after.average - before.average) * part
    return Bar(after.open, after.high, after.low, after.close, average, after.slope, void=True)


def paint(
    bars: Sequence[Bar], scale: Scale, width: int, flip_row: int | None = None, cursor: int | None = None
) -> list[Row]:
    """All bars at the right end of ``width`` columns; lines at ``flip_row`` and in the column ``cursor``."""
    shown = bars[-width:] if width > 0 else ()
    touched: list[list[tuple[int, str, str]]] = [[] for _ in range(scale.rows)]
    for place, bar in enumerate(shown, width - len(shown)):
        for line, glyph, ink in column(bar, scale):
            touched[line].append((place, glyph, ink))
    if cursor is not None:
        for cells in touched:
            _cross(cells, cursor)
    return [_spans(cells, width, "┈" if line == flip_row else " ") for line, cells in enumerate(touched)]


def _cross(cells: list[tuple[int, str, str]], column: int) -> None:
    """The cursor's line behind what is drawn, and a candle on it brighter."""
    place = bisect_left(cells, (column,))
    if place < len(cells) and cells[place][0] == column:
        _, glyph, ink = cells[place]
        cells[place] = (column, glyph, ink if "reverse" in ink else "mark bold")
    else:
        cells.insert(place, (column, "┊", "key"))


def _spans(cells: list[tuple[int, str, str]], width: int, blank: str) -> Row:
    ground = "text" if blank == " " else "flip"
    spans: list[Span] = []
    at, run, run_ink = 0, "", ""
    for place, glyph, ink in cells:
        if place == at and ink == run_ink:
            run += glyph
        else:
            if run:
                spans.append((run, run_ink))
            if place > at:
                spans.append((blank * (place - at), ground))
            run, run_ink = glyph, ink
        at = place + 1
    if run:
        spans.append((run, run_ink))
    if at < width:
        spans.append((blank * (width - at), ground))
    return tuple(spans)
