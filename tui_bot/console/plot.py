"""The chart's state between two looks: which bars, on which scale; what must be drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tui_bot.console.axis import axis_rows, axis_width
from tui_bot.console.raster import Bar, Scale, paint, scale_of
from tui_bot.console.rows import Row
from tui_bot.console.watch import View
from tui_bot.engine.snapshot import Mark, MarkKind, Snapshot
from tui_bot.market.candle import Candle
from tui_bot.market.number import sign
from tui_bot.market.order import Side


class Plot:
    """Keeps the painted history; a tick only paints the axis and the running candle."""

    def __init__(self) -> None:
        self._scale: Scale | None = None
        self._bars: list[Bar] = []
        self._extent: list[Bar] = []
        self._key: object = None
        self._candles: object = None
        self._painted: object = None
        self._history: list[Row] = []

    @property
    def history(self) -> list[Row]:
        """The closed candles."""
        return self._history

    def axis_width(self, decimals: int) -> int:
        """How wide the axis must be."""
        return axis_width(self._scale, decimals) if self._scale else 12

    def look(self, view: View, width: int, height: int) -> None:
        """Bring the history up to date; it is painted only when its candles or its scale changed."""
        snap = view.snap
        if snap is None or height <= 0 or width <= 0 or not (snap.candles or snap.forming):
            self._history, self._scale = [], None
            return
        flip = snap.outlook.next.price if snap.outlook.next else None
        key = (snap.marks, snap.line[-1:], width)
        if self._candles is not snap.candles or self._key != key:
            self._bars = bars_of(snap, width)
            self._candles, self._key = snap.candles, key
            self._extent = _extent(self._bars)
            self._history = []
        fresh = [*self._extent, *([_bar(snap.forming)] if snap.forming else [])]
        before = self._scale
        self._scale = scale_of(fresh, height, None if flip is None else float(flip), before)
        if self._history and self._scale is before and self._painted == (width, flip):
            return
        flip_row = (
            None
            if flip is None or not self._scale.holds(float(flip), float(flip))
            else self._scale.row(float(flip))
        )
        self._history = paint(self._bars, self._scale, width, flip_row)
        self._painted = (width, flip)

    def axis(self, view: View, width: int) -> list[Row]:
        """The axis with the running candle."""
        if self._scale is None or view.snap is None:
            return []
        snap = view.snap
        flip = snap.outlook.next.price if snap.outlook.next else None
        running = (
            None
            if snap.forming is None
            else _bar(snap.forming, marks=_letters(snap.marks, snap.forming.begin))
        )
        return axis_rows(self._scale, view.decimals, width, running, view.price, flip)


def bars_of(snap: Snapshot, width: int) -> list[Bar]:
    """The newest ``width`` closed candles with their averages and marks."""
    candles = snap.candles[-width:]
    line: Sequence[Decimal | None] = snap.line if len(snap.line) == len(snap.candles) else ()
    first = len(snap.candles) - len(candles)
    bars = []
    for place, candle in enumerate(candles, first):
        average = line[place] if line else None
        before = line[place - 1] if line and place else None
        slope = 0 if average is None or before is None else sign(average - before)
        bars.append(_bar(candle, average, slope, _letters(snap.marks, candle.begin)))
    return bars


def _extent(bars: Sequence[Bar]) -> list[Bar]:
    """One bar as high and as low as all of them."""
    if not bars:
        return []
    low, high = min(bar.low for bar in bars), max(bar.high for bar in bars)
    return [Bar(low, high, low, high)]


def _bar(candle: Candle, average: Decimal | None = None, slope: int = 0, marks: str = "") -> Bar:
    return Bar(
        float(candle.open),
        float(candle.high),
        float(candle.low),
        float(candle.close),
        None if average is None else float(average),
        slope,
        marks,
        candle.filled,
    )


def _letters(marks: Sequence[Mark], begin: int) -> str:
    found = {
        ("B" if mark.side is Side.BUY else "S")
        if mark.kind is MarkKind.FILL
        else "b"
        if mark.side is Side.BUY
        else "s"
        for mark in marks
        if mark.begin == begin
    }
    return "".join(sorted(found))
