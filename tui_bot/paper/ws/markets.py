"""The public channels: one stream a topic, however many subscribe to it.

A topic is a channel with what identifies the subscription: ("ticker", symbol, trigger), ("ohlc", symbol,
interval), ("trade", symbol), ("book", symbol, depth), ("instrument",).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from typing import Any

from tui_bot.paper.candles import Candle
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.market import Market
from tui_bot.paper.public import book_side
from tui_bot.paper.tape import Trade
from tui_bot.paper.ws import rows
from tui_bot.paper.ws.depth import BookFeed
from tui_bot.paper.ws.text import dumps, timestamp

Topic = tuple[str, ...]
Broadcast = Callable[[Topic, str], None]
_SNAPSHOT_TRADES = 50
_MOST_TRADES = 1000  # in one look; a clock that leaps a day does not send a day of trades


class MarketFeeds:
    """What happened on the markets since the last look, as frames for `broadcast`.

    With `flat` a snapshot of candles lists intervals without trades.
    """

    def __init__(self, exchange: Exchange, broadcast: Broadcast, *, flat: bool) -> None:
        self._flat = flat
        self._exchange = exchange
        self._broadcast = broadcast
        self._markets = {market.pair.symbol: market for market in exchange.markets.values()}
        self._printed: dict[str, int] = {}
        self._candles: dict[Topic, Candle | None] = {}
        self._quotes: dict[Topic, object] = {}
        self._books: dict[Topic, BookFeed] = {}

    def snapshot(self, topic: Topic) -> str | None:
        """What a new subscriber gets first, or None while there is nothing."""
        channel = topic[0]
        if channel == "instrument":
            return self._frame(channel, "snapshot", rows.instrument_row(self._exchange))
        market = self._of(topic[1])
        pair = market.pair
        if channel == "book":
            return self._book(topic).snapshot()
        if not market.open:
            return None
        if channel == "ticker":
            return self._frame(channel, "snapshot", [rows.ticker_row(self._exchange, market)])
        if channel == "trade":
            tape = market.trades
            newest = islice(tape, max(0, len(tape) - _SNAPSHOT_TRADES), None)
            return self._frame(channel, "snapshot", [rows.trade_row(pair, trade) for trade in newest])
        interval = int(topic[2])
        candles = market.candles.rows(interval)
        if not self._flat:
            candles = [candle for candle in candles if candle.trades]
        return self._dated("snapshot", [rows.candle_row(pair, candle, interval) for candle in candles])

    def begin(self, topic: Topic) -> None:
        """A topic gets its first subscriber: from here on its changes count."""
        if topic[0] == "book":
            self._book(topic)
        elif topic[0] == "ohlc":
            self._candles[topic] = self._newest(topic)
        elif topic[0] == "ticker":
            self._quotes[topic] = self._quote(self._of(topic[1]))

    def end(self, topic: Topic) -> None:
        """A topic lost its last subscriber."""
        self._books.pop(topic, None)
        self._candles.pop(topic, None)
        self._quotes.pop(topic, None)

    def pump(self, topics: Iterable[Topic]) -> None:
        """Broadcasts what happened since the last time."""
        fresh = {name: self._fresh(market) for name, market in self._exchange.markets.items()}
        for topic in topics:
            if topic[0] == "instrument":
                continue
            market = self._of(topic[1])
            trades = fresh[market.pair.id]
            if market.open:
                self._pump(topic, market, trades)

    def status_changed(self, topic: Topic, pair_id: str) -> None:
        """Tells subscribers of `instrument` that a pair's state changed."""
        pair = self._exchange.markets[pair_id].pair
        row = {"assets": [], "pairs": [rows.pair_row(self._exchange, pair)]}
        self._broadcast(topic, self._frame("instrument", "update", row))

    def _pump(self, topic: Topic, market: Market, trades: list[Trade]) -> None:
        channel = topic[0]
        if channel == "book":
            frame = self._book(topic).update()
            if frame:
                self._broadcast(topic, frame)
        elif channel == "trade" and trades:
            data = [rows.trade_row(market.pair, trade) for trade in trades]
            self._broadcast(topic, self._frame(channel, "update", data))
        elif channel == "ticker":
            before, self._quotes[topic] = self._quotes[topic], self._quote(market)
            if trades if topic[2] == "trades" else before != self._quotes[topic]:
                row = rows.ticker_row(self._exchange, market)
                self._broadcast(topic, self._frame(channel, "update", [row]))
        elif channel == "ohlc":
            self._pump_candles(topic, market)

    def _pump_candles(self, topic: Topic, market: Market) -> None:
        """Every candle that changed since the last time, one a frame: closed ones with their last word."""
        interval, before, newest = int(topic[2]), self._candles[topic], self._newest(topic)
        told = before or newest
        for candle in market.candles.since(interval, told.minute) if told else ():
            if candle.trades and candle != before:
                row = rows.candle_row(market.pair, candle, interval)
                self._broadcast(topic, self._dated("update", [row]))
        self._candles[topic] = newest

    def _of(self, symbol: str) -> Market:
        """The market of a symbol; who subscribed under a name keeps it when the pair gets another."""
        if symbol not in self._markets:
            self._markets |= {market.pair.symbol: market for market in self._exchange.markets.values()}
        return self._markets[symbol]

    def _fresh(self, market: Market) -> list[Trade]:
        """Trades since the last look, oldest first."""
        name = market.pair.id
        if not market.open:
            return []
        before = self._printed.get(name)
        self._printed[name] = market.last.number
        if before is None or before == market.last.number:
            return []
        count = min(market.last.number - before, len(market.trades), _MOST_TRADES)
        return list(islice(market.trades, len(market.trades) - count, None))

    def _book(self, topic: Topic) -> BookFeed:
        if topic not in self._books:
            self._books[topic] = BookFeed(self._exchange, self._of(topic[1]), int(topic[2]))
        return self._books[topic]

    def _newest(self, topic: Topic) -> Candle | None:
        market = self._of(topic[1])
        if not market.open:
            return None
        with suppress(LookupError):
            return market.candles.running(int(topic[2]))
        return None

    def _quote(self, market: Market) -> object:
        if not market.open:
            return None
        return [book_side(self._exchange, market, side, 1)[0][0] for side in ("sell", "buy")]

    def _frame(self, channel: str, kind: str, data: Any) -> str:
        return dumps({"channel": channel, "type": kind, "data": data})

    def _dated(self, kind: str, data: Any) -> str:
        moment = timestamp(self._exchange.now_ns, 9)
        return dumps({"channel": "ohlc", "type": kind, "timestamp": moment, "data": data})
