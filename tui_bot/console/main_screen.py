"""The main screen: what is where. Sizes and what is shown at which size are in ``console.tcss``."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen

from tui_bot.console import words
from tui_bot.console.average import average_rows
from tui_bot.console.banner import banner_rows
from tui_bot.console.canvas import Canvas, Panel
from tui_bot.console.chart import CandleChart
from tui_bot.console.footer import footer_rows
from tui_bot.console.header import NEED, header_rows, small_rows
from tui_bot.console.log_panel import LogPanel
from tui_bot.console.next_line import next_rows
from tui_bot.console.orders import orders_rows, stacked_orders
from tui_bot.console.position import position_rows
from tui_bot.console.side_rooms import fees_rows, guards_rows, ladder_rows
from tui_bot.console.watch import View


class MainScreen(Screen[None]):
    """Everything at a glance. ``look`` is the only way anything gets in."""

    HORIZONTAL_BREAKPOINTS = [(0, "-toonarrow"), (NEED[0], "-narrow"), (120, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-toolow"), (NEED[1], "-short"), (28, "-medium"), (40, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.log_panel = LogPanel(id="log")
        self._chart = CandleChart(id="chart")
        self._banner = Panel(banner_rows, id="banner", classes="room")
        self._panels = (
            Panel(small_rows, id="small"),
            Panel(header_rows, classes="line room edge"),
            self._banner,
            Panel(average_rows, classes="line"),
            Panel(next_rows, classes="line"),
            Panel(position_rows, id="position"),
            Panel(orders_rows, id="orders"),
            Panel(ladder_rows, id="ladder"),
            Panel(guards_rows, id="guards"),
            Panel(fees_rows, id="fees"),
            Panel(stacked_orders, id="side-orders"),
            Panel(footer_rows, classes="line room edge"),
        )

    def compose(self) -> ComposeResult:
        """Header, body, log, footer."""
        small, header, banner, average, following, *rooms, footer = self._panels
        self.log_panel.add_class("room")
        yield small
        yield header
        yield banner
        with Container(id="body", classes="room"):
            with Vertical(id="market"):
                yield self._chart
                yield average
                yield following
            yield from rooms
        yield self.log_panel
        yield footer

    def look(self, view: View) -> None:
        """Show what the view holds, each widget repainting what changed in it."""
        self.set_class(bool(view.mode) and not words.play_money(view.mode), "-money")
        loud = bool(banner_rows(view, 80, 1))
        if loud != self._banner.has_class("-loud"):
            self._banner.set_class(loud, "-loud")
        for panel in self._panels:
            panel.look(view)
        self._chart.look(view)
        self.log_panel.look(view)

    def refresh_all(self) -> None:
        """Draw every cell again, in the colours and signs of now."""
        for canvas in self.query(Canvas):
            canvas.refresh()
        self.refresh()
