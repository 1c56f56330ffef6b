"""The books of the box: balances, orders, fills and positions as the sum of all facts, in exact numbers.

Only `apply` changes anything, so that reading the facts back gives the same books.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.facts import (
    Booked,
    Fact,
    Filled,
    OrderAmended,
    OrderEnded,
    OrderOpened,
    OrderPlaced,
    OrderTrailed,
    OrderTriggered,
    PositionOpened,
    PositionReduced,
    RolledOver,
    TimerSet,
)

ZERO = Decimal(0)
_THIRTY_DAYS_NS = 30 * 86_400 * NS_PER_SECOND


@dataclass(slots=True)
class Order:
    """An order and how far it got. `status` is pending, open, closed, canceled or expired.

    `value` is the sum of price times lots, `cost` the sum of the rounded costs of its fills.
    """

    placed: OrderPlaced
    status: str = "pending"
    reason: str | None = None
    close_ns: int = 0
    filled: int = 0
    value: Decimal = ZERO
    cost: Decimal = ZERO
    fee: Decimal = ZERO
    trades: list[str] = field(default_factory=list)
    triggered: bool = False
    amends: list[OrderAmended] = field(default_factory=list)
    original: OrderPlaced | None = None

    @property
    def waiting(self) -> bool:
        """True while a trigger has not fired."""
        return self.placed.stop > 0 and not self.triggered

    @property
    def working(self) -> bool:
        """True while the order stands in the book, or would if it had a price."""
        return self.status == "open" and not self.waiting

    @property
    def worst(self) -> int:
        """The price in ticks that decides what the order reserves."""
        return self.placed.price or self.placed.stop

    @property
    def remaining(self) -> int:
        """Lots not filled yet."""
        return self.placed.lots - self.filled

    @property
    def average_price(self) -> Decimal:
        """Average price of the fills; zero without any."""
        return self.value / self.filled if self.filled else ZERO

    @property
    def live(self) -> bool:
        """True while it can still be filled."""
        return self.status in {"pending", "open"}


@dataclass(slots=True)
class Position:
    """One row per opening trade. `lots`, `cost` and `margin` are what is still open."""

    opened: PositionOpened
    txid: str
    lots: int
    cost: Decimal
    next_rollover_ns: int
    rollover_fees: Decimal = ZERO
    net: Decimal = ZERO
    closed_lots: int = 0
    closed_cost: Decimal = ZERO
    proceeds: Decimal = ZERO
    closing_trades: list[str] = field(default_factory=list)

    @property
    def margin(self) -> Decimal:
        """Used margin: open cost divided by leverage."""
        return self.cost / self.opened.leverage


class Ledger:
    """Everything that is true about the account."""

    def __init__(self) -> None:
        self.balances: dict[str, Decimal] = {}
        self.orders: dict[str, Order] = {}
        self.live: dict[str, Order] = {}
        self.ended: list[Order] = []
        self.fills: list[Filled] = []
        self.fills_by_id: dict[str, Filled] = {}
        self.positions: dict[str, Position] = {}
        self.past_positions: dict[str, Position] = {}
        self.entries: list[Booked] = []
        self.cancel_all_ns = 0
        self.amends = 0
        self._recent: deque[tuple[int, Decimal]] = deque()
        self._recent_cost = ZERO

    def apply(self, fact: Fact) -> None:
        """Books one fact. Facts about keys, clock and status do not concern the account."""
        match fact:
            case OrderPlaced():
                order = Order(fact, status="pending" if fact.start_ns > fact.ns else "open")
                self.orders[fact.txid] = self.live[fact.txid] = order
            case OrderOpened() | OrderTrailed() | OrderTriggered() | OrderAmended():
                self._change(self.orders[fact.txid], fact)
            case TimerSet():
                self.cancel_all_ns = fact.at_ns
            case OrderEnded():
                order = self.live.pop(fact.txid)
                order.status, order.reason, order.close_ns = fact.status, fact.reason, fact.ns
                self.ended.append(order)
            case Filled():
                self._fill(fact)
            case PositionOpened():
                txid = self.fills_by_id[fact.id].txid
                self.positions[fact.id] = Position(fact, txid, fact.lots, fact.cost, fact.next_rollover_ns)
            case PositionReduced():
                self._reduce(fact)
            case RolledOver():
                position = self.positions[fact.id]
                position.rollover_fees += fact.fee
                position.next_rollover_ns = fact.next_ns
            case Booked():
                self.entries.append(fact)
                self.balances[fact.asset] = self.balances.get(fact.asset, ZERO) + fact.amount - fact.fee
            case _:
                pass

    def open_rows(self, pair: str, side: str) -> list[Position]:
        """Open position rows of a pair opened by this side, oldest first."""
        return [p for p in self.positions.values() if p.opened.pair == pair and p.opened.side == side]

    def open_lots(self, pair: str, side: str) -> int:
        """Open position size in lots of a pair opened by this side."""
        return sum(p.lots for p in self.open_rows(pair, side))

    def volume_30d(self, now_ns: int) -> Decimal:
        """Quote cost of all fills of the last thirty days."""
        while self._recent and self._recent[0][0] < now_ns - _THIRTY_DAYS_NS:
            self._recent_cost -= self._recent.popleft()[1]
        return self._recent_cost

    def _change(self, order: Order, fact: OrderOpened | OrderTrailed | OrderTriggered | OrderAmended) -> None:
        match fact:
            case OrderOpened():
                order.status = "open"
            case OrderTrailed():
                order.placed = replace(order.placed, stop=fact.stop)
            case OrderTriggered():
                order.triggered = True
                order.placed = replace(order.placed, price=fact.price)
            case OrderAmended():
                self._amend(order, fact)

    def _amend(self, order: Order, fact: OrderAmended) -> None:
        order.amends.append(fact)
        order.original = order.original or order.placed
        self.amends += 1
        oflags = [word for word in order.placed.oflags.split(",") if word != "post"]
        order.placed = replace(
            order.placed,
            lots=fact.lots,
            price=fact.price,
            stop=fact.stop,
            display=fact.display,
            post_only=fact.post_only,
            oflags=",".join(["post", *oflags] if fact.post_only else oflags),
        )

    def _fill(self, fact: Filled) -> None:
        order = self.orders[fact.txid]
        order.filled += fact.lots
        order.value += fact.price * fact.lots
        order.cost += fact.cost
        order.fee += fact.fee
        order.trades.append(fact.id)
        self.fills.append(fact)
        self.fills_by_id[fact.id] = fact
        self._recent.append((fact.ns, fact.cost))
        self._recent_cost += fact.cost

    def _reduce(self, fact: PositionReduced) -> None:
        position = self.positions[fact.id]
        position.lots -= fact.lots
        position.cost -= fact.cost
        position.net += fact.net
        position.closed_lots += fact.lots
        position.closed_cost += fact.cost
        position.proceeds += fact.proceeds
        position.closing_trades.append(fact.trade)
        if position.lots == 0:
            self.past_positions[fact.id] = self.positions.pop(fact.id)
