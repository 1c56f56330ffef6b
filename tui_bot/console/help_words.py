"""The help page: every key from the registry, and what the signs of the screen mean."""

from __future__ import annotations

from tui_bot.console.keys import offered_here
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.watch import View
from tui_bot.keymap.actions import ACTIONS, AREAS, IN_DIALOGS
from tui_bot.keymap.keymap import DEFAULT, Keymap

SIGNS = (
    (
        "┃ │",
        "a candle's body and wick; green rises, red falls; its half cells ╻ ╹ ╽ ╿ are exact to half a row",
    ),
    ("┇ ┆", "the candle that still runs; it decides nothing until it closes"),
    ("╌", "an interval without trades that the exchange left out, at the close before it"),
    ("▔ ─ ▁ ┿", "the moving average, to a third of a row or across a candle; its colour tells its direction"),
    ("⇅ ┈", "the flip price: a close beyond it turns the average, and so the bot"),
    ("◀", "the price now"),
    ("┊", "the chart's cursor; the line below the chart reads its candle out"),
    ("B S", "a buy or sell that was filled at that candle"),
    ("b s", "a buy or sell that a guard blocked"),
    ("▲ ▼", "up, down: of the price, or of the average's slope"),
    ("● ○", "the feed is fresh, or STALE; its age stands beside it"),
    ("~", "an estimate: net of the fees paid and the fee an exit would cost"),
    ("UNKNOWN", "an order whose answer was lost; nothing new is sent until it is found or ruled out"),
    ("EXTERNAL", "an order at the exchange that is not the bot's; it is never touched"),
)


def help_rows(keys: Keymap = DEFAULT, view: View | None = None) -> list[Row]:
    """All of it; with a view what belongs to it: a bot, or a recording."""
    lines: list[Row] = []
    shown = [action for action in ACTIONS if view is None or offered_here(action, view)]
    for area, title in AREAS.items():
        there = [action for action in shown if action.area == area]
        if not there:
            continue
        lines += [((title, "title"),)]
        for action in there:
            lines.append(row((f"{keys.way(action.id):>9}  ", "key bold"), (action.description, "text")))
        lines.append(EMPTY)
    lines.append((("In dialogs", "title"),))
    lines += [row((f"{name:>12}  ", "key bold"), (text, "text")) for name, text in IN_DIALOGS]
    lines += [EMPTY, (("Signs", "title"),)]
    lines += [row((f"{sign:>9}  ", "mark bold"), (text, "text")) for sign, text in SIGNS]
    return lines
