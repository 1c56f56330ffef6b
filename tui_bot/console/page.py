"""A page to read, such as the help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Key
from textual.widget import Widget

from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.rows import Row
from tui_bot.console.watch import View


class Page(Dialog[None]):
    """Text that scrolls with j, k, arrows, page keys; q, escape, enter and the key of ``action`` close it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "give_up", "Close", id="page.close", show=False),
        Binding("j,down", "roll(1)", "Down", id="page.down", show=False, priority=True),
        Binding("k,up", "roll(-1)", "Up", id="page.up", show=False, priority=True),
        Binding("pagedown,space", "roll(10)", "Page down", id="page.page_down", show=False, priority=True),
        Binding("pageup", "roll(-10)", "Page up", id="page.page_up", show=False, priority=True),
        Binding("home", "roll(-9999)", "Top", id="page.top", show=False, priority=True),
        Binding("end", "roll(9999)", "Bottom", id="page.bottom", show=False, priority=True),
    ]

    def __init__(self, title: str, view: View, body: Sequence[Row], action: str = "") -> None:
        super().__init__(title, view)
        self._own_keys = view.keymap.keys(action) if action else ()
        self._roll = VerticalScroll(Prose(body), classes="fill", can_focus=False)

    def parts(self) -> Sequence[Widget]:
        """The text."""
        return (self._roll,)

    def answers(self) -> Sequence[Answer]:
        """Only one."""
        return (Answer("Close", "cancel"),)

    def on_mount(self) -> None:
        """Take the whole height."""
        self.query_one(".dialog").add_class("-tall")

    def on_key(self, event: Key) -> None:
        """The key that opened it closes it."""
        if event.key in self._own_keys:
            event.stop()
            self.action_give_up()

    def action_roll(self, lines: int) -> None:
        """Scroll."""
        self._roll.scroll_relative(y=lines, animate=False)
