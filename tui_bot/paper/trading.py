"""The trading engine: takes orders, matches them, ends them.

Every call acts at the exchange's `now_ns` and records facts; the caller flushes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_bot.paper import admission, matching
from tui_bot.paper.clearing import OPPOSITE
from tui_bot.paper.facts import OrderAmended, OrderEnded, OrderPlaced
from tui_bot.paper.identifiers import identifier
from tui_bot.paper.instruments import PAIRS
from tui_bot.paper.ledger import Order
from tui_bot.paper.liquidation import liquidate
from tui_bot.paper.plans import FillPlan, planned
from tui_bot.paper.refusal import Refusal, invalid
from tui_bot.paper.ticket import MARKETS, Ticket, read_ticket

if TYPE_CHECKING:
    from tui_bot.paper.exchange import Exchange

USER_REQUESTED = "User requested"
REPLACED = "Order replaced"
SELF_TRADE = "Self trade prevention"
POST_ONLY = "Post only order"
POSITION_CLOSED = "EOrder:Reduce only:Position is closed"


class Trading:
    """Orders of one exchange."""

    def __init__(self, exchange: Exchange, seed: int) -> None:
        self._exchange = exchange
        self._seed = seed
        self._fulfilled: list[Order] = []
        self.plan: FillPlan | None = None
        self.margin_refusal = ""
        self.refused_legs: dict[int, str] = {}

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
        if ticket.validate and not exchange.doubts.validate_funds:
            admission.check_cost(ticket, exchange.markets[ticket.pair.id], ticket.lots)
            return None
        with self.without(instead_of):
            candidate, crosses = self._candidate(ticket, replacing=instead_of is not None)
        if ticket.validate:
            return None
        if instead_of is not None:
            self.end(instead_of, "canceled", REPLACED)
        order = self.place(ticket, candidate.lots)
        if crosses:
            self.end(order, "canceled", POST_ONLY)
        elif ticket.ordertype == "settle-position":
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
        with self.without(order):
            candidate = self.admit(replace(ticket, lots=terms.lots - order.filled))
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
                stptype=ticket.stptype,
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
            matches = planned(matches, plan)
        matches, stopped = self._without_own(order, matches)
        for match in matches:
            exchange.clearing.fill(market.pair, order, match.ticks, match.lots, exchange.now_ns, maker=False)
        matching.consume(market.book, matches, exchange.now_ns)
        taken = sum(match.lots for match in matches)
        if order.remaining == 0:
            self.end(order, "closed", None)
        elif plan is not None and plan.reason:
            self.end(order, "canceled", plan.reason)
        elif stopped:
            self.end(order, "canceled", SELF_TRADE)
        elif placed.reduce_only and taken >= closable:
            self.end(order, "canceled", POSITION_CLOSED)
        elif placed.ordertype in MARKETS:
            self.end(order, "canceled", "Insufficient liquidity")
        elif placed.timeinforce == "IOC":
            self.end(order, "canceled", "Immediate or cancel")

    def _without_own(
        self, order: Order, matches: Sequence[matching.Match]
    ) -> tuple[Sequence[matching.Match], bool]:
        """The matches that come before an own resting order, and whether the order must stop there: what
        trades with oneself is canceled, the newer order, the older or both (`stptype`).
        """
        placed, lots = order.placed, order.remaining
        live = self._exchange.ledger.live.values()
        orders = [one for one in live if one is not order and one.placed.pair == placed.pair]
        own = matching.own_in_the_way(orders, placed.side, placed.price, matches, lots)
        if not own:
            return matches, False
        if placed.stptype in {"cancel-oldest", "cancel-both"}:
            for older in own if placed.stptype == "cancel-oldest" else own[:1]:
                self.end(older, "canceled", SELF_TRADE)
        if placed.stptype == "cancel-oldest":
            return matches, False
        first, buying = own[0].placed.price, placed.side == "buy"
        return [m for m in matches if (m.ticks < first if buying else m.ticks > first)], True

    def end(self, order: Order, status: str, reason: str | None) -> None:
        """Takes an order out of the book."""
        self._exchange.record(OrderEnded(order.placed.txid, self._exchange.now_ns, status, reason))
        if order.placed.close and order.filled:
            self._fulfilled.append(order)

    def settle_up(self) -> None:
        """What follows from fills: conditional closes are placed, the margin level is looked at."""
        while self._fulfilled:
            self._close_conditionally(self._fulfilled.pop(0))
        liquidate(self._exchange)

    def _candidate(self, ticket: Ticket, *, replacing: bool) -> tuple[admission.Candidate, bool]:
        """The order as it would be taken, and whether it is taken only to be canceled at once because it must
        not cross.
        """
        if ticket.cl_ord_id and self._client_id_taken(ticket.cl_ord_id):
            raise invalid("cl_ord_id")
        if not ticket.post_only or replacing or self._exchange.doubts.post_only_refused:
            return self.admit(ticket), False
        candidate = self.admit(replace(ticket, post_only=False))
        return candidate, bool(candidate.matches) or self._meets_own(ticket, candidate.lots)

    def _client_id_taken(self, name: str) -> bool:
        return any(order.placed.cl_ord_id == name for order in self._exchange.ledger.live.values())

    def admit(self, ticket: Ticket) -> admission.Candidate:
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
        if ticket.post_only and (matches or self._meets_own(ticket, lots)):
            raise Refusal("EOrder:Post only order")
        candidate = admission.Candidate(ticket, lots, opposite, matches)
        admission.check_funds(candidate, exchange.ledger, exchange.mark, exchange.now_ns)
        return candidate

    def _meets_own(self, ticket: Ticket, lots: int) -> bool:
        live = self._exchange.ledger.live.values()
        orders = [order for order in live if order.placed.pair == ticket.pair.id]
        return bool(matching.own_in_the_way(orders, ticket.side, ticket.price, [], lots))

    @contextmanager
    def without(self, order: Order | None) -> Iterator[None]:
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
            candidate = self.admit(ticket)
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
        oflags=placed.oflags,
        stptype=placed.stptype or "cancel-newest",
    )
