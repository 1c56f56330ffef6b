"""The exchange itself: time, markets, orders and books in one synchronous core without input or output.

Every call acts at `now_ns`; call `advance` first. Whatever happened is handed to `sink` before the call
returns, so that nothing is shown that is not written down.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from tui_bot.paper import account, admission, matching
from tui_bot.paper.clearing import OPPOSITE, Clearing
from tui_bot.paper.clock import NS_PER_MINUTE
from tui_bot.paper.facts import Fact, Founded, OrderEnded, OrderPlaced, StatusSet
from tui_bot.paper.instruments import Pair, find_pair
from tui_bot.paper.ledger import Ledger, Order
from tui_bot.paper.market import Market
from tui_bot.paper.refusal import Refusal, invalid
from tui_bot.paper.tape import Trade
from tui_bot.paper.ticket import Ticket

USER_REQUESTED = "User requested"
POSITION_CLOSED = "EOrder:Reduce only:Position is closed"
_STATUSES = frozenset({"online", "cancel_only", "post_only", "limit_only", "maintenance", "reduce_only"})

_STRETCH_NS = 360 * NS_PER_MINUTE

Sink = Callable[[Sequence[Fact]], None]


class Exchange:
    """One account's exchange. Give it its markets, then `found` it or `restore` it, then `advance` it."""

    def __init__(self, markets: Iterable[Market], seed: int, sink: Sink = lambda _facts: None) -> None:
        self.markets = {market.pair.id: market for market in markets}
        self.pairs: tuple[Pair, ...] = tuple(market.pair for market in self.markets.values())
        self.ledger = Ledger()
        self.now_ns = 0
        self.system = "online"
        self.pair_status: dict[str, str] = {}
        self.sink = sink
        self._batch: list[Fact] = []
        self._clearing = Clearing(self.ledger, seed, self.record)

    # life

    def found(self, founded: Founded, balances: dict[str, Decimal], now_ns: int) -> None:
        """Begins with these balances; market history up to `now_ns` is the past."""
        self.record(founded)
        for asset, amount in balances.items():
            self._clearing.book("", now_ns, "deposit", asset, amount)
        self._skip_to(now_ns)
        self.flush()

    def restore(self, facts: Iterable[Fact], now_ns: int) -> None:
        """Takes up the books where the facts leave them and the market at `now_ns`."""
        for fact in facts:
            self._apply(fact)
        self._skip_to(now_ns)
        for fill in self.ledger.fills:
            placed = self.ledger.orders[fill.txid].placed
            market = self.markets[placed.pair]
            ticks = market.pair.ticks(fill.price)
            if ticks is not None and not fill.maker and placed.ordertype != "settle-position":
                market.book.consume(ticks, fill.lots, fill.ns)

    def record(self, fact: Fact) -> None:
        """Books a fact; `flush` writes it down."""
        self._apply(fact)
        self._batch.append(fact)

    def flush(self) -> None:
        """Hands what happened since the last flush to the sink, as one."""
        if self._batch:
            batch, self._batch = self._batch, []
            self.sink(batch)

    def advance(self, now_ns: int) -> None:
        """Lets everything happen that happens up to `now_ns`, in order of exchange time."""
        if now_ns <= self.now_ns:
            return
        for trade, market in self._until(now_ns):
            if self.ledger.live or self.ledger.positions:
                self._due(trade.ns)
                market.take(trade)
                self.now_ns = trade.ns
                self._meet(market)
                self._liquidate()
            else:
                market.take(trade)
        self._due(now_ns)
        self.now_ns = now_ns
        for market in self.markets.values():
            market.candles.roll(now_ns // NS_PER_MINUTE)
        self.flush()

    @property
    def finished(self) -> bool:
        """True when no market has a trade left."""
        return all(market.source.finished(self.now_ns) for market in self.markets.values())

    # status

    def set_status(self, status: str, pair: str = "") -> None:
        """Sets the state of the exchange, or of one pair. Raises Refusal on unknown words."""
        if status not in _STATUSES:
            raise invalid("status")
        if pair:
            found = find_pair(pair, self.pairs)
            if found is None:
                raise Refusal("EQuery:Unknown asset pair")
            pair = found.id
        self.record(StatusSet(pair, status))
        self.flush()

    def status_of(self, pair: Pair) -> str:
        """The stricter of the exchange's and the pair's state."""
        return self.pair_status.get(pair.id, "online") if self.system == "online" else self.system

    # orders

    def add_order(self, ticket: Ticket) -> Order | None:
        """Accepts an order and matches it; None when it was only validated. Raises Refusal."""
        market = self.markets[ticket.pair.id]
        admission.check_status(ticket, self.status_of(ticket.pair))
        if ticket.cl_ord_id and any(
            o.placed.cl_ord_id == ticket.cl_ord_id for o in self.ledger.live.values()
        ):
            raise invalid("cl_ord_id")
        if not market.open:
            raise Refusal("EService:Unavailable")
        opposite = self.ledger.open_lots(ticket.pair.id, OPPOSITE[ticket.side]) if ticket.leverage else 0
        lots = admission.wanted_lots(ticket, opposite)
        matches: list[matching.Match] = []
        if ticket.ordertype != "settle-position":
            executable = min(lots, opposite) if ticket.reduce_only else lots
            matches = matching.walk(market, ticket.side, executable, ticket.price, self.now_ns)
            admission.check_cost(ticket, market, lots)
        if ticket.post_only and matches:
            raise Refusal("EOrder:Post only order")
        candidate = admission.Candidate(ticket, lots, opposite, matches)
        admission.check_funds(candidate, self.ledger, self.mark, self.now_ns)
        if ticket.validate:
            return None
        order = self._place(ticket, lots)
        self._execute(ticket, order, market, matches, min(lots, opposite))
        self._liquidate()
        self.flush()
        return order

    def cancel(self, orders: Sequence[Order], reason: str = USER_REQUESTED) -> int:
        """Cancels live orders and says how many."""
        for order in orders:
            self._end(order, "canceled", reason)
        self.flush()
        return len(orders)

    def mark(self, pair: Pair) -> Decimal | None:
        """The last price of a pair, or None before its first trade."""
        market = self.markets.get(pair.id)
        return pair.price(market.last.ticks) if market is not None and market.open else None

    def figures(self) -> account.Figures:
        """The account's figures now."""
        return account.figures(self.ledger, self.mark)

    # the inside

    def _apply(self, fact: Fact) -> None:
        if isinstance(fact, StatusSet):
            if fact.pair:
                self.pair_status[fact.pair] = fact.status
            else:
                self.system = fact.status
        else:
            self.ledger.apply(fact)

    def _skip_to(self, now_ns: int) -> None:
        for trade, market in self._until(now_ns):
            market.take(trade)
        self.now_ns = now_ns
        for market in self.markets.values():
            market.candles.roll(now_ns // NS_PER_MINUTE)

    def _until(self, now_ns: int) -> Iterator[tuple[Trade, Market]]:
        """Trades of all markets in order of time, in stretches, so that a long sleep costs no memory."""
        markets = list(self.markets.values())
        at = max(self.now_ns, min(market.source.start_ns for market in markets))
        while True:
            at = min(now_ns, at + _STRETCH_NS)
            streams = [[(trade, market) for trade in market.source.until(at)] for market in markets]
            yield from heapq.merge(*streams, key=_time_of) if len(streams) > 1 else streams[0]
            if at >= now_ns:
                return

    def _place(self, ticket: Ticket, lots: int, misc: str = "") -> Order:
        txid = self._clearing.next_txid()
        self.record(
            OrderPlaced(
                txid=txid,
                ns=self.now_ns,
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
                misc=misc,
            )
        )
        return self.ledger.orders[txid]

    def _execute(
        self, ticket: Ticket, order: Order, market: Market, matches: list[matching.Match], closable: int
    ) -> None:
        if ticket.ordertype == "settle-position":
            self._clearing.settle(ticket.pair, order, order.placed.lots, self.now_ns)
        elif ticket.timeinforce == "FOK" and sum(m.lots for m in matches) < order.placed.lots:
            self._end(order, "canceled", "Fill or kill")
            return
        else:
            for match in matches:
                self._clearing.fill(market.pair, order, match.ticks, match.lots, self.now_ns, maker=False)
            matching.consume(market.book, matches, self.now_ns)
        if order.remaining == 0:
            self._end(order, "closed", None)
        elif ticket.reduce_only and order.filled >= closable:
            self._end(order, "canceled", POSITION_CLOSED)
        elif ticket.ordertype == "market":
            self._end(order, "canceled", "Insufficient liquidity")
        elif ticket.timeinforce == "IOC":
            self._end(order, "canceled", "Immediate or cancel")

    def _end(self, order: Order, status: str, reason: str | None) -> None:
        self.record(OrderEnded(order.placed.txid, self.now_ns, status, reason))

    def _due(self, until_ns: int) -> None:
        """Expiries and rollovers up to an instant, in order of time."""
        ledger = self.ledger
        while True:
            expiring = min(
                (o for o in ledger.live.values() if o.placed.expire_ns),
                key=lambda o: o.placed.expire_ns,
                default=None,
            )
            rolling = min(ledger.positions.values(), key=lambda p: p.next_rollover_ns, default=None)
            expire_ns = expiring.placed.expire_ns if expiring else until_ns + 1
            roll_ns = rolling.next_rollover_ns if rolling else until_ns + 1
            if min(expire_ns, roll_ns) > until_ns:
                return
            self.now_ns = max(self.now_ns, min(expire_ns, roll_ns))
            if expiring is not None and expire_ns <= roll_ns:
                self._end(expiring, "expired", "Order expired")
            elif rolling is not None:
                self._clearing.roll_over(self.markets[rolling.opened.pair].pair, rolling)

    def _meet(self, market: Market) -> None:
        """Lets the newest trade meet the resting orders of its pair."""
        pair = market.pair
        resting = [o for o in self.ledger.live.values() if o.placed.pair == pair.id]
        if not resting or self.status_of(pair) in {"maintenance", "cancel_only"}:
            return
        through = market.last.lots
        for order in matching.by_priority(resting):
            side, most = order.placed.side, order.remaining
            if order.placed.reduce_only:
                most = min(most, self.ledger.open_lots(pair.id, OPPOSITE[side]))
            filled, crossing = matching.resting_fill(market, order, through)
            filled = min(filled, most)
            through -= filled
            if filled:
                self._clearing.fill(pair, order, order.placed.price, filled, self.now_ns, maker=True)
            for match in crossing:
                lots = min(match.lots, most - filled)
                if lots > 0:
                    self._clearing.fill(pair, order, order.placed.price, lots, self.now_ns, maker=True)
                    market.book.consume(match.ticks, lots, self.now_ns)
                    filled += lots
            if order.remaining == 0:
                self._end(order, "closed", None)
            elif order.placed.reduce_only and not self.ledger.open_lots(pair.id, OPPOSITE[side]):
                self._end(order, "canceled", POSITION_CLOSED)

    def _liquidate(self) -> None:
        """Closes rows oldest first by market orders while the margin level is below the stop level."""
        while self.ledger.positions:
            level = self.figures().level
            oldest = next(iter(self.ledger.positions.values()))
            market = self.markets[oldest.opened.pair]
            if level is None or level >= market.pair.margin_stop:
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
            )
            order = self._place(ticket, oldest.lots, misc="liquidated")
            matches = matching.walk(market, side, oldest.lots, 0, self.now_ns)
            self._execute(ticket, order, market, matches, oldest.lots)
            if not matches:
                return


def _time_of(printed: tuple[Trade, Market]) -> int:
    return printed[0].ns
