"""A page to read: help, and why the newest candle was judged as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.rows import Row
from tui_bot.console.watch import View


class Page(Dialog[None]):
    """Text that scrolls with j, k, arrows and page keys; q, escape or enter closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,question_mark,x", "give_up", "Close", id="page.close", show=False),
        Binding("j,down", "roll(1)", "Down", id="page.down", show=False, priority=True),
        Binding("k,up", "roll(-1)", "Up", id="page.up", show=False, priority=True),
        Binding("pagedown,space", "roll(10)", "Page down", id="page.page_down", show=False, priority=True),
        Binding("pageup", "roll(-10)", "Page up", id="page.page_up", show=False, priority=True),
        Binding("home", "roll(-9999)", "Top", id="page.top", show=False, priority=True),
        Binding("end", "roll(9999)", "Bottom", id="page.bottom", show=False, priority=True),
    ]

    def __init__(self, title: str, view: View, body: Sequence[Row]) -> None:
        super().__init__(title, view)
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

    def action_roll(self, lines: int) -> None:
        """Scroll."""
        self._roll.scroll_relative(y=lines, animate=False)
