"""Limit orders by hand end by themselves: at the exchange, and by a timer here in case it does not (F31)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tui_bot.engine.commands import LONGEST_LASTS_MS, SHORTEST_LASTS_MS
from tui_bot.engine.plan import Leg
from tui_bot.engine.state import BotState
from tui_bot.market.order import Intent, Order

#: So many look-up intervals the exchange has to end an order whose time is over, before it is cancelled from
#: here; so many pass before a cancel that has led to nothing is asked for again.
GRACE, AGAIN = 3, 10

#: The exchange counts expiry in whole seconds.
_SECOND_MS = 1000


def expiry_of(leg: Leg, now_ms: int) -> int:
    """When an order made now of a leg ends by itself, on a whole second; 0 for never."""
    if leg.price is None or not leg.lasts_ms:
        return 0
    return -(-(now_ms + leg.lasts_ms) // _SECOND_MS) * _SECOND_MS


def lasting_fault(lasts_ms: int) -> str:
    """Why an order may not be asked to rest so long, empty if it may."""
    if SHORTEST_LASTS_MS <= lasts_ms <= LONGEST_LASTS_MS:
        return ""
    longest = LONGEST_LASTS_MS // 86_400_000
    return f"a limit order rests {SHORTEST_LASTS_MS // _SECOND_MS} s to {longest} days"


def is_over(intent: Intent, now_ms: int) -> bool:
    """Whether the time of an order has passed."""
    return 0 < intent.expires_ms <= now_ms


def end_overdue(state: BotState, order: Order, cancel: Callable[[Iterable[Order]], int]) -> None:
    """Ask to cancel an order that still rests although its time is over, again while that brings nothing."""
    watch = state.tracker.watches[order.intent.cl_ord_id]
    every_ms = state.settings.limits.look_up_every_ms
    due_ms = (
        watch.cancel_ms + AGAIN * every_ms if watch.cancel_ms else order.intent.expires_ms + GRACE * every_ms
    )
    if order.txid is None or order.state.is_uncertain or state.now_ms < due_ms:
        return
    if not watch.cancel_ms:
        state.note("warning", f"order {order.txid} rests past its time; its cancel is asked for")
    watch.cancel_ms, watch.canceling = state.now_ms, False
    cancel((order,))
