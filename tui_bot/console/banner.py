"""What must not be overlooked: a dead or silent engine, a halt, an order of unknown fate."""

from __future__ import annotations

from tui_bot.console import words
from tui_bot.console.position import remains, uncertain_orders
from tui_bot.console.rows import Row, fit, wrap
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.memory import Run
from tui_bot.engine.snapshot import Phase
from tui_bot.sanitise import sanitise

LOUD = "alarm bold reverse"


def alarm(view: View) -> str:
    """The one thing to shout, empty when all is well."""
    if view.pulse is Pulse.DEAD:
        kept = "what it held is unknown" if view.snap is None else remains(view.snap)
        why = f" ({sanitise(view.trouble, 120)})" if view.trouble else ""
        said = "nothing trades, values are old; orders at the exchange stay"
        return f"the bot is DEAD{why}: {said}: {kept}; press q"
    if view.pulse is Pulse.SILENT:
        return f"ENGINE SILENT {view.silent_s} s: what you see may be old"
    snap = view.snap
    if snap is None:
        return ""
    if snap.phase in (Phase.DEAD, Phase.STOPPED):
        why = sanitise(snap.trouble, 120) or "nothing trades"
        return f"the engine is {snap.phase.value.upper()}: {why}; press q"
    if count := uncertain_lost(view):
        head = "UNKNOWN ORDER" if count == 1 else f"{count} UNKNOWN ORDERS"
        return f"{head}: may or may not be at the exchange; no new order until that is known"
    if snap.run.run is Run.HALTED:
        ago = words.age(view.now_ms - snap.run.since_ms)
        return f"HALTED {ago} ago: {sanitise(snap.run.reason, 160)} · p resumes once the cause is gone"
    return ""


def uncertain_lost(view: View) -> int:
    """How many orders are UNKNOWN (and not merely on their way)."""
    if view.snap is None or not uncertain_orders(view.snap):
        return 0
    return sum(words.STATE_WORD[order.state] == "UNKNOWN" for order in view.snap.orders)


def banner_rows(view: View, width: int, _height: int) -> list[Row]:
    """The alarm over the whole width, in two rows at most."""
    text = alarm(view)
    if not text:
        return []
    rows = wrap(((" ", LOUD),), ((text, LOUD),), width)
    return [tuple((span, LOUD) for span, _ in fit(line, width)) for line in rows[:3]]
