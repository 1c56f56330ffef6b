"""The actions as things stand: what each is called now, and why it can do nothing. Their list: ``keymap``."""

from __future__ import annotations

from tui_bot.console.banner import lost_orders
from tui_bot.console.position import external_orders, open_orders, uncertain_orders
from tui_bot.console.transport import is_replay
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.drills import offered
from tui_bot.engine.memory import Run
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.keymap.action import Action


def label(action: Action, view: View) -> str:
    """The action's name as things stand: Pause becomes Resume."""
    if action.id == "bot.pause" and view.snap is not None and view.snap.run.run is not Run.RUN:
        return "Resume"
    at = view.snap.transport if view.snap is not None else None
    if action.id == "replay.toggle" and at is not None and at.playing:
        return "Hold"
    if action.id == "replay.fork" and at is not None and at.fork_ms is not None:
        return "Unfork"
    return action.label


#: What asks something of a bot; in a recording there is none.
ENGINES = ("bot.pause", "bot.edit", "bot.drill", "bot.panic")


def offered_here(action: Action, view: View) -> bool:
    """Whether the action belongs to what is shown: a bot, or a recording."""
    if action.area == "replay":
        return is_replay(view)
    return not is_replay(view) or not _needs_bot(action)


def _needs_bot(action: Action) -> bool:
    """Whether it asks something of a bot; the orders can be looked at without one."""
    return (action.area == "trade" and action.id != "trade.orders") or action.id in ENGINES


def barred(action: Action, view: View) -> str:
    """Why the action can do nothing now; empty when it can."""
    if is_replay(view) != (action.area == "replay"):
        if action.area == "replay":
            return "only in a recording: tui-bot replay FILE"
        if _needs_bot(action):
            return "this is a recording: nothing can be traded or changed in it"
    why = _no_engine(view)
    if why and _needs_engine(action):
        return why
    snap = view.snap
    if snap is None:
        return "the engine is starting" if action.id == "view.backtest" else ""
    return _idle(action, view, snap)


def _needs_engine(action: Action) -> bool:
    if action.id == "trade.orders":
        return False
    return action.area == "trade" or action.id in ENGINES


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
    if action.id in ("view.why", "view.xray") and snap.decision is None:
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
        return f"the bot is dead; press {view.keymap.key('bot.quit')}"
    if view.snap is None:
        return "the engine is starting"
    if view.snap.phase is not Phase.READY:
        return f"the engine is {view.snap.phase.value}"
    return ""
