"""What the market does to orders that wait: triggers fire, resting orders fill, start times come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui_bot.paper import matching, triggers
from tui_bot.paper.clearing import OPPOSITE
from tui_bot.paper.facts import OrderTrailed, OrderTriggered
from tui_bot.paper.instruments import PAIRS
from tui_bot.paper.ledger import Order
from tui_bot.paper.market import Market
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.trading import POSITION_CLOSED, Trading, ticket_of

if TYPE_CHECKING:
    from tui_bot.paper.exchange import Exchange


class Resting:
    """Waiting orders of one exchange."""

    def __init__(self, exchange: Exchange, trading: Trading) -> None:
        self._exchange = exchange
        self._trading = trading

    def meet(self, market: Market) -> None:
        """Lets the newest trade meet the orders of its pair."""
        pair, exchange = market.pair, self._exchange
        live = [order for order in exchange.ledger.live.values() if order.placed.pair == pair.id]
        if live and exchange.status_of(pair) not in {"maintenance", "cancel_only"}:
            for order in live:
                if order.waiting and order.status == "open":
                    self._look_at_trigger(order, market)
            self._fill_resting(market, [order for order in live if order.working])
        self._trading.settle_up()

    def start(self, order: Order) -> None:
        """An order whose time came enters the book."""
        if order.working:
            self._take_now(order)
        self._trading.settle_up()

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
            with self._trading.without(order):
                candidate = self._trading.admit(replace(ticket, stop=0, start_ns=0))
        except Refusal as refusal:
            self._trading.end(order, "canceled", refusal.text)
        else:
            self._trading.take(order, candidate.matches)

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
                self._trading.end(order, "closed", None)
            elif order.placed.reduce_only and not exchange.ledger.open_lots(pair.id, OPPOSITE[side]):
                self._trading.end(order, "canceled", POSITION_CLOSED)

    def _fill_maker(self, order: Order, lots: int) -> None:
        exchange, placed = self._exchange, order.placed
        exchange.clearing.fill(PAIRS[placed.pair], order, placed.price, lots, exchange.now_ns, maker=True)
