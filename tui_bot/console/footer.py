"""The bottom line: the keys that matter now; what can do nothing is dim."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.events import Click

from tui_bot.console.canvas import Panel
from tui_bot.console.keys import barred, label, offered_here
from tui_bot.console.rows import Row, row, spread, width_of
from tui_bot.console.watch import View
from tui_bot.keymap.action import Action
from tui_bot.keymap.actions import ACTIONS

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp

SHOWN = sorted((action for action in ACTIONS if action.footer), key=lambda action: action.footer)


class FooterPanel(Panel):
    """The keys, for those who would rather click: what a key does, a click on it does."""

    def __init__(self) -> None:
        super().__init__(footer_rows, id="footer", classes="edge")

    def on_click(self, event: Click) -> None:
        """The action whose name was clicked."""
        view = self._view
        if view is None:
            return
        entries, last = placed(view, self.size.width)
        place = event.x - 1
        for action, entry in entries:
            if 0 <= place < width_of(entry):
                self._do(action)
                return
            place -= width_of(entry)
        if event.x >= self.size.width - width_of(last[1]) - 1:
            self._do(last[0])

    def _do(self, action: Action) -> None:
        cast("ConsoleApp", self.app).action_do(action.id)


def footer_rows(view: View, width: int, _height: int) -> list[Row]:
    """As many keys as fit, the palette always at the right end."""
    entries, (_, last) = placed(view, width)
    left: Row = ((" ", "text"), *(span for _, entry in entries for span in entry))
    return [spread(left, (*last, (" ", "text")), width)]


Entry = tuple[Action, Row]


def placed(view: View, width: int) -> tuple[list[Entry], Entry]:
    """The actions that fit, from the left, and the one at the right end, each as it is written."""
    last = (SHOWN[-1], _entry(SHOWN[-1], view))
    room = width - width_of(last[1]) - 3
    entries: list[Entry] = []
    for action in SHOWN[:-1]:
        if not offered_here(action, view) or (action.id == "trade.release" and barred(action, view)):
            continue
        entry = _entry(action, view)
        room -= width_of(entry)
        if room < 0:
            break
        entries.append((action, entry))
    return entries, last


def _entry(action: Action, view: View) -> Row:
    key = view.keymap.key(action.id)
    if barred(action, view):
        return ((f"{key} {label(action, view)} ".lstrip(), "dim"),)
    return row((f"{key} " if key else "", "key bold"), (f"{label(action, view)} ", "text"))
