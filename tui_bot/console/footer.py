"""The bottom line: the keys that matter now; what can do nothing is dim."""

from __future__ import annotations

from tui_bot.console.keys import barred, label, offered_here
from tui_bot.console.rows import Row, row, spread, width_of
from tui_bot.console.watch import View
from tui_bot.keymap.action import Action
from tui_bot.keymap.actions import ACTIONS

SHOWN = sorted((action for action in ACTIONS if action.footer), key=lambda action: action.footer)


def footer_rows(view: View, width: int, _height: int) -> list[Row]:
    """As many keys as fit, the palette always at the right end."""
    right = (*_entry(SHOWN[-1], view), (" ", "text"))
    left: Row = ((" ", "text"),)
    room = width - width_of(right) - 1
    for action in SHOWN[:-1]:
        if not offered_here(action, view) or (action.id == "trade.release" and barred(action, view)):
            continue
        entry = _entry(action, view)
        if width_of(left) + width_of(entry) > room:
            break
        left = (*left, *entry)
    return [spread(left, right, width)]


def _entry(action: Action, view: View) -> Row:
    key = view.keymap.key(action.id)
    if barred(action, view):
        return ((f"{key} {label(action, view)} ".lstrip(), "dim"),)
    return row((f"{key} " if key else "", "key bold"), (f"{label(action, view)} ", "text"))
