"""The health page, which goes on while it is open."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import VerticalScroll
from textual.widget import Widget

from tui_bot.console.dialog import Prose
from tui_bot.console.health import health_rows
from tui_bot.console.page import Page
from tui_bot.console.watch import View


class HealthPage(Page):
    """Loop, counters, clock."""

    def __init__(self, view: View) -> None:
        super().__init__("Health", view, (), "view.health")
        self._prose = Prose(health_rows(view))
        self._roll = VerticalScroll(self._prose, classes="fill", can_focus=False)

    def parts(self) -> Sequence[Widget]:
        """The text."""
        return (self._roll,)

    def look(self, view: View) -> None:
        """Time passed."""
        self.view = view
        self._prose.say(health_rows(view))
