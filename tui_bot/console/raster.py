"""Candles as text: half-cell resolution, one column a candle. Pure; no screen needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tui_bot.console.glyphs import CANDLE, FORMING, GAP
from tui_bot.console.rows import Row, Span

AIR = 0.06
#: A scale is kept until the candles use less than this part of it.
LOOSE = 0.55


class Bar(NamedTuple):
    """One column. ``slope`` is the average's direction into it; ``marks`` letters such as ``"Bs"``.

    ``gap`` is an interval that the exchange left out.
    """

    open: float
    high: float
    low: float
    close: float
    average: float | None = None
    slope: int = 0
    marks: str = ""
    gap: bool = False


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
        top = 2 * self.rows - 1
        return min(max(int((price - self.low) / (self.high - self.low) * (top + 1)), 0), top)

    def row(self, price: float) -> int:
        """The row of a price, 0 at the top."""
        return self.rows - 1 - self.half(price) // 2

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
    glyphs = FORMING if forming else CANDLE
    half, last = scale.half, scale.rows - 1
    body_low, body_high = half(min(bar.open, bar.close)), half(max(bar.open, bar.close))
    low, high = half(bar.low), half(bar.high)
    average = None if bar.average is None else half(bar.average)
    ink = "up" if bar.close >= bar.open else "down"
    if forming:
        ink += " bold"
    cells = []
    for line in range(low // 2, high // 2 + 1):
        under, over = 2 * line, 2 * line + 1
        lower = 2 if body_low <= under <= body_high else 1 if low <= under <= high else 0
        upper = 2 if body_low <= over <= body_high else 1 if low <= over <= high else 0
        if average is None or average // 2 != line:
            cells.append((last - line, GAP if bar.gap else glyphs[upper, lower], "dim" if bar.gap else ink))
    if average is not None:
        crossing = low // 2 <= average // 2 <= high // 2
        glyph = "┿" if crossing else "▔" if average % 2 else "▁"
        cells.append((last - average // 2, glyph, _SLOPE_INK[bar.slope]))
    if bar.marks:
        _mark(cells, bar.marks, last - high // 2, last - low // 2, last)
    return cells


_SLOPE_INK = {1: "sma-up", -1: "sma-down", 0: "sma-flat"}


def _mark(cells: list[Cell], marks: str, top: int, bottom: int, last: int) -> None:
    # Buys below the candle, sells above it; at the edge of the chart they cover the candle.
    for letter in marks:
        place = min(bottom + 1, last) if letter in "Bb" else max(top - 1, 0)
        cells[:] = [cell for cell in cells if cell[0] != place]
        ink = "up" if letter in "Bb" else "down"
        cells.append((place, letter, f"{ink} reverse" if letter in "BS" else "warn bold"))


def paint(bars: Sequence[Bar], scale: Scale, width: int, flip_row: int | None = None) -> list[Row]:
    """All bars at the right end of ``width`` columns; a dotted line at ``flip_row``."""
    shown = bars[-width:] if width > 0 else ()
    touched: list[list[tuple[int, str, str]]] = [[] for _ in range(scale.rows)]
    for place, bar in enumerate(shown, width - len(shown)):
        for line, glyph, ink in column(bar, scale):
            touched[line].append((place, glyph, ink))
    return [_spans(cells, width, "┈" if line == flip_row else " ") for line, cells in enumerate(touched)]


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
