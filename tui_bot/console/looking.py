"""What the keys do to what is seen: layouts, zoom, focus. Nothing here reaches the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_bot.console.preference import remember_preset
from tui_bot.console.presets import Preset

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp
    from tui_bot.console.chart import CandleChart


class Looking:
    """One method a registered action."""

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app

    def layout_balanced(self) -> None:
        """Something of everything."""
        self._choose(Preset.BALANCED)

    def layout_chart(self) -> None:
        """The chart over the whole width."""
        self._choose(Preset.CHART)

    def layout_log(self) -> None:
        """The log, and the numbers beside it."""
        self._choose(Preset.LOG)

    def layout_desk(self) -> None:
        """What a person who trades by hand wants to see."""
        self._choose(Preset.DESK)

    def zoom(self) -> None:
        """One panel on the whole screen, and back."""
        self._app.main.zoom()

    def next_panel(self) -> None:
        """The focus goes on."""
        self._app.main.walk(1)

    def previous_panel(self) -> None:
        """The focus goes back."""
        self._app.main.walk(-1)

    # -- the chart ---------------------------------------------------------------------------------

    def chart_older(self) -> None:
        """The cursor a candle back."""
        self._with_chart(lambda chart: chart.walk(-1))

    def chart_newer(self) -> None:
        """The cursor a candle on."""
        self._with_chart(lambda chart: chart.walk(1))

    def chart_older_ten(self) -> None:
        """The cursor ten candles back."""
        self._with_chart(lambda chart: chart.walk(-10))

    def chart_newer_ten(self) -> None:
        """The cursor ten candles on."""
        self._with_chart(lambda chart: chart.walk(10))

    def chart_back(self) -> None:
        """The window half its width back."""
        self._with_chart(lambda chart: chart.pan(-1))

    def chart_on(self) -> None:
        """The window half its width on."""
        self._with_chart(lambda chart: chart.pan(1))

    def chart_longer(self) -> None:
        """Longer candles."""
        self._with_chart(lambda chart: chart.scale(1))

    def chart_shorter(self) -> None:
        """Shorter candles."""
        self._with_chart(lambda chart: chart.scale(-1))

    def chart_oldest(self) -> None:
        """The cursor on the first candle."""
        self._with_chart(lambda chart: chart.oldest())

    def chart_newest(self) -> None:
        """Follow the newest candle."""
        self._with_chart(lambda chart: chart.newest())

    def xray(self) -> None:
        """Why the candle under the cursor, or of the lowest line of the log that is read, came out so."""
        main, snap = self._app.main, self._app.view.snap
        record = main.log_panel.lowest if main.focused_panel == "log" else None
        if record is not None and snap is not None:
            from tui_bot.console.xray import candle_of

            self._open_xray(candle_of(snap, record))
            return
        chosen, length = main.chart.chosen, main.chart.viewport.length
        if chosen is None or snap is None:
            self._open_xray(None)
        else:  # of a longer candle, the last of the bot's own
            self._open_xray(chosen.begin + max(length - snap.settings.interval, 0))

    def _open_xray(self, begin: int | None) -> None:
        from tui_bot.console.xray_page import XrayPage

        self._app.push_screen(XrayPage(self._app.view, begin))

    def _with_chart(self, deed: Callable[[CandleChart], None]) -> None:
        main = self._app.main
        if "chart" not in main.places:
            self._app.tell("no chart in this layout", "warning")
            return
        deed(main.chart)
        main.look(self._app.view)

    def _choose(self, preset: Preset) -> None:
        self._app.main.choose(preset)
        remember_preset(self._app.state_dir, preset)

    def redraw(self) -> None:
        """Everything again, for a terminal that lost track."""
        self._app.main.refresh_all()
        self._app.repaint()
        self._app.refresh(layout=True)

    def theme(self) -> None:
        """The next theme."""
        self._app.wardrobe.next()

    def themes(self) -> None:
        """All themes, tried on while one looks."""
        from tui_bot.console.theme_picker import ThemePicker

        self._app.push_screen(ThemePicker(self._app.view))
