"""The bottom line: the keys that matter now; what can do nothing is dim."""

from __future__ import annotations

from tui_bot.console.keys import ACTIONS, Action, barred, label
from tui_bot.console.rows import Row, spread, width_of
from tui_bot.console.watch import View

SHOWN = sorted((action for action in ACTIONS if action.footer), key=lambda action: action.footer)


def footer_rows(view: View, width: int, _height: int) -> list[Row]:
    """As many keys as fit, the palette always at the right end."""
    right = (*_entry(SHOWN[-1], view), (" ", "text"))
    left: Row = ((" ", "text"),)
    room = width - width_of(right) - 1
    for action in SHOWN[:-1]:
        if action.id == "trade.release" and barred(action, view):
            continue
        entry = _entry(action, view)
        if width_of(left) + width_of(entry) > room:
            break
        left = (*left, *entry)
    return [spread(left, right, width)]


def _entry(action: Action, view: View) -> Row:
    if barred(action, view):
        return ((f"{action.key} {label(action, view)} ", "dim"),)
    return (f"{action.key} ", "key bold"), (f"{label(action, view)} ", "text")
