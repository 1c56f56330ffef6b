"""The trading engine: takes orders, matches them, ends them.

Every call acts at the exchange's `now_ns` and records facts; the caller flushes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui_bot.paper import admission, matching, triggers
from tui_bot.paper.clearing import OPPOSITE
from tui_bot.paper.facts import OrderAmended, OrderEnded, OrderPlaced, OrderTrailed, OrderTriggered
from tui_bot.paper.identifiers import identifier
from tui_bot.paper.instruments import PAIRS
from tui_bot.paper.ledger import Order
from tui_bot.paper.market import Market
from tui_bot.paper.refusal import Refusal, invalid
from tui_bot.paper.ticket import MARKETS, Ticket, read_ticket

if TYPE_CHECKING:
    from tui_bot.paper.exchange import Exchange

USER_REQUESTED = "User requested"
REPLACED = "Order replaced"
POSITION_CLOSED = "EOrder:Reduce only:Position is closed"


@dataclass(frozen=True, slots=True)
class FillPlan:
    """How an order's first matches are to go, other than by the book: only `share` of them, in `parts`, and
    then, with a `reason`, canceled by the exchange; `after_ns` keeps it out of the book for so long.
    """

    share: float = 1.0
    parts: int = 1
    reason: str = ""
    after_ns: int = 0


class Trading:
    """Orders of one exchange."""

    def __init__(self, exchange: Exchange, seed: int) -> None:
        self._exchange = exchange
        self._seed = seed
        self._fulfilled: list[Order] = []
        self.plan: FillPlan | None = None
        self.margin_refusal = ""

    # what people ask for

    def add(self, ticket: Ticket, instead_of: Order | None = None) -> Order | None:
        """Accepts an order, in the place of another when told so, and matches it; None when it was only
        validated. Raises Refusal.
        """
        exchange = self._exchange
        if self.plan is not None and self.plan.after_ns:
            ticket = replace(ticket, start_ns=exchange.now_ns + self.plan.after_ns)
        admission.check_status(ticket, exchange.status_of(ticket.pair))
        if not exchange.markets[ticket.pair.id].open:
            raise Refusal("EService:Unavailable")
        with self._without(instead_of):
            if ticket.cl_ord_id and self._client_id_taken(ticket.cl_ord_id):
                raise invalid("cl_ord_id")
            candidate = self._admit(ticket)
        if ticket.validate:
            return None
        if instead_of is not None:
            self.end(instead_of, "canceled", REPLACED)
        order = self.place(ticket, candidate.lots)
        if ticket.ordertype == "settle-position":
            exchange.clearing.settle(PAIRS[ticket.pair.id], order, candidate.lots, exchange.now_ns)
            self.end(order, "closed", None)
        elif order.working:
            self.take(order, candidate.matches)
        self.settle_up()
        return order

    def amend(self, order: Order, ticket: Ticket, terms: OrderAmended) -> None:
        """Changes an order's terms in place; `ticket` is what it becomes. Raises Refusal."""
        exchange = self._exchange
        if terms.lots <= order.filled:
            exchange.record(terms)
            self.end(order, "canceled", USER_REQUESTED)
            return
        admission.check_status(ticket, exchange.status_of(ticket.pair))
        with self._without(order):
            candidate = self._admit(replace(ticket, lots=terms.lots - order.filled))
        exchange.record(terms)
        if order.working:
            self.take(order, candidate.matches)
        self.settle_up()

    def cancel(self, orders: Sequence[Order], reason: str = USER_REQUESTED) -> int:
        """Cancels live orders and says how many."""
        for order in orders:
            self.end(order, "canceled", reason)
        self.settle_up()
        return len(orders)

    def next_amend_id(self) -> str:
        """The id of the next amend."""
        return identifier("T", self._seed + 1, self._exchange.ledger.amends)

    # what the market does

    def meet(self, market: Market) -> None:
        """Lets the newest trade meet the orders of its pair."""
        pair, exchange = market.pair, self._exchange
        live = [order for order in exchange.ledger.live.values() if order.placed.pair == pair.id]
        if live and exchange.status_of(pair) not in {"maintenance", "cancel_only"}:
            for order in live:
                if order.waiting and order.status == "open":
                    self._look_at_trigger(order, market)
            self._fill_resting(market, [order for order in live if order.working])
        self.settle_up()

    def start(self, order: Order) -> None:
        """An order whose time came enters the book."""
        if order.working:
            self._take_now(order)
        self.settle_up()

    def liquidate(self, *, forced: bool = False) -> None:
        """Closes rows oldest first by market orders while the margin level is below the stop level, or all
        of them when `forced`.
        """
        exchange = self._exchange
        while exchange.ledger.positions:
            level = exchange.figures().level
            oldest = next(iter(exchange.ledger.positions.values()))
            market = exchange.markets[oldest.opened.pair]
            if not forced and (level is None or level >= market.pair.margin_stop):
                return
            side = OPPOSITE[oldest.opened.side]
            ticket = Ticket(
                pair=market.pair,
                side=side,
                ordertype="market",
                lots=oldest.lots,
                price=0,
                leverage=oldest.opened.leverage,
                reduce_only=True,
                misc="liquidated",
            )
            order = self.place(ticket, oldest.lots)
            matches = matching.walk(market, side, oldest.lots, 0, exchange.now_ns)
            self.take(order, matches)
            if not matches:
                return

    # the steps

    def place(self, ticket: Ticket, lots: int) -> Order:
        """Writes an order into the books."""
        exchange = self._exchange
        txid = exchange.clearing.next_txid()
        exchange.record(
            OrderPlaced(
                txid=txid,
                ns=exchange.now_ns,
                pair=ticket.pair.id,
                side=ticket.side,
                ordertype=ticket.ordertype,
                price=ticket.price,
                lots=lots,
                leverage=ticket.leverage,
                reduce_only=ticket.reduce_only,
                post_only=ticket.post_only,
                oflags=ticket.oflags,
                timeinforce=ticket.timeinforce,
                expire_ns=ticket.expire_ns,
                cl_ord_id=ticket.cl_ord_id,
                userref=ticket.userref,
                misc=ticket.misc,
                stop=ticket.stop,
                trail=ticket.trail,
                trail_limit=ticket.trail_limit,
                trigger=ticket.trigger,
                display=ticket.display,
                start_ns=ticket.start_ns,
                close=ticket.close,
                refid=ticket.refid,
            )
        )
        return exchange.ledger.orders[txid]

    def take(self, order: Order, matches: Sequence[matching.Match]) -> None:
        """Fills an order from the book, and ends it when it may not rest."""
        exchange, placed = self._exchange, order.placed
        market = exchange.markets[placed.pair]
        plan, self.plan = self.plan, None
        if placed.timeinforce == "FOK" and sum(m.lots for m in matches) < order.remaining:
            self.end(order, "canceled", "Fill or kill")
            return
        closable = exchange.ledger.open_lots(placed.pair, OPPOSITE[placed.side])
        if plan is not None:
            matches = _planned(matches, plan)
        for match in matches:
            exchange.clearing.fill(market.pair, order, match.ticks, match.lots, exchange.now_ns, maker=False)
        matching.consume(market.book, matches, exchange.now_ns)
        taken = sum(match.lots for match in matches)
        if order.remaining == 0:
            self.end(order, "closed", None)
        elif plan is not None and plan.reason:
            self.end(order, "canceled", plan.reason)
        elif placed.reduce_only and taken >= closable:
            self.end(order, "canceled", POSITION_CLOSED)
        elif placed.ordertype in MARKETS:
            self.end(order, "canceled", "Insufficient liquidity")
        elif placed.timeinforce == "IOC":
            self.end(order, "canceled", "Immediate or cancel")

    def end(self, order: Order, status: str, reason: str | None) -> None:
        """Takes an order out of the book."""
        self._exchange.record(OrderEnded(order.placed.txid, self._exchange.now_ns, status, reason))
        if order.placed.close and order.filled:
            self._fulfilled.append(order)

    def settle_up(self) -> None:
        """What follows from fills: conditional closes are placed, the margin level is looked at."""
        while self._fulfilled:
            self._close_conditionally(self._fulfilled.pop(0))
        self.liquidate()

    def _client_id_taken(self, name: str) -> bool:
        return any(order.placed.cl_ord_id == name for order in self._exchange.ledger.live.values())

    def _admit(self, ticket: Ticket) -> admission.Candidate:
        """The checks of market, cost, post-only and funds. Raises Refusal."""
        exchange = self._exchange
        market = exchange.markets[ticket.pair.id]
        opposite = exchange.ledger.open_lots(ticket.pair.id, OPPOSITE[ticket.side]) if ticket.leverage else 0
        lots = admission.wanted_lots(ticket, opposite)
        matches: list[matching.Match] = []
        at_once = not ticket.stop and not ticket.start_ns
        if ticket.ordertype != "settle-position":
            executable = min(lots, opposite) if ticket.reduce_only else lots
            if at_once:
                matches = matching.walk(market, ticket.side, executable, ticket.price, exchange.now_ns)
            admission.check_cost(ticket, market, lots)
        if self.margin_refusal and ticket.leverage and lots > opposite:
            raise Refusal(self.margin_refusal)
        if ticket.post_only and matches:
            raise Refusal("EOrder:Post only order")
        candidate = admission.Candidate(ticket, lots, opposite, matches)
        admission.check_funds(candidate, exchange.ledger, exchange.mark, exchange.now_ns)
        return candidate

    @contextmanager
    def _without(self, order: Order | None) -> Iterator[None]:
        """The books as if an order were not there, so that what it reserves is free for its successor."""
        if order is None:
            yield
            return
        live = self._exchange.ledger.live
        before = dict(live)
        del live[order.placed.txid]
        try:
            yield
        finally:
            live.clear()
            live.update(before)

    def _look_at_trigger(self, order: Order, market: Market) -> None:
        last = market.last.ticks
        if order.placed.trail:
            stop = triggers.followed(order, last)
            if stop != order.placed.stop:
                self._exchange.record(OrderTrailed(order.placed.txid, self._exchange.now_ns, stop))
        if triggers.fires(order, last):
            limit = triggers.limit_after(order)
            self._exchange.record(OrderTriggered(order.placed.txid, self._exchange.now_ns, limit))
            self._take_now(order)

    def _take_now(self, order: Order) -> None:
        """Lets an accepted order meet the book as it is now; without funds for it the exchange cancels it."""
        placed, ledger = order.placed, self._exchange.ledger
        ticket = ticket_of(order)
        try:
            if placed.reduce_only and not ledger.open_lots(placed.pair, OPPOSITE[placed.side]):
                raise Refusal(POSITION_CLOSED)
            with self._without(order):
                candidate = self._admit(replace(ticket, stop=0, start_ns=0))
        except Refusal as refusal:
            self.end(order, "canceled", refusal.text)
        else:
            self.take(order, candidate.matches)

    def _fill_resting(self, market: Market, resting: list[Order]) -> None:
        exchange, pair = self._exchange, market.pair
        through = market.last.lots
        for order in matching.by_priority([order for order in resting if order.placed.price]):
            if not order.live:
                continue
            side, most = order.placed.side, order.remaining
            if order.placed.reduce_only:
                most = min(most, exchange.ledger.open_lots(pair.id, OPPOSITE[side]))
            filled, crossing = matching.resting_fill(market, order, through)
            filled = min(filled, most)
            through -= filled
            if filled:
                self._fill_maker(order, filled)
            for match in crossing:
                lots = min(match.lots, most - filled)
                if lots > 0:
                    self._fill_maker(order, lots)
                    market.book.consume(match.ticks, lots, exchange.now_ns)
                    filled += lots
            if order.remaining == 0:
                self.end(order, "closed", None)
            elif order.placed.reduce_only and not exchange.ledger.open_lots(pair.id, OPPOSITE[side]):
                self.end(order, "canceled", POSITION_CLOSED)

    def _fill_maker(self, order: Order, lots: int) -> None:
        exchange, placed = self._exchange, order.placed
        exchange.clearing.fill(PAIRS[placed.pair], order, placed.price, lots, exchange.now_ns, maker=True)

    def _close_conditionally(self, order: Order) -> None:
        """Places the order that a filled one asked for: the same volume the other way."""
        placed, exchange = order.placed, self._exchange
        pair = PAIRS[placed.pair]
        params = {
            **json.loads(placed.close),
            "pair": pair.id,
            "type": OPPOSITE[placed.side],
            "volume": pair.volume_text(order.filled),
            "leverage": str(placed.leverage),
        }
        # relative prices lean on what the first one got
        at = {pair.id: int(order.average_price.scaleb(pair.pair_decimals))}
        try:
            ticket = read_ticket(params, exchange.now_ns, exchange.pairs, at)
            ticket = replace(ticket, refid=placed.txid, userref=placed.userref)
            candidate = self._admit(ticket)
        except Refusal:
            return
        secondary = self.place(ticket, candidate.lots)
        if secondary.working:
            self.take(secondary, candidate.matches)


def ticket_of(order: Order) -> Ticket:
    """What is still to be done of an order, as a ticket."""
    placed = order.placed
    return Ticket(
        pair=PAIRS[placed.pair],
        side=placed.side,
        ordertype=placed.ordertype,
        lots=order.remaining,
        price=placed.price,
        leverage=placed.leverage,
        reduce_only=placed.reduce_only,
        post_only=placed.post_only,
        stop=placed.stop if order.waiting else 0,
        trail=placed.trail,
    )


def _planned(matches: Sequence[matching.Match], plan: FillPlan) -> list[matching.Match]:
    """The matches a plan leaves of those the book gave."""
    wanted = int(sum(match.lots for match in matches) * min(1.0, max(0.0, plan.share)))
    picked: list[matching.Match] = []
    for match in matches:
        lots = min(match.lots, wanted)
        wanted -= lots
        parts = max(1, min(plan.parts, lots))
        sizes = [lots // parts] * (parts - 1) + [lots - lots // parts * (parts - 1)]
        picked += (matching.Match(match.ticks, size) for size in sizes if size)
    return picked
