"""The candle chart: a heading with the legend, the closed candles, and the axis with the running one."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Click, Resize
from textual.message import Message

from tui_bot.console import words
from tui_bot.console.canvas import Canvas, Panel
from tui_bot.console.empty import empty_rows
from tui_bot.console.list_panel import NOTCH
from tui_bot.console.mouse import Wheel
from tui_bot.console.plot import Plot, offered
from tui_bot.console.rows import Row, choose, lit, row, rule
from tui_bot.console.timeframe import Bucket
from tui_bot.console.viewport import Viewport
from tui_bot.console.watch import View


class CandleChart(Wheel, Vertical, can_focus=True):
    """Closed candles and axis are two widgets, so that a tick repaints only the narrow one."""

    #: While the chart has the keys: as the dialogs move, and as lists do.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "app.do('chart.older')", "Older", id="focused_chart.older", show=False),
        Binding("l", "app.do('chart.newer')", "Newer", id="focused_chart.newer", show=False),
        Binding(
            "H,pageup", "app.do('chart.older_ten')", "Ten back", id="focused_chart.older_ten", show=False
        ),
        Binding(
            "L,pagedown", "app.do('chart.newer_ten')", "Ten on", id="focused_chart.newer_ten", show=False
        ),
        Binding("home", "app.do('chart.oldest')", "Oldest", id="focused_chart.oldest", show=False),
        Binding("end", "app.do('chart.newest')", "Newest", id="focused_chart.newest", show=False),
    ]

    class Turned(Message):
        """The mouse has chosen another candle, or another part of them."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._heading = Panel(self._title, classes="line")
        self._candles = Canvas(classes="candles")
        self._axis = Canvas(classes="axis")
        self._plot = Plot()
        self._view: View | None = None
        self.viewport = Viewport()

    def compose(self) -> ComposeResult:
        """Heading above, candles left, axis right."""
        yield self._heading
        yield Horizontal(self._candles, self._axis)

    @property
    def chosen(self) -> Bucket | None:
        """The candle under the cursor, None without a cursor."""
        return self._plot.chosen(self.viewport)

    def look(self, view: View) -> None:
        """Show what the view holds."""
        self._view = view
        if self.viewport.length and self.viewport.length not in offered(view):
            self.viewport = Viewport()  # the bot's own interval is another now
        size = self._candles.size
        self._plot.look(view, self.viewport, size.width, size.height)
        self._heading.look(view)
        wanted = self._plot.axis_width(view.decimals)
        if self._axis.styles.width is None or self._axis.styles.width.value != wanted:
            self._axis.styles.width = wanted
            self.call_after_refresh(self._again)
        if view.snap is not None and not (view.snap.candles or view.snap.forming):
            self._candles.show(empty_rows("chart", view, size.width, 2))
            return
        self._candles.show(self._plot.history if view.snap else empty_rows("chart", view, size.width, 2))
        self._axis.show(self._plot.axis(view, self.viewport, self._axis.size.width))

    # -- the mouse ---------------------------------------------------------------------------------

    def on_click(self, event: Click) -> None:
        """The candle that was clicked, or the one next to it, is under the cursor."""
        region = self._candles.region
        x, y = int(event.screen_x), int(event.screen_y)
        begin = self._plot.begin_at(x - region.x) if region.contains(x, y) else None
        if begin is not None:
            self._turn(replace(self.viewport, cursor=begin))
            self.post_message(self.Turned())

    def roll(self, notches: int) -> None:
        """The wheel goes back in time and on again."""
        self._turn(self.viewport.panned(self._plot.begins, self._plot.room, NOTCH * notches))
        self.post_message(self.Turned())

    # -- walking -----------------------------------------------------------------------------------

    def walk(self, by: int) -> None:
        """Move the cursor by so many candles; beyond the newest it lets go."""
        self._turn(self.viewport.walked(self._plot.begins, self._plot.room, by))

    def pan(self, halves: int) -> None:
        """Move the window by half its width."""
        by = halves * max(self._plot.room // 2, 1)
        self._turn(self.viewport.panned(self._plot.begins, self._plot.room, by))

    def scale(self, by: int) -> None:
        """Longer candles (1) or shorter ones (-1)."""
        if self._view is not None and (lengths := offered(self._view)):
            self._turn(self.viewport.scaled(lengths, by))

    def newest(self) -> None:
        """Follow the market again."""
        self._turn(self.viewport.newest())

    def oldest(self) -> None:
        """The cursor on the first candle."""
        self._turn(self.viewport.oldest(self._plot.begins, self._plot.room))

    def _turn(self, viewport: Viewport) -> None:
        self.viewport = viewport
        self._again()

    # -- drawing -----------------------------------------------------------------------------------

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show the focus by shape, not only by colour; no style depends on it."""
        self._heading.again()

    def _title(self, view: View, width: int, _height: int) -> list[Row]:
        heading = heading_row(view, width, self.viewport, self._span(view))
        return [lit(heading)] if self.has_focus else [heading]

    def _span(self, view: View) -> str:
        """From when to when the candles are that are shown, where those are not the newest."""
        shown = self._plot.begins[self._plot.shown]
        if self.viewport.follows or not shown or view.snap is None:
            return ""
        length = self.viewport.length or view.snap.settings.interval
        first, last = (words.time_of(at * 1000) for at in (shown[0], shown[-1] + length))
        return f" {first} to {last} · {view.keymap.key('chart.newest')} newest "

    def _again(self) -> None:
        if self._view is not None:
            self.look(self._view)

    def on_resize(self, _event: Resize) -> None:
        """Draw again once the parts have their new sizes."""
        self.call_after_refresh(self._again)


def heading_row(view: View, width: int, viewport: Viewport, held: str) -> Row:
    """What is drawn, and the legend of the marks in words; or that the window is ``held``."""
    snap = view.snap
    if snap is None:
        return rule("candles", width)
    interval = snap.settings.interval
    length = viewport.length or interval
    of = f" of {words.interval(interval)}" if length != interval else ""
    title = f"candles {words.interval(length)} · SMA {snap.settings.strategy.period}{of}"
    if held:
        return rule(title, width, ((held, "key bold"),))
    legends = (
        "B S filled · b s blocked · ⇅ flip price · ┇ running",
        "B S filled · b s blocked · ⇅ flip",
        "B S filled  b s blocked",
        "",
    )
    room = width - len(title) - 6
    return rule(title, width, choose(room, *(row((f" {text} " if text else "", "dim")) for text in legends)))
