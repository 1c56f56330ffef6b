"""What the exchange pushes of our account, beside what is read: either may come first, or twice, or never."""

from __future__ import annotations

from collections import deque

from tui_bot.engine.desk import Desk
from tui_bot.engine.external import tell_ended, tell_fill, tell_orders
from tui_bot.engine.news import AccountSource, BalanceMoved, Executed, OrderReported, StreamRead
from tui_bot.engine.records import OrderMoved
from tui_bot.engine.state import BotState
from tui_bot.market.order import Fill, OrderReport, OrderState

_LIVE = (OrderState.OPEN, OrderState.PARTIAL)


class Pushed:
    """Brings executions and reports to the orders they belong to; a look at an order is the safety net."""

    def __init__(self, state: BotState, desk: Desk) -> None:
        self.state = state
        self.desk = desk
        self._told: deque[str] = deque(maxlen=400)

    def on_executed(self, event: Executed) -> None:
        """Book an execution at once, unless it is known (F29); one that is not ours is told."""
        fill, tracker = event.fill, self.state.tracker
        if not tracker.is_new(fill):
            return
        order = tracker.owner_of(event.cl_ord_id, fill.txid)
        if order is None:
            if not self._may_be_ours(event.cl_ord_id):
                self._on_foreign(fill)
            return
        self.desk.expect_possible(order, fill.txid)
        self.desk.book(order, fill)
        if moved := tracker.executed(order, fill.txid, self.state.now_ms):
            self.state.keep(OrderMoved(moved))

    def on_order_reported(self, event: OrderReported) -> None:
        """Take an order's standing; an end without all its executions is looked at at once (F22, I9)."""
        report = event.report
        order = self.state.tracker.owner_of(report.cl_ord_id, report.txid)
        if order is None:
            if self._may_be_ours(report.cl_ord_id):
                return
            others = tuple(one for one in self.state.foreign if one.txid != report.txid)
            tell_orders(self.state, (*others, report) if report.state in _LIVE else others)
            if _is_end(report):
                tell_ended(self.state, report)
            return
        self.desk.take_report(order, report)
        now = self.state.tracker.orders[order.intent.cl_ord_id]
        if _is_end(report) and not now.state.is_final:
            self.desk.look(now)

    def on_balance_moved(self, event: BalanceMoved) -> None:
        """Have the account read soon; many moves ask once."""
        self.state.balance_moved_ms = event.at_ms

    def on_source(self, event: AccountSource) -> None:
        """News of the account comes another way now."""
        self.state.account_source, self.state.account_source_ms = event.name, event.at_ms
        if event.reason:
            self.state.note("info" if event.name == "push" else "warning", event.reason)

    def on_stream_read(self, event: StreamRead) -> None:
        """What it knows is taken in by now; what it does not know of is not there."""
        self.state.stream_read_ms = event.at_ms
        for order in self.state.tracker.live():
            if self.state.tracker.watches[order.intent.cl_ord_id].awaits_stream:
                self.desk.look(order)

    def _may_be_ours(self, cl_ord_id: str | None) -> bool:
        """Whether an order of ours whose txid is not known may be behind it; such are looked at."""
        nameless = [] if cl_ord_id else [order for order in self.state.tracker.live() if order.txid is None]
        for order in nameless:
            self.desk.look(order)
        return bool(nameless)

    def _on_foreign(self, fill: Fill) -> None:
        """What was before this start is no news."""
        if fill.at_ms >= self.state.started_ms and fill.trade_id not in self._told:
            self._told.append(fill.trade_id)
            tell_fill(self.state, fill)
            self.state.balance_moved_ms = self.state.now_ms


def _is_end(report: OrderReport) -> bool:
    return report.state not in _LIVE
