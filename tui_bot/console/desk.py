"""What the keys do: opens dialogs, and hands the engine what comes out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_bot.console.watch import View



if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp


class Desk:
    """One method a registered action. Dialogs are imported when they are first needed."""

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app

    def look(self, view: View) -> None:
        """Keep an open dialog up to date."""

    def follow_theme(self, name: str) -> None:
        """Use the theme the settings name."""

    def log_focus(self) -> None:
        """Read the log."""
        self._app.main.log_panel.focus()

    def log_up(self) -> None:
        """An older line."""
        self._app.main.log_panel.scroll_lines(-1)

    def log_down(self) -> None:
        """A newer line."""
        self._app.main.log_panel.scroll_lines(1)
