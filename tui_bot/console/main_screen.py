"""The main screen: its panels, which of them are shown, and which has the keys."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from tui_bot.console.average import average_rows
from tui_bot.console.banner import banner_rows
from tui_bot.console.canvas import Canvas, Panel
from tui_bot.console.chart import CandleChart
from tui_bot.console.fee_gravity import fees_rows
from tui_bot.console.footer import FooterPanel
from tui_bot.console.guards_panel import guards_rows
from tui_bot.console.header import header_rows, small_rows
from tui_bot.console.ladder import ladder_rows
from tui_bot.console.list_panel import ListPanel
from tui_bot.console.log_panel import LogPanel
from tui_bot.console.next_line import next_rows
from tui_bot.console.orders import stacked_orders
from tui_bot.console.position import position_rows
from tui_bot.console.presets import PANELS, Preset, arrange
from tui_bot.console.readout import readout_rows
from tui_bot.console.rows import Row
from tui_bot.console.split import Place
from tui_bot.console.status_line import status_rows
from tui_bot.console.transport import is_replay, transport_rows
from tui_bot.console.watch import View


class MainScreen(Screen[None], inherit_bindings=False):
    """Everything at a glance. ``look`` is the only way anything gets in."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "let_go", "Back", id="main.back", show=False),
        Binding("tab", "app.do('view.next_panel')", "Next panel", id="main.next", show=False),
        Binding("shift+tab", "app.do('view.previous_panel')", "Panel before", id="main.before", show=False),
    ]

    #: A screen repaints itself for each new focus; here what has it and what had it do so themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, preset: Preset = Preset.BALANCED) -> None:
        super().__init__()
        self.preset, self.zoomed = preset, ""
        self.places: dict[str, Place] = {}
        self.log_panel = LogPanel(id="log")
        self.chart = CandleChart(id="chart")
        self._view: View | None = None
        self._alarm = self._recorded = False
        self._arrangement = _Arrangement()
        self._panels = (
            Panel(small_rows, id="small"),
            Panel(header_rows, id="header", classes="edge", flashes=True),
            Panel(banner_rows, id="banner"),
            Panel(self._explained, id="average", flashes=True),
            Panel(next_rows, id="next", flashes=True),
            Panel(status_rows, id="status", flashes=True),
            Panel(position_rows, id="position", can_focus=True, flashes=True),
            Panel(stacked_orders, id="orders", can_focus=True),
            ListPanel(ladder_rows, id="ladder"),
            ListPanel(guards_rows, id="guards"),
            Panel(fees_rows, id="fees", can_focus=True),
            Panel(transport_rows, id="transport", classes="edge"),
            FooterPanel(),
        )

    def compose(self) -> ComposeResult:
        """All panels; the presets say which are shown."""
        yield from (*self._panels, self.chart, self.log_panel)

    @property
    def layout(self) -> Layout:
        """Panels stand where the presets say, not where a stylesheet does."""
        return self._arrangement

    def arranged(self, size: Size) -> dict[str, Place]:
        """Where each panel stands in a window of this size."""
        found = arrange(self.preset, size.width, size.height, self.zoomed, self._alarm, self._recorded)
        if found != self.places:
            self.places = found
            for panel in self._panels:
                if panel.id in found:
                    panel.join(found[panel.id].edge, found[panel.id].top)
            self.call_after_refresh(self._again)
        return found

    def look(self, view: View) -> None:
        """Show what the view holds, each widget repainting what changed in it."""
        self._view = view
        alarm, recorded = bool(banner_rows(view, 80, 1)), is_replay(view)
        if (alarm, recorded) != (self._alarm, self._recorded):
            self._alarm, self._recorded = alarm, recorded
            self._move()
        if "chart" in self.places:
            self.chart.look(view)
        for panel in self._panels:
            if panel.id in self.places:
                panel.look(view)
        self.log_panel.look(view)

    def choose(self, preset: Preset) -> None:
        """Use this layout; what was zoomed goes back to its place."""
        self.preset = preset
        self._rearrange("")

    def zoom(self) -> None:
        """Give the panel with the focus, or the chart, the screen for itself; again: take it back."""
        self._rearrange("" if self.zoomed else self.focused_panel or "chart")

    def walk(self, by: int) -> None:
        """Give the focus to the next panel that is shown; while one is zoomed, to the next of all."""
        ring = [name for name in PANELS if self.zoomed or name in self.places]
        if not ring:
            return
        here = self.focused_panel
        place = (ring.index(here) + by) % len(ring) if here in ring else 0 if by > 0 else len(ring) - 1
        if self.zoomed:
            self._rearrange(ring[place])
        self.give_focus(ring[place])

    def action_let_go(self) -> None:
        """Back from the chart's cursor, then from the zoom, then from the focus."""
        if self.chart.viewport != self.chart.viewport.newest():
            self.chart.newest()
            self._again()
        elif self.zoomed:
            self._rearrange("")
        else:
            self.set_focus(None)

    def on_candle_chart_turned(self) -> None:
        """What is told of the chosen candle is told at once."""
        self._again()

    def give_focus(self, name: str) -> None:
        """Let this panel have the keys."""
        self.set_focus(self.query_one(f"#{name}"), scroll_visible=False)

    @property
    def focused_panel(self) -> str:
        """The panel that has the keys, empty when none has."""
        name = self.focused.id if self.focused is not None else None
        return name if name in PANELS else ""

    def refresh_all(self) -> None:
        """Draw every cell again, in the colours and signs of now."""
        for canvas in self.query(Canvas):
            canvas.refresh()
        self.refresh()

    def _explained(self, view: View, width: int, height: int) -> list[Row]:
        """The candle under the cursor, else the average."""
        chosen = self.chart.chosen if "chart" in self.places else None
        return average_rows(view, width, height) if chosen is None else readout_rows(view, chosen, width)

    def _rearrange(self, zoomed: str) -> None:
        self.zoomed = zoomed
        self._move()
        if self.focused_panel and self.focused_panel not in self.arranged(self.size):
            self.set_focus(None)

    def _move(self) -> None:
        """Arrange the panels anew; only a child that asks for it makes a screen forget where they stood."""
        self.log_panel.refresh(layout=True)

    def _again(self) -> None:
        if self._view is not None:
            self.look(self._view)


class _Arrangement(Layout):
    """Places the panels of the main screen."""

    name = "main"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> ArrangeResult:
        places = cast("MainScreen", parent).arranged(size)
        return [
            WidgetPlacement(Region(*places[child.id].box), NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id in places
        ]
