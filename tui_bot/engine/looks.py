"""When an order that has not ended is looked for again: soon at first, then less often, never not at all."""

from __future__ import annotations

from tui_bot.engine.expiry import is_over
from tui_bot.engine.state import BotState
from tui_bot.market.order import Order, OrderState

#: A resting order is looked at less often than one whose end is near, by so many look-up intervals.
RESTING = 5

#: And a stop less often still.
PROTECTING = 4

#: What is pushed is looked at less often still: the look is then the safety net only.
PUSHED = 4

#: The intervals after the first looks for an order of unknown fate, and that after all others. The longest
#: is what Kraken's lowest level pays for ever: a look costs 4 points, and 15 seconds bring 5 back.
LOST, LONGEST = (1, 1, 2, 4), 10

#: What one look counts for: the open orders and a page of those that ended.
COST = 4.0

#: The two looks that prove an order absent are at least so far apart, in exchange time.
APART_MS = 10_000


def due_ms(state: BotState, order: Order) -> int:
    """When the next look at an unfinished order is due, in exchange time."""
    watch = state.tracker.watches[order.intent.cl_ord_id]
    every_ms = state.settings.limits.look_up_every_ms
    if is_lost(order):
        return min(_within_budget_ms(state, order), _decisive_ms(state, order))
    if is_over(order.intent, state.now_ms):
        return watch.looked_ms + every_ms
    patience = RESTING if rests(order) else 1
    patience *= PROTECTING if order in state.tracker.protecting() else 1
    if state.account_source == "push" and not order.state.is_uncertain:
        patience *= PUSHED
    return watch.looked_ms + patience * every_ms


def is_lost(order: Order) -> bool:
    """Whether nobody knows what became of it."""
    return order.state in (OrderState.UNKNOWN, OrderState.HALTED_UNKNOWN)


def rests(order: Order) -> bool:
    """Whether it waits in the book."""
    return not order.intent.is_market and order.state is OrderState.OPEN


def next_ms(state: BotState) -> int | None:
    """When the next look for an order of unknown fate is due, None while there is none."""
    return min((due_ms(state, order) for order in state.tracker.uncertain()), default=None)


def _within_budget_ms(state: BotState, order: Order) -> int:
    """Less and less often, and only where the allowance has room for it; but not later than the longest."""
    watch = state.tracker.watches[order.intent.cl_ord_id]
    every_ms = state.settings.limits.look_up_every_ms
    pause = LOST[watch.looks] if watch.looks < len(LOST) else LONGEST
    wanted_ms, latest_ms = watch.looked_ms + pause * every_ms, watch.looked_ms + LONGEST * every_ms
    calls = state.calls
    spare_ms = 0 if calls is None else calls.at_ms + calls.spare_in_ms(COST, calls.at_ms)
    return min(max(wanted_ms, spare_ms), latest_ms)


def _decisive_ms(state: BotState, order: Order) -> int:
    """When a look may first prove something: past deadline and view lag, and once more a while later (I4)."""
    watch = state.tracker.watches[order.intent.cl_ord_id]
    every_ms = state.settings.limits.look_up_every_ms
    shown_ms = order.intent.deadline_ms + state.view_lag_ms + 1
    if watch.absent_ms is not None:
        shown_ms = watch.absent_ms + max(APART_MS, every_ms)
    never = watch.looked_ms + LONGEST * every_ms
    return shown_ms if watch.looked_ms < shown_ms else never
