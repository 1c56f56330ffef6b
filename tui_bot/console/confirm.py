"""The second step: says in words what will be done, with Cancel under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.rows import Row
from tui_bot.console.watch import View


class Confirm(Dialog[bool]):
    """A question. Only y or the second button says yes; it gives True or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "accept", "Yes", id="confirm.yes", show=False),
        Binding("n", "give_up", "No", id="confirm.no", show=False),
    ]

    def __init__(
        self,
        title: str,
        view: View,
        body: Callable[[View], Sequence[Row]],
        accept: str,
        *,
        danger: bool = True,
    ) -> None:
        super().__init__(title, view)
        self._body, self._accept, self._danger = body, accept, danger
        self._words = Prose()

    def parts(self) -> Sequence[Widget]:
        """The words."""
        return (self._words,)

    def answers(self) -> Sequence[Answer]:
        """Cancel first."""
        return Answer("Cancel", "cancel"), Answer(f"y {self._accept}", "accept", danger=self._danger)

    def on_mount(self) -> None:
        """Say it."""
        self.look(self.view)

    def look(self, view: View) -> None:
        """The words follow the market."""
        self.view = view
        self._words.say(self._body(view))

    def chose(self, answer: str) -> None:
        """The other button."""
        if answer == "accept":
            self.action_accept()

    def action_accept(self) -> None:
        """Yes."""
        self.dismiss(True)
