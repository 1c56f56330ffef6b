"""What the keys do to what is seen: layouts, zoom, focus. Nothing here reaches the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_bot.console.preference import remember_preset
from tui_bot.console.presets import Preset

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp


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

    def _choose(self, preset: Preset) -> None:
        self._app.main.choose(preset)
        remember_preset(self._app.state_dir, preset)
