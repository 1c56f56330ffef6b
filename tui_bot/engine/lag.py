"""How far behind its engine the exchange's lists were seen to be, and how late an order may arrive."""

from __future__ import annotations

from collections.abc import Mapping

from tui_bot.engine.state import BotState
from tui_bot.market.order import Order, OrderReport, OrderState

#: A lag above this is an alarm: the bound for absence was chosen with 60 s in mind (faults.md 3.1).
ALARM_MS = 60_000

#: Smaller news of a longer lag is not worth an entry in the journal.
NEWS_MS = 1_000

VIEW, ARRIVAL = "view lag", "late arrival"


def missed(state: BotState, order: Order) -> None:
    """A complete look did not find an order. If the exchange had acknowledged it, its lists lag."""
    watch = state.tracker.watches.get(order.intent.cl_ord_id)
    if watch is None:
        return  # its end was pushed while the look was under way
    watch.missed_ms = state.now_ms
    if order.state in (OrderState.OPEN, OrderState.PARTIAL):
        _view(state, state.now_ms - order.changed_ms)


def found(state: BotState, order: Order, report: OrderReport) -> None:
    """An order was found: a look after its opening that had missed it shows a lag."""
    if not report.opened_ms:
        return
    watch = state.tracker.watches.get(order.intent.cl_ord_id)
    if watch is not None and watch.missed_ms is not None:
        _view(state, watch.missed_ms - report.opened_ms)
    if order.state is OrderState.UNKNOWN:
        _arrival(state, report.opened_ms - order.intent.created_ms)


def take_up(state: BotState, learnt: Mapping[str, str]) -> None:
    """What earlier runs have seen counts on."""
    state.view_lag_seen_ms = int(learnt.get(VIEW, 0))
    state.arrival_seen_ms = int(learnt.get(ARRIVAL, 0))


def _view(state: BotState, lag_ms: int) -> None:
    if lag_ms < state.view_lag_seen_ms + NEWS_MS:
        return
    state.view_lag_seen_ms = lag_ms
    text = f"the exchange's lists lagged by {lag_ms / 1000:.0f} s"
    if lag_ms > ALARM_MS:
        text += f"; an order counts as absent only {state.view_lag_ms / 1000:.0f} s after its deadline now"
    state.learn(VIEW, str(lag_ms), "warning" if lag_ms > ALARM_MS else "info", text)


def _arrival(state: BotState, delay_ms: int) -> None:
    if delay_ms < state.arrival_seen_ms + NEWS_MS:
        return
    state.arrival_seen_ms = delay_ms
    beyond = delay_ms > state.settings.limits.order_deadline_ms
    text = f"an order whose answer was lost arrived {delay_ms / 1000:.0f} s after it was made"
    text += ", past its deadline" if beyond else ""
    state.learn(ARRIVAL, str(delay_ms), "warning" if beyond else "info", text)
