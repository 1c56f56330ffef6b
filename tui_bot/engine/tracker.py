"""Our orders and what became of them: the order state machine, fed by answers, looks and fills."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tui_bot.engine.events import Acked, Answer, Lost, NotSent, Refused, Validated
from tui_bot.market.number import ZERO
from tui_bot.market.order import MOVES, Fill, Intent, Order, OrderReport, OrderState

#: How many finished orders are remembered.
KEEP_FINISHED = 200

#: How many executions are known again when they come twice; the exchange repeats at most the last 50.
KEEP_FILLS = 5_000

_TERMINAL = (OrderState.CLOSED, OrderState.CANCELED, OrderState.EXPIRED)


@dataclass(slots=True)
class Watch:
    """When an unfinished order was last looked for, how often by now, when that last missed it, and since
    when its absence counts; when a cancel of it was last asked for because its time was over, and when one
    last failed; whether only the account's stream is lacking to prove it absent."""

    looked_ms: int
    looks: int = 0
    absent_ms: int | None = None
    missed_ms: int | None = None
    canceling: bool = False
    cancel_ms: int = 0
    uncanceled_ms: int | None = None
    awaits_stream: bool = False


@dataclass(slots=True)
class OrderTracker:
    """Orders by client id, oldest first, and the fills booked for each.

    Views of the exchange may be old: volume executed never goes down, and a finished order stays
    finished (faults.md 5.1).
    """

    orders: dict[str, Order] = field(default_factory=dict)
    watches: dict[str, Watch] = field(default_factory=dict)
    _seen_fills: dict[str, None] = field(default_factory=dict)
    _booked: dict[str, Decimal] = field(default_factory=dict)

    def remember(self, orders: Iterable[Order], fills: Iterable[Fill], now_ms: int) -> None:
        """Take up what an earlier run left. An order without a known answer may exist."""
        for order in orders:
            if order.state in (OrderState.INTENT, OrderState.SENT):
                order = replace(order, state=OrderState.UNKNOWN, reason="the bot stopped before the answer")
            self._put(order, now_ms)
        for fill in fills:
            self._count(fill)

    def add(self, intent: Intent, now_ms: int) -> Order:
        """A new order that is about to be sent."""
        order = Order(intent, OrderState.SENT, changed_ms=now_ms)
        self._put(order, now_ms)
        self._forget_old()
        return order

    def live(self) -> tuple[Order, ...]:
        """Orders that are not finished, oldest first."""
        return tuple(self.orders[cl_ord_id] for cl_ord_id in self.watches)

    def protecting(self) -> tuple[Order, ...]:
        """Stops and take-profits that are known to rest at the exchange."""
        return tuple(
            order for order in self.live() if order.intent.protects and order.state is OrderState.OPEN
        )

    def working(self) -> tuple[Order, ...]:
        """Unfinished orders but for those that only wait to protect."""
        return tuple(order for order in self.live() if order not in self.protecting())

    def uncertain(self) -> tuple[Order, ...]:
        """Orders that may or may not exist; the pair takes no new order meanwhile."""
        lost = (OrderState.UNKNOWN, OrderState.HALTED_UNKNOWN)
        return tuple(order for order in self.live() if order.state in lost)

    def owner_of(self, cl_ord_id: str | None, txid: str) -> Order | None:
        """Our order with this client id, or else with this txid; None for a foreign one."""
        # an id in UUID form may come back with its dashes
        if cl_ord_id and (order := self.orders.get(cl_ord_id) or self.orders.get(cl_ord_id.replace("-", ""))):
            return order
        return next((order for order in self.orders.values() if order.txid == txid), None)

    def answer(self, cl_ord_id: str, answer: Answer, now_ms: int, sent_ms: int = 0) -> Order | None:
        """Apply the answer to a send; the order if it moved.

        What is pushed may be quicker than the answer: then only the answer's times are new.
        """
        order = self.orders.get(cl_ord_id)
        if order is None:
            return None
        if sent_ms and not order.sent_ms:
            order = replace(order, sent_ms=sent_ms, answered_ms=0 if isinstance(answer, Lost) else now_ms)
            self.orders[cl_ord_id] = order
        if order.state not in (OrderState.SENT, OrderState.UNKNOWN):
            return None
        match answer:
            case Acked(txid):
                moved = replace(order, state=OrderState.OPEN, txid=txid, reason="")
            case Refused(error, meaning):
                text = f"{meaning} ({error})" if meaning else error
                moved = replace(order, state=OrderState.REJECTED, reason=text)
            case NotSent(reason):
                moved = replace(order, state=OrderState.NOT_SENT, reason=reason)
            case Validated(descr):
                text = f"validated only, nothing was placed: {descr}"
                moved = replace(order, state=OrderState.VALIDATED, reason=text)
            case Lost(reason):
                moved = replace(order, state=OrderState.UNKNOWN, reason=reason)
        return self._move(order, moved, now_ms)

    def report(self, order: Order, report: OrderReport, now_ms: int) -> Order | None:
        """Apply the exchange's view of an order; the order if it moved.

        A finished order whose executions are not all booked yet stays PARTIAL until they are (I9).
        """
        booked = self.booked(report.txid)
        executed = max(order.executed, report.executed, booked)
        state = report.state
        if (state in _TERMINAL and booked < executed) or (state is OrderState.OPEN and executed > 0):
            state = OrderState.PARTIAL
        moved = replace(
            order,
            state=state,
            txid=report.txid,
            executed=executed,
            average=report.average or order.average,
            fee=max(order.fee, report.fee),
            reason=report.reason,
        )
        return self._move(order, moved, now_ms)

    def executed(self, order: Order, txid: str, now_ms: int) -> Order | None:
        """At least what is booked is executed of an order; the order if it moved."""
        executed = max(order.executed, self.booked(txid))
        return self._move(
            order, replace(order, state=OrderState.PARTIAL, txid=txid, executed=executed), now_ms
        )

    def hold(self, order: Order, reason: str, now_ms: int) -> Order | None:
        """Only a record of the exchange or a person ends the order from now on."""
        return self._move(order, replace(order, state=OrderState.HALTED_UNKNOWN, reason=reason), now_ms)

    def absent(self, order: Order, reason: str, now_ms: int) -> Order | None:
        """The order is proved to exist nowhere."""
        return self._move(order, replace(order, state=OrderState.NOT_PLACED, reason=reason), now_ms)

    def is_new(self, fill: Fill) -> bool:
        """Whether this execution has not been booked yet."""
        return fill.trade_id not in self._seen_fills

    def book(self, order: Order, fill: Fill) -> Fill:
        """Count an execution of ours once; it carries the leverage of the intent."""
        owned = replace(fill, leverage=order.intent.leverage)
        self._count(owned)
        return owned

    def adopt(self, fill: Fill) -> None:
        """Count an execution that no order of ours stands behind."""
        self._see(fill)

    def booked(self, txid: str) -> Decimal:
        """The executed volume of an order whose fills are known."""
        return self._booked.get(txid, ZERO)

    def _count(self, fill: Fill) -> None:
        self._see(fill)
        self._booked[fill.txid] = self._booked.get(fill.txid, ZERO) + fill.volume

    def _see(self, fill: Fill) -> None:
        self._seen_fills[fill.trade_id] = None
        if len(self._seen_fills) > KEEP_FILLS:
            del self._seen_fills[next(iter(self._seen_fills))]

    def _move(self, order: Order, moved: Order, now_ms: int) -> Order | None:
        if moved == order or (moved.state is not order.state and moved.state not in MOVES[order.state]):
            return None
        moved = replace(moved, changed_ms=now_ms)
        self._put(moved, now_ms)
        return moved

    def _put(self, order: Order, now_ms: int) -> None:
        cl_ord_id = order.intent.cl_ord_id
        self.orders[cl_ord_id] = order
        if order.state.is_final:
            self.watches.pop(cl_ord_id, None)
        else:
            self.watches.setdefault(cl_ord_id, Watch(now_ms))

    def _forget_old(self) -> None:
        while len(self.orders) > KEEP_FINISHED:
            oldest = next((key for key, order in self.orders.items() if order.state.is_final), None)
            if oldest is None:
                return
            self._booked.pop(self.orders[oldest].txid or "", None)
            del self.orders[oldest]
