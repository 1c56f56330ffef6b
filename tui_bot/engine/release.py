"""The last look at every gate, inside the sender, right before the first byte of an order leaves (I11)."""

from __future__ import annotations

from tui_bot.engine.guards import blocks, judge
from tui_bot.engine.memory import Run
from tui_bot.engine.plan import leg_of
from tui_bot.engine.snapshot import Phase
from tui_bot.engine.state import BotState
from tui_bot.market.order import Intent, OrderState, Origin


def closed_gate(state: BotState, intent: Intent) -> str:
    """The gate that bars this order now, with its numbers; empty if it may leave.

    What was allowed when it was decided may not be any more: between the two lie other events. An exit is
    held to fewer gates than an entry.
    """
    order = state.tracker.orders.get(intent.cl_ord_id)
    if order is None or order.state is not OrderState.SENT:
        return f"its order is {order.state.value if order else 'not known'}"
    if reason := _shut(state, intent):
        return reason
    refusals = blocks(judge(state.circumstances(without=intent), leg_of(intent)))
    return refusals[0].sentence if refusals else ""


def _shut(state: BotState, intent: Intent) -> str:
    """What stops the bot's own orders, and what stops every entry."""
    if state.phase is not Phase.READY:
        return f"the engine is {state.phase.value}"
    if intent.origin is Origin.BOT and not intent.protects:
        if state.run.run is Run.HALTED:
            return f"halted: {state.run.reason}"
        if state.override is not None:
            return "manual: a person has taken over"
        if intent.opens and state.run.run is Run.PAUSED:
            return f"paused: {state.run.reason}"
    if intent.opens and state.trouble:
        return f"trouble: {state.trouble}"
    return ""
