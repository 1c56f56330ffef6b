"""The candle chart: a heading with the legend, the closed candles, and the axis with the running one."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize

from tui_bot.console import words
from tui_bot.console.canvas import Canvas, Panel
from tui_bot.console.plot import Plot
from tui_bot.console.rows import Row, choose, lit, row, rule
from tui_bot.console.watch import View


class CandleChart(Vertical, can_focus=True):
    """Closed candles and axis are two widgets, so that a tick repaints only the narrow one."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._heading = Panel(self._title, classes="line")
        self._candles = Canvas(classes="candles")
        self._axis = Canvas(classes="axis")
        self._plot = Plot()
        self._view: View | None = None

    def compose(self) -> ComposeResult:
        """Heading above, candles left, axis right."""
        yield self._heading
        yield Horizontal(self._candles, self._axis)

    def look(self, view: View) -> None:
        """Show what the view holds."""
        self._view = view
        self._heading.look(view)
        size = self._candles.size
        self._plot.look(view, size.width, size.height)
        wanted = self._plot.axis_width(view.decimals)
        if self._axis.styles.width is None or self._axis.styles.width.value != wanted:
            self._axis.styles.width = wanted
            self.call_after_refresh(self._again)
        if view.snap is not None and not (view.snap.candles or view.snap.forming):
            self._candles.show([(), ((" waiting for candles", "dim"),)])
            return
        self._candles.show(self._plot.history)
        self._axis.show(self._plot.axis(view, self._axis.size.width))

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the focus by shape, not only by colour."""
        super().watch_has_focus(has_focus)
        self._heading.again()

    def _title(self, view: View, width: int, height: int) -> list[Row]:
        heading = heading_rows(view, width, height)
        return [lit(heading[0])] if self.has_focus else heading

    def _again(self) -> None:
        if self._view is not None:
            self.look(self._view)

    def on_resize(self, _event: Resize) -> None:
        """Draw again once the parts have their new sizes."""
        self.call_after_refresh(self._again)


def heading_rows(view: View, width: int, _height: int) -> list[Row]:
    """What is drawn, and the legend of the marks in words."""
    snap = view.snap
    if snap is None:
        return [rule("candles", width)]
    title = f"candles {words.interval(snap.settings.interval)} · SMA {snap.settings.strategy.period}"
    legends = (
        "B S filled · b s blocked · ⇅ flip price · ┇ running",
        "B S filled · b s blocked · ⇅ flip",
        "B S filled  b s blocked",
        "",
    )
    room = width - len(title) - 6
    legend = choose(room, *(row((f" {text} " if text else "", "dim")) for text in legends))
    return [rule(title, width, legend)]
