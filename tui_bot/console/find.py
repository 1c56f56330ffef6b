"""What to look for in the log: one line to type in."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget
from textual.widgets import Input

from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.ticket import field
from tui_bot.console.watch import View

LONGEST = 60


class Find(Dialog[str]):
    """The result is what was typed; empty ends a search."""

    AUTO_FOCUS = "#pattern"

    def __init__(self, view: View, before: str) -> None:
        super().__init__("Search the log", view)
        self._pattern = Input(before, id="pattern", max_length=LONGEST)

    def parts(self) -> Sequence[Widget]:
        """One field."""
        note = "then n older, N newer; empty ends it"
        return (field("search", self._pattern, Prose([((note, "dim"),)], classes="note")),)

    def answers(self) -> Sequence[Answer]:
        """Go."""
        return Answer("Cancel", "cancel"), Answer("Search", "search")

    def on_input_submitted(self) -> None:
        """Enter searches at once."""
        self.chose("search")

    def chose(self, answer: str) -> None:
        """Done."""
        if answer == "search":
            self.dismiss(self._pattern.value)
