"""Every action of the console, declared once: keys, footer, palette, help and the key table."""

from __future__ import annotations

from dataclasses import dataclass

from tui_bot.console.banner import lost_orders
from tui_bot.console.position import external_orders, open_orders, uncertain_orders
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.drills import offered
from tui_bot.engine.memory import Run
from tui_bot.engine.snapshot import Phase, Snapshot


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    ``id`` is ``area.action``; ``keys`` are in Textual's names, the first is the one shown. Without keys it is
    found by its name in the palette.
    ``handler`` is the method that does it. ``footer`` orders the footer, 0 is not in it.
    ``everywhere`` actions work from any screen, even while text is being typed.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    description: str
    handler: str
    footer: int = 0
    everywhere: bool = False

    @property
    def key(self) -> str:
        """The key as people read it, empty without one."""
        return key_name(self.keys[0]) if self.keys else ""

    @property
    def title(self) -> str:
        """Its name in the palette."""
        return f"{self.label}  ({self.key})" if self.keys else self.label

    @property
    def way(self) -> str:
        """All keys that lead to it, or the palette's."""
        return " ".join(key_name(key) for key in self.keys or BY_ID["view.palette"].keys)

    @property
    def area(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]


ACTIONS = (
    Action("bot.pause", ("p",), "Pause", "Pause: no new exposure, exits go on. Again: resume", "pause", 1),
    Action("trade.buy", ("b",), "Buy", "Buy by hand: opens a ticket, sends nothing yet", "buy", 2),
    Action("trade.sell", ("s",), "Sell", "Sell by hand: opens a ticket, sends nothing yet", "sell", 3),
    Action(
        "trade.flatten",
        ("f",),
        "Flatten",
        "Cancel the bot's orders and close the position, after asking",
        "flatten",
        4,
    ),
    Action("trade.cancel", ("c",), "Cancel", "Cancel the bot's resting orders, after asking", "cancel", 5),
    Action(
        "trade.release", ("r",), "Release", "End the manual override and hand back to the bot", "release", 9
    ),
    Action(
        "trade.settle", ("u",), "Unknown", "Say of an UNKNOWN order whether it is at the exchange", "settle"
    ),
    Action(
        "trade.accept",
        ("a",),
        "Accept",
        "Accept what is EXTERNAL and bars entries, after asking",
        "accept",
    ),
    Action("bot.edit", ("e",), "Edit", "Edit the settings while the bot runs", "edit", 6),
    Action("view.why", ("x",), "Why", "Why the newest candle was traded or not, with every number", "why", 7),
    Action(
        "log.focus",
        ("l",),
        "Log",
        "Read the log: j k and arrows scroll, end returns to the newest",
        "log_focus",
        11,
    ),
    Action("log.up", ("k", "up"), "Older", "Scroll the log to older lines; it then holds still", "log_up"),
    Action("log.down", ("j", "down"), "Newer", "Scroll the log to newer lines", "log_down"),
    Action("log.page_up", ("pageup",), "Page up", "Scroll the log a page to older lines", "log_page_up"),
    Action(
        "log.page_down", ("pagedown",), "Page down", "Scroll the log a page to newer lines", "log_page_down"
    ),
    Action("log.oldest", ("home",), "Oldest", "Go to the oldest line of the log", "log_oldest"),
    Action("log.newest", ("end",), "Newest", "Go to the newest line of the log and follow it", "log_newest"),
    Action("view.theme", ("t",), "Theme", "Use the next theme", "theme", 12),
    Action("view.redraw", ("ctrl+l",), "Redraw", "Draw the whole screen again", "redraw"),
    Action("view.help", ("question_mark", "f1"), "Help", "All keys and what the signs mean", "help", 8),
    Action("view.palette", ("ctrl+p",), "More", "All actions by name", "palette", 13),
    Action(
        "bot.drill",
        (),
        "Fire drill",
        "Fire drill, by name only: one thing goes wrong in the box, and the bot is judged by it",
        "drill",
    ),
    Action("bot.quit", ("q",), "Quit", "Quit: says what stays at the exchange, then asks", "quit", 10),
    Action(
        "bot.panic",
        ("f12",),
        "Panic",
        "Flatten, from any screen, even while typing; asks once",
        "flatten",
        0,
        everywhere=True,
    ),
)

BY_ID = {action.id: action for action in ACTIONS}

AREAS = {"trade": "Trading by hand", "bot": "The bot", "view": "The screen", "log": "The log"}

IN_DIALOGS = (
    ("tab, arrows", "move between fields and buttons"),
    ("enter", "press the button under the cursor; Cancel comes first"),
    ("y", "yes, where a question is asked"),
    ("n or escape", "no, back"),
)

_NAMES = {"question_mark": "?", "pageup": "pgup", "pagedown": "pgdn", "escape": "esc"}


def key_name(key: str) -> str:
    """The key as the footer and the help write it."""
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return _NAMES.get(key, key)


def label(action: Action, view: View) -> str:
    """The action's name as things stand: Pause becomes Resume."""
    if action.id == "bot.pause" and view.snap is not None and view.snap.run.run is not Run.RUN:
        return "Resume"
    return action.label


def barred(action: Action, view: View) -> str:
    """Why the action can do nothing now; empty when it can."""
    why = _no_engine(view)
    if why and (action.area == "trade" or action.id in ("bot.pause", "bot.edit", "bot.drill", "bot.panic")):
        return why
    snap = view.snap
    if snap is None:
        return ""
    return _idle(action, view, snap)


def _idle(action: Action, view: View, snap: Snapshot) -> str:
    """Why there is nothing for the action to act on."""
    if action.id in ("trade.buy", "trade.sell") and (snap.rules is None or snap.quote is None):
        return "no price yet"
    if action.id == "trade.release" and snap.override is None:
        return "no override is active"
    if action.id == "trade.settle" and not lost_orders(view):
        return "no order is UNKNOWN"
    if action.id == "trade.accept" and not external_orders(snap):
        return "nothing EXTERNAL waits to be accepted"
    if action.id == "trade.cancel" and not open_orders(snap) and not uncertain_orders(snap):
        return "no order of the bot rests"
    if (
        action.handler == "flatten"
        and snap.position.is_flat
        and not open_orders(snap)
        and not uncertain_orders(snap)
    ):
        return "already flat, no order rests"
    if action.id == "bot.drill":
        return _no_drill(view)
    if action.id == "view.why" and snap.decision is None:
        return "no candle was judged yet"
    return ""


def _no_drill(view: View) -> str:
    if not offered(view.mode):
        return "only in demo and paper: there the exchange is a box of ours"
    if view.setting("exchange.rest", ""):
        return "exchange.rest names a box that is not this bot's own"
    return ""


def _no_engine(view: View) -> str:
    if view.pulse is Pulse.DEAD:
        return "the bot is dead; press q"
    if view.snap is None:
        return "the engine is starting"
    if view.snap.phase is not Phase.READY:
        return f"the engine is {view.snap.phase.value}"
    return ""


def key_table() -> str:
    """The keys as a Markdown table, for the documentation."""
    lines = ["| key | action | what it does |", "| --- | --- | --- |"]
    for action in ACTIONS:
        names = " ".join(f"`{key}`" for key in action.way.split())
        lines.append(f"| {names} | {action.label} (`{action.id}`) | {action.description} |")
    return "\n".join(lines) + "\n"
