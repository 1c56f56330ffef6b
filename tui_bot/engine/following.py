"""Each order followed to its end, from whatever the exchange says of it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from tui_bot.engine import lag
from tui_bot.engine.actions import LookUp
from tui_bot.engine.events import Account, Acked, CancelAnswered, LookedUp, Lost, OrderAnswered, Refused
from tui_bot.engine.external import tell_ended, tell_orders
from tui_bot.engine.records import Filled, OrderMoved
from tui_bot.engine.state import BotState
from tui_bot.market.number import ZERO
from tui_bot.market.order import Fill, Order, OrderReport, OrderState, Origin

#: Refusals after which no order can succeed until a person mends the cause.
FATAL_REFUSALS = (
    "EAPI:Invalid key",
    "EAPI:Invalid signature",
    "EAPI:Invalid nonce",
    "EGeneral:Permission denied",
    "EGeneral:Temporary lockout",
    "EAuth:",
    "EAccount:",
    "ETrade:",
)

#: Refusals of a second attempt that speak for the arrival of the first (F07, F08).
EVIDENCE = ("EOrder:Insufficient funds", "EOrder:Insufficient initial margin", "EAPI:Invalid nonce")

#: After how many look-up intervals past its deadline an order without any answer counts as lost.
ANSWER_PATIENCE = 20


class Following(ABC):
    """Takes answers, reports and executions to the orders they belong to."""

    def __init__(self, state: BotState) -> None:
        self.state = state

    @abstractmethod
    def _finished(self, order: Order) -> None:
        """An order has come to its end."""

    @abstractmethod
    def _not_found(self, order: Order) -> None:
        """A complete look found it nowhere."""

    @abstractmethod
    def read_rules(self) -> None:
        """Ask for the pair's rules."""

    def on_answer(self, event: OrderAnswered) -> None:
        """An order was answered, refused, lost, or never left."""
        tracker, now_ms = self.state.tracker, self.state.now_ms
        order = tracker.answer(event.cl_ord_id, event.answer, now_ms, event.sent_ms)
        if order is None:
            return
        self.state.keep(OrderMoved(order))
        if order.state is OrderState.UNKNOWN or isinstance(event.answer, Acked):
            self.look(order)
            return
        self._finished(order)
        if isinstance(event.answer, Refused):
            self.read_rules()
            if order.intent.attempt > 1 and event.answer.error.startswith(EVIDENCE):
                self.state.halt(
                    f"the second attempt was refused ({event.answer.error}): the first may have arrived. "
                    "Look at Kraken's order page, then resume"
                )
            if event.answer.error.startswith(FATAL_REFUSALS):
                self.state.halt(f"Kraken refuses this key: {order.reason}")

    def on_cancel_answered(self, event: CancelAnswered) -> None:
        """A cancel was accepted or not; either way the order itself tells what it became."""
        if event.error:
            self.state.note(
                "warning", f"cancel of {event.txid} not confirmed: {event.error}; it may still fill"
            )
        for order in self.state.tracker.live():
            if order.txid == event.txid:
                watch = self.state.tracker.watches[order.intent.cl_ord_id]
                watch.canceling = not event.error
                watch.uncanceled_ms = self.state.now_ms if event.error else None
                self.look(order)

    def on_looked_up(self, event: LookedUp) -> None:
        """The exchange's word on one of our orders, complete."""
        tracker = self.state.tracker
        order = tracker.orders.get(event.cl_ord_id)
        if order is None:
            return
        if event.report is None:
            self._not_found(order)
            return
        self.take_report(order, event.report, event.fills)

    def take_report(self, order: Order, report: OrderReport, fills: tuple[Fill, ...] = ()) -> None:
        """The exchange's word on one of our orders, from any of its views.

        Another order under the same id is a copy that should not be (F39): it counts, and nothing more.
        """
        if order.txid not in (None, report.txid):
            self._count(order, report)
            return
        self.expect_possible(order, report.txid)
        lag.found(self.state, order, report)
        self._count(order, report)
        for fill in sorted(fills, key=lambda fill: (fill.at_ms, fill.trade_id)):
            self.book(order, fill)
        moved = self.state.tracker.report(order, report, self.state.now_ms)
        if moved is not None:
            self.state.keep(OrderMoved(moved))
            if moved.state.is_final and not order.state.is_final:
                self._finished(moved)

    def on_account(self, account: Account) -> None:
        """Compare the exchange's open orders with ours."""
        state = self.state
        state.account = account
        foreign: list[OrderReport] = []
        for report in account.open_orders:
            if order := state.tracker.owner_of(report.cl_ord_id, report.txid):
                self.take_report(order, report)
            else:
                foreign.append(report)
        tell_orders(state, tuple(foreign))

    def on_ended(self, ended: tuple[OrderReport, ...]) -> None:
        """Orders that ended lately: ours are taken up, others are told.

        While an order of ours has no txid, one without our id could be it.
        """
        state = self.state
        nameless = any(order.txid is None for order in state.tracker.live())
        for report in ended:
            if order := state.tracker.owner_of(report.cl_ord_id, report.txid):
                self.take_report(order, report)
                if not state.tracker.orders[order.intent.cl_ord_id].state.is_final:
                    self.look(order)
            elif not (nameless and report.cl_ord_id is None):
                tell_ended(state, report)

    def expect_possible(self, order: Order, txid: str) -> None:
        """An order held for absent that shows up after all: what we know is wrong (F03)."""
        if order.state.never_existed:
            self.state.surprise(
                f"order {txid} is at the exchange although it was {order.state.value}. "
                "Look at Kraken's order page, cancel it there if it is open, then resume"
            )

    def _count(self, order: Order, report: OrderReport) -> None:
        """Let the control hear what the exchange says of an order."""
        self.state.control.reported(order.intent, report.txid, report.executed)
        self._expect_no_more(order, report.txid)

    def _expect_no_more(self, order: Order, txid: str) -> None:
        state, intent = self.state, order.intent
        step = state.rules.lot_step if state.rules else ZERO
        if state.control.overshoot(intent, step) or state.tracker.booked(txid) > intent.volume:
            state.surprise(f"more was executed than ordered ({txid}). Look at Kraken, then resume")

    def look(self, order: Order) -> None:
        """Ask for a complete look at one order."""
        watch = self.state.tracker.watches[order.intent.cl_ord_id]
        watch.looked_ms, watch.looks = self.state.now_ms, watch.looks + 1
        self.state.act(LookUp(order))

    def _give_up_answer(self, order: Order) -> None:
        """An answer that has not come long after the deadline is lost (F17)."""
        limits = self.state.settings.limits
        if self.state.now_ms > order.intent.deadline_ms + ANSWER_PATIENCE * limits.look_up_every_ms:
            lost = Lost("no answer came")
            self.on_answer(OrderAnswered(self.state.now_ms, order.intent.cl_ord_id, lost))

    def book(self, order: Order, fill: Fill) -> None:
        """Let an execution of one of our orders count, once, from wherever it is learnt."""
        state = self.state
        if not state.tracker.is_new(fill):
            return
        owned = state.tracker.book(order, fill)
        state.book(owned, order.intent.origin)
        state.control.filled(order.intent, owned)
        state.moved_ms = state.now_ms
        state.keep(Filled(owned, order.intent.cl_ord_id))
        if order.intent.origin is Origin.MANUAL:
            state.target = state.position.size
        self._expect_no_more(order, fill.txid)
