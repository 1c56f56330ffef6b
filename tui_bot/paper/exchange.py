"""The exchange itself: time, markets, orders and books in one synchronous core without input or output.

Every call acts at `now_ns`; call `advance` first. Whatever happened is handed to `sink` before the call
returns, so that nothing is shown that is not written down.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from tui_bot.paper import account
from tui_bot.paper.clearing import Clearing
from tui_bot.paper.clock import NS_PER_MINUTE
from tui_bot.paper.facts import Fact, Founded, OrderOpened, StatusSet, TimerSet
from tui_bot.paper.instruments import PAIRS, Pair, find_pair
from tui_bot.paper.ledger import Ledger, Order
from tui_bot.paper.market import Market
from tui_bot.paper.options import Doubts
from tui_bot.paper.rates import Rates
from tui_bot.paper.refusal import Refusal, invalid
from tui_bot.paper.resting import Resting
from tui_bot.paper.tape import Trade
from tui_bot.paper.trading import Trading

TIMED_OUT = "CancelAllOrdersAfter Timeout"
DELISTED = "Asset pair delisted"
STATUSES = frozenset(
    {"online", "cancel_only", "post_only", "limit_only", "maintenance", "reduce_only", "delisted"}
)

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
        self.rates = Rates(None)
        self.doubts = Doubts()
        self.shown: dict[str, dict[str, Any]] = {}
        self.skew_ns = 0
        self.frozen: tuple[int, int] = (0, 0)
        self._delisted: dict[str, Pair] = {}
        self.watchers: list[Callable[[Fact], None]] = []
        self.clearing = Clearing(self.ledger, seed, self.record)
        self.trading = Trading(self, seed)
        self.resting = Resting(self, self.trading)

    # life

    def found(self, founded: Founded, balances: dict[str, Decimal], now_ns: int) -> None:
        """Begins with these balances; market history up to `now_ns` is the past."""
        self.record(founded)
        for asset, amount in balances.items():
            self.clearing.book("", now_ns, "deposit", asset, amount)
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
        for watch in self.watchers:
            watch(fact)

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
            if self.ledger.live or self.ledger.positions or self.ledger.cancel_all_ns:
                self._due(trade.ns)
                market.take(trade)
                self.now_ns = trade.ns
                self.resting.meet(market)
            else:
                market.take(trade)
        self._due(now_ns)
        self.now_ns = now_ns
        for market in self.markets.values():
            market.candles.roll(now_ns // NS_PER_MINUTE)
        self.flush()

    def meet(self, market: Market) -> None:
        """Lets a quote that is no trade meet the orders of its pair."""
        if self.ledger.live or self.ledger.positions:
            self.resting.meet(market)
        self.flush()

    @property
    def finished(self) -> bool:
        """True when no market has a trade left."""
        return all(market.source.finished(self.now_ns) for market in self.markets.values())

    # status

    def set_status(self, status: str, pair: str = "") -> None:
        """Sets the state of the exchange, or of one pair. Raises Refusal on unknown words."""
        if status not in STATUSES or (status == "delisted" and not pair):
            raise invalid("status")
        if pair:
            found = find_pair(pair, (*self.pairs, *self._delisted.values()))
            if found is None:
                raise Refusal("EQuery:Unknown asset pair")
            pair = found.id
        self.record(StatusSet(pair, status))
        if status == "delisted":
            gone = [order for order in self.ledger.live.values() if order.placed.pair == pair]
            self.trading.cancel(gone, DELISTED)
        self.flush()

    def status_of(self, pair: Pair) -> str:
        """The stricter of the exchange's and the pair's state."""
        return self.pair_status.get(pair.id, "online") if self.system == "online" else self.system

    @property
    def shown_ns(self) -> int:
        """The time the exchange says it is: its own, unless a fault moves it or holds it."""
        at_ns, until_ns = self.frozen
        return at_ns if self.now_ns < until_ns else self.now_ns + self.skew_ns

    # figures

    def mark(self, pair: Pair) -> Decimal | None:
        """The last price of a pair, or None before its first trade."""
        market = self.markets.get(pair.id)
        return pair.price(market.last.ticks) if market is not None and market.open else None

    @property
    def last_prices(self) -> dict[str, int]:
        """Last prices in ticks by pair id."""
        return {name: market.last.ticks for name, market in self.markets.items() if market.open}

    def figures(self) -> account.Figures:
        """The account's figures now."""
        return account.figures(self.ledger, self.mark)

    # the inside

    def _apply(self, fact: Fact) -> None:
        if isinstance(fact, StatusSet):
            if fact.pair:
                self.pair_status[fact.pair] = fact.status
                self._list(fact.pair, listed=fact.status != "delisted")
            else:
                self.system = fact.status
        else:
            self.ledger.apply(fact)

    def _list(self, name: str, *, listed: bool) -> None:
        """Takes a pair off the list, or puts it back."""
        if listed and name in self._delisted:
            self.pairs = (*self.pairs, self._delisted.pop(name))
        elif not listed:
            self._delisted |= {pair.id: pair for pair in self.pairs if pair.id == name}
            self.pairs = tuple(pair for pair in self.pairs if pair.id != name)

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

    def _due(self, until_ns: int) -> None:
        """Starts, expiries, rollovers and timers up to an instant, in order of time."""
        while True:
            due_ns, act = self._next_due(until_ns)
            if act is None:
                return
            self.now_ns = max(self.now_ns, due_ns)
            act()

    def _next_due(self, until_ns: int) -> tuple[int, Callable[[], None] | None]:
        """The first thing that is due, and when."""
        first: tuple[int, Callable[[], None] | None] = (until_ns + 1, None)
        for order in self.ledger.live.values():
            expire_ns, start_ns = order.placed.expire_ns, order.placed.start_ns
            if expire_ns and expire_ns < first[0]:
                first = expire_ns, partial(self.trading.end, order, "expired", "Order expired")
            if order.status == "pending" and start_ns < first[0]:
                first = start_ns, partial(self._open, order)
        for position in self.ledger.positions.values():
            if position.next_rollover_ns < first[0]:
                pair = PAIRS[position.opened.pair]
                first = position.next_rollover_ns, partial(self.clearing.roll_over, pair, position)
        if self.ledger.cancel_all_ns and self.ledger.cancel_all_ns < first[0]:
            first = self.ledger.cancel_all_ns, self._cancel_all
        return first

    def _open(self, order: Order) -> None:
        self.record(OrderOpened(order.placed.txid, self.now_ns))
        self.resting.start(order)

    def _cancel_all(self) -> None:
        """The dead man's switch fires once and is off."""
        self.record(TimerSet(0))
        self.trading.cancel(list(self.ledger.live.values()), TIMED_OUT)


def _time_of(printed: tuple[Trade, Market]) -> int:
    return printed[0].ns
