"""The chart's state between two looks: which bars, on which scale; what must be drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tui_bot.console.axis import axis_rows, axis_width
from tui_bot.console.braille import DENSE, braille_rows
from tui_bot.console.raster import Bar, Scale, paint, scale_of, spaced
from tui_bot.console.rows import Row
from tui_bot.console.time_axis import ROUND, time_row
from tui_bot.console.timeframe import Bucket, closed_buckets, lengths, running_bucket
from tui_bot.console.viewport import Viewport
from tui_bot.console.volume import volume_rows
from tui_bot.console.watch import View
from tui_bot.console.words import number
from tui_bot.engine.snapshot import Mark, MarkKind, Snapshot
from tui_bot.market.order import Side

#: Few candles stand further apart, up to so many columns.
WIDEST = 3


class Plot:
    """Keeps the painted history; a tick only paints the axis and the running candle."""

    def __init__(self) -> None:
        self.buckets: tuple[Bucket, ...] = ()
        self.begins: tuple[int, ...] = ()
        self.shown = slice(0)
        self.room = 1
        self._scale: Scale | None = None
        self._stride = 1
        self._bars: list[Bar] = []
        self._extent: list[Bar] = []
        self._columns: list[int] = []
        self._known: object = None
        self._window: object = None
        self._painted: object = None
        self._history: list[Row] = []
        self._viewport = Viewport()
        self._volume_height, self._highest, self._running = 0, 0.0, 0.0
        self._time_height = 0
        self._braille = False

    @property
    def history(self) -> list[Row]:
        """The closed candles, their volumes, and the times."""
        return self._history

    def axis_width(self, decimals: int) -> int:
        """How wide the axis must be."""
        return axis_width(self._scale, decimals) if self._scale else 12

    def chosen(self, viewport: Viewport) -> Bucket | None:
        """The candle under the cursor."""
        place = viewport.place(self.begins)
        return None if place is None else self.buckets[place]

    def begin_at(self, column: int) -> int | None:
        """The candle drawn in a column or nearest to it, the newer of two; None where there is none."""
        begins, columns = self.begins[self.shown], self._columns
        if len(begins) != len(columns) or not columns:
            return None
        return begins[min(reversed(range(len(columns))), key=lambda place: abs(columns[place] - column))]

    def look(self, view: View, viewport: Viewport, width: int, height: int) -> None:
        """Bring the history up to date; it is painted only when its candles or its scale changed."""
        snap = view.snap
        if snap is None or height <= 0 or width <= 0 or not (snap.candles or snap.forming):
            self._history, self._scale = [], None
            return
        length = viewport.length or snap.settings.interval
        braille = view.setting("display.glyphs", "blocks") == "braille"
        if braille is not self._braille:
            self._braille, self._window = braille, None
        self._take(snap, length)
        self._choose(viewport, width, height)
        flip = _flip(snap) if viewport.follows else None
        running = running_bucket(snap, length) if viewport.follows else None
        fresh = [*self._extent, *([bar_of(running)] if running else [])]
        before, rows = self._scale, height - self._volume_height - self._time_height
        self._scale = scale_of(fresh, rows, None if flip is None else float(flip), before)
        if self._history and self._scale is before and self._painted == (self._window, flip):
            return
        self._paint(width, flip, length)
        self._painted = (self._window, flip)

    def _take(self, snap: Snapshot, length: int) -> None:
        known = (snap.candles, snap.marks, snap.line[-1:], length)
        before = self._known
        if isinstance(before, tuple) and before[0] is snap.candles and before[1:] == known[1:]:
            return
        self._known = known
        self.buckets = closed_buckets(snap, length)
        self.begins = tuple(bucket.begin for bucket in self.buckets)
        self.shown, self._window = slice(0), None

    def _choose(self, viewport: Viewport, width: int, height: int) -> None:
        window = (viewport, width, height)
        if window == self._window:
            return
        self._window, self._viewport = window, viewport
        self._time_height = 1 if height >= 7 else 0
        self._volume_height = 0 if height < 13 else 1 if height < 22 else 2 if height < 32 else 3
        self._stride = 1 if self._braille else min(max(width // max(len(self.buckets), 1), 1), WIDEST)
        self.room = width * DENSE if self._braille else max(width // self._stride, 1)
        shown = viewport.window(self.begins, self.room)
        if shown != self.shown:
            self.shown = shown
            self._bars = [bar_of(bucket) for bucket in self.buckets[shown]]
            self._extent = _extent(self._bars)
        self._history = []

    def _paint(self, width: int, flip: Decimal | None, length: int) -> None:
        scale = self._scale
        if scale is None:
            return
        row = None
        if flip is not None and scale.holds(float(flip), float(flip)):
            row = scale.row(float(flip))
        bars = spaced(self._bars, self._stride)
        dense = DENSE if self._braille else 1
        first = width * dense - len(bars)
        place = self._viewport.place(self.begins)
        cursor = None
        if place is not None and self.shown.start <= place < self.shown.stop:
            cursor = (first + (place - self.shown.start) * self._stride) // dense
        draw = braille_rows if self._braille else paint
        self._history = draw(bars, scale, width, row, cursor)
        self._columns = [(first + number * self._stride) // dense for number in range(len(self._bars))]
        self._under(self._columns, width, length * dense, cursor)

    def _under(self, columns: list[int], width: int, length: int, cursor: int | None) -> None:
        """What stands below the candles: volumes, then times; ``columns`` are those of the candles."""
        volumes: list[float | None] = [None] * width
        begins: list[int | None] = [None] * width
        rising = [True] * width
        for column, bucket, bar in zip(columns, self.buckets[self.shown], self._bars, strict=True):
            candle, known = bucket.candle, begins[column]
            volumes[column] = (volumes[column] or 0.0) + float(candle.volume)
            rising[column] = bar.close >= bar.open
            if known is None or candle.begin % ROUND[0] == 0:  # of two in a column the rounder time is told
                begins[column] = candle.begin
        self._highest = max((volume for volume in volumes if volume), default=0.0)
        if self._volume_height:
            self._history += volume_rows(volumes, rising, width, self._volume_height, self._highest)
        if self._time_height:
            self._history.append(time_row(begins, length, width, cursor))

    def axis(self, view: View, viewport: Viewport, width: int) -> list[Row]:
        """The axis with the running candle."""
        snap = view.snap
        if self._scale is None or snap is None:
            return []
        running = (
            running_bucket(snap, viewport.length or snap.settings.interval) if viewport.follows else None
        )
        bar = None if running is None else bar_of(running)
        flip = _flip(snap) if viewport.follows else None
        chosen = self.chosen(viewport)
        lines = axis_rows(
            self._scale, view.decimals, width, bar, view.price, flip, chosen.candle.close if chosen else None
        )
        if self._volume_height:
            lines += self._volume_axis(running, width)
        return lines

    def _volume_axis(self, running: Bucket | None, width: int) -> list[Row]:
        """The running candle's volume, and what the highest bar stands for."""
        volume = None if running is None else float(running.candle.volume)
        rising = running is not None and running.candle.close >= running.candle.open
        bars = volume_rows([volume], [rising], 1, self._volume_height, self._highest)
        text = number(Decimal(self._highest), 1 if self._highest >= 10 else 3)
        label = f" vol {text}"
        texts = [label if len(label) < width else "", *([""] * (len(bars) - 1))]
        return [(*bar, (text.ljust(width - 1), "dim")) for bar, text in zip(bars, texts, strict=True)]


def offered(view: View) -> tuple[int, ...]:
    """The lengths of candles that the chart can show."""
    return lengths(view.snap.settings.interval) if view.snap else ()


def _flip(snap: Snapshot) -> Decimal | None:
    return snap.outlook.next.price if snap.outlook.next else None


def _extent(bars: Sequence[Bar]) -> list[Bar]:
    """One bar as high and as low as all of them."""
    if not bars:
        return []
    low, high = min(bar.low for bar in bars), max(bar.high for bar in bars)
    return [Bar(low, high, low, high)]


def bar_of(bucket: Bucket) -> Bar:
    """The candle as it is drawn."""
    candle, average = bucket.candle, bucket.average
    return Bar(
        float(candle.open),
        float(candle.high),
        float(candle.low),
        float(candle.close),
        None if average is None else float(average),
        bucket.slope,
        _letters(bucket.marks) if bucket.marks else "",
        candle.filled,
    )


def _letters(marks: Sequence[Mark]) -> str:
    """``B`` and ``S`` were filled, ``b`` and ``s`` blocked."""
    found = set()
    for mark in marks:
        letter = "B" if mark.side is Side.BUY else "S"
        found.add(letter if mark.kind is MarkKind.FILL else letter.lower())
    return "".join(sorted(found))
