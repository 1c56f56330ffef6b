"""The what-if as a page: the signals of both runs on one chart, the figures side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui_bot.console import words
from tui_bot.console.canvas import Canvas
from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.raster import Bar, paint, scale_of
from tui_bot.console.rows import Row, row, rule
from tui_bot.console.watch import View
from tui_bot.console.whatif import Comparison, table_rows
from tui_bot.market.number import sign
from tui_bot.market.order import Side


class WhatIfPage(Dialog[None]):
    """Escape, q, f4 or enter go back to the form; nothing is changed here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,f4", "give_up", "Close", id="whatif.close", show=False, priority=True),
    ]

    def __init__(self, view: View, found: Comparison) -> None:
        super().__init__("What if", view)
        self._found = found
        self._chart = Canvas(classes="fill")
        self._table = Prose(table_rows(found, view))

    def parts(self) -> Sequence[Widget]:
        """Chart above, figures below."""
        return self._chart, self._table

    def answers(self) -> Sequence[Answer]:
        """Only back."""
        return (Answer("Back", "cancel"),)

    def on_mount(self) -> None:
        """Take the whole height."""
        self.query_one(".dialog").add_class("-tall", "-broad")
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        size = self._chart.size
        self._chart.show(chart_rows(self._found, size.width, size.height))


def chart_rows(found: Comparison, width: int, height: int) -> list[Row]:
    """The newest candles with the new average; capital letters are its orders, small ones those of now."""
    interval = words.interval(found.snap.settings.interval)
    title = f"{interval} · SMA {found.settings.strategy.period}"
    head = rule(title, width, row((" B S then · b s now ", "dim")))
    if height < 3 or not found.snap.candles:
        return [head]
    bars = bars_of(found, width)
    return [head, *paint(bars, scale_of(bars, height - 1, None, None), width)]


def bars_of(found: Comparison, width: int) -> list[Bar]:
    """A bar for each of the newest candles."""
    candles = found.snap.candles
    first = max(len(candles) - width, 0)
    line = found.new.line if found.new is not None else ()
    now = dict(found.old.orders) if found.old is not None else {}
    then = dict(found.new.orders) if found.new is not None else {}
    bars = []
    for place in range(first, len(candles)):
        candle = candles[place]
        average = line[place] if line else None
        before = line[place - 1] if line and place else None
        slope = 0 if average is None or before is None else sign(average - before)
        marks = _letter(then.get(candle.begin), "BS") + _letter(now.get(candle.begin), "bs")
        bars.append(
            Bar(
                float(candle.open),
                float(candle.high),
                float(candle.low),
                float(candle.close),
                None if average is None else float(average),
                slope,
                _both(marks),
                candle.filled,
            )
        )
    return bars


def _letter(side: Side | None, letters: str) -> str:
    return "" if side is None else letters[side is Side.SELL]


def _both(marks: str) -> str:
    """Where both runs order the same, the new one's letter says so alone."""
    return marks[0] if len(marks) == 2 and marks[0].lower() == marks[1] else marks
