"""A person's hand on resting orders: one is cancelled, or gets another price or size.

A new order never leaves before the old one is known to have ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tui_bot.engine.commands import Replace, Trade
from tui_bot.engine.desk import Desk
from tui_bot.engine.replacement import refusals_of
from tui_bot.engine.state import BotState
from tui_bot.market.number import plain
from tui_bot.market.order import Order, OrderState


@dataclass(slots=True)
class Replacement:
    """One under way: what was asked when, how much of the old order was executed then, and how it ended."""

    command: Replace
    asked_ms: int
    executed: Decimal
    ended: Order | None = None


class Resting:
    """At most one replacement at a time. ``trade`` sends an order by hand under the guards of any other."""

    def __init__(self, state: BotState, desk: Desk, trade: Callable[[Trade], None]) -> None:
        self.state = state
        self.desk = desk
        self._trade = trade
        self._under_way: Replacement | None = None
        desk.ended.append(self._on_ended)

    def cancel(self, cl_ord_id: str) -> None:
        """Ask to cancel one order of ours."""
        state, order = self.state, self.state.tracker.orders.get(cl_ord_id)
        if order is None or order.state not in (OrderState.OPEN, OrderState.PARTIAL) or order.txid is None:
            known = "no such order is known" if order is None else f"the order is {order.state.value}"
            state.note("warning", f"not cancelled: {known}")
        elif order.intent.protects:
            state.note("warning", "not cancelled: the stop would be placed anew; set it to 0 in the settings")
        else:
            asked = self.desk.cancel_unfit((order,))
            state.note("info", f"cancel {'asked for' if asked else 'is under way already'}: {order.txid}")

    def replace(self, command: Replace) -> None:
        """Judge the new order as if the old were gone; if it may be sent, have the old one cancelled."""
        order = self.state.tracker.orders.get(command.cl_ord_id)
        if order is None or (fault := _unfit(order, command, busy=self._under_way is not None)):
            why = "no such order is known" if order is None else fault
            self.state.note("warning", f"not replaced: {why}; nothing was changed")
            return
        refusals = refusals_of(
            command, order, self.state.circumstances(), self.state.position, self.state.settings
        )
        if refusals:
            reasons = "; ".join(f"{reading.sentence} — {reading.advice}" for reading in refusals)
            self.state.note("warning", f"BLOCKED the new order, the old one stays: {reasons}")
            return
        self._under_way = Replacement(command, self.state.now_ms, order.executed)
        self.state.note("info", f"replacing {order.txid}: it is cancelled first, the new one follows its end")
        self.desk.cancel_unfit((order,))

    def drop(self, reason: str) -> None:
        """No new order follows. A cancel that was asked for goes on."""
        if self._under_way is not None:
            self.state.note("warning", f"the new order is not sent: {reason}")
        self._under_way = None

    def pursue(self) -> None:
        """Send the new order once the old one has ended and the account shows what it held as free."""
        found, state = self._under_way, self.state
        if found is None:
            return
        if state.now_ms > found.asked_ms + state.settings.limits.decide_within_ms:
            self.drop("the cancel of the old one was not confirmed in time; look at the orders")
        elif found.ended is not None and state.account is not None and state.account.at_ms >= state.moved_ms:
            self._send(found, found.ended)

    def _on_ended(self, order: Order) -> None:
        if self._under_way is not None and self._under_way.command.cl_ord_id == order.intent.cl_ord_id:
            self._under_way.ended = order

    def _send(self, found: Replacement, old: Order) -> None:
        command = found.command
        left = command.volume - (old.executed - found.executed)
        if old.state is OrderState.CLOSED or left <= 0:
            self.drop("the old one was filled before it could be cancelled")
            return
        self._under_way = None
        self._trade(Trade(old.intent.side, left, command.price, command.contract, command.lasts_ms))


def _unfit(order: Order, command: Replace, *, busy: bool) -> str:
    """Why this order cannot be replaced so, empty if it can."""
    if busy:
        return "another order is being replaced"
    if order.intent.is_market or order.intent.protects:
        return "only limit orders can be"
    if order.state not in (OrderState.OPEN, OrderState.PARTIAL) or order.txid is None:
        return f"the order is {order.state.value}"
    for what, number in (("volume", command.volume), ("price", command.price)):
        if not (number.is_finite() and number > 0):
            return f"the {what} is not a positive number"
    if command.volume == order.remaining and command.price == order.intent.price:
        return f"it is at {plain(command.price)} for {plain(command.volume)} already"
    return ""
