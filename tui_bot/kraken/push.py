"""The market as events: pushed over WebSocket, confirmed and made whole by polling.

Polling alone closes candles: the OHLC row read just after the boundary is the deciding truth. Push
moves the running candle and the quote at once. Wherever push is silent, late or away, polling asks
as if there were no push, so nothing has to be switched over and nothing can be forgotten; only the
name of the source changes.
"""

from __future__ import annotations

import asyncio
import math
import random
from dataclasses import replace
from decimal import Decimal
from typing import NoReturn, Protocol

from tui_bot.engine.events import (
    CandleForming,
    Event,
    FeedSource,
    Quote,
    Quoted,
    Reconnected,
    Remarked,
    StatusReported,
)
from tui_bot.engine.news import (
    RulesOutdated,
)
from tui_bot.engine.ports import Clock, ExchangeError
from tui_bot.kraken.bookwatch import BookWatch
from tui_bot.kraken.dial import Dropped, checked_websocket
from tui_bot.kraken.frames import (
    Acknowledged,
    Data,
    PushedBook,
    PushedCandle,
    PushedPair,
    PushedTicker,
    PushedTrade,
)
from tui_bot.kraken.pauses import Backoff
from tui_bot.kraken.polling import Emit, Market, PollingFeed
from tui_bot.kraken.redial import Connects, Redial
from tui_bot.kraken.socket import Conversation, Subscription, converse
from tui_bot.market.pair import PairRules

#: A subscription is silent after two intervals, but not sooner or later than this (real seconds).
QUIET_LEAST_S, QUIET_MOST_S = 2.0, 120.0

_LATE_MS, _LATE_S = 5000, 1.0
_BEHIND = 3  # so often must polling know more in a row before push is taken to be deaf
_DOUBT_EVERY_S = 60.0

PUSH, POLL = "push", "poll"


class NamedMarket(Market, Protocol):
    """The public reads, and the pair they are of."""

    async def pair(self) -> PairRules:
        """The pair's rules as last read. Raises ``ExchangeError``."""
        ...


class PushFeed:
    """``engine.ports.Feed`` over one public connection and over REST.

    ``interval`` is in seconds; ``url`` Kraken's own address or a box's; ``known`` as in ``PollingFeed``;
    ``connects`` is shared by all streams of this machine, ``proxy`` as in ``dial``; so many levels of each
    side of the book are followed as ``depth`` says.

    Raises:
        ValueError: the address is not one that may be connected to.
    """

    def __init__(
        self,
        market: NamedMarket,
        clock: Clock,
        interval: int,
        chance: random.Random,
        url: str,
        known: int | None = None,
        connects: Connects | None = None,
        depth: int = 25,
        proxy: str | None = None,
    ) -> None:
        self._market = market
        self._clock = clock
        self._interval = interval
        self._url, self._proxy = checked_websocket(url), proxy
        self._polling = PollingFeed(market, clock, interval, chance, known)
        self._backoff = Backoff(chance)
        self._redial = Redial(chance, connects)
        self._depth = depth
        self._pair: PairRules | None = None
        self._book: BookWatch | None = None
        self._emit: Emit = lambda _event: None
        self._source = POLL
        self._troubled = False
        self._conversation: Conversation | None = None
        self._flowing_s: float | None = None
        self._flowed_before = False
        self._quote: Quote | None = None
        self._status: StatusReported | None = None
        self._system = ""
        self._refused: set[str] = set()
        self._behind = {"ticker": 0, "ohlc": 0}
        self._doubted_s = float("-inf")

    async def run(self, emit: Emit) -> None:
        """Emit events until cancelled."""
        self._emit = emit
        async with asyncio.TaskGroup() as chores:
            chores.create_task(self._polling.run(self._pass_on))
            chores.create_task(self._stay_connected())

    def read_account_again(self) -> None:
        """Nothing of the account comes this way."""

    # -- the connection

    async def _stay_connected(self) -> NoReturn:
        now_s = asyncio.get_running_loop().time
        rules = self._pair = await self._rules()
        wanted = self._subscriptions(rules.name)
        book = self._book = BookWatch(rules, self._depth, self._clock, self._emit, self._doubt_book)
        while True:
            self._redial.dialled(now_s())
            self._flowing_s = None
            try:
                await converse(self._url, wanted, self, self._begin, self._proxy)
            except Dropped as drop:
                maintenance = self._system == "maintenance"
                pause_s = self._redial.pause_s(drop, self._flowed_s(), now_s(), maintenance=maintenance)
                self._tell_drop(drop, pause_s)
            self._conversation = None
            book.forget()
            await asyncio.sleep(pause_s)

    def _flowed_s(self) -> float:
        """For how long this connection has brought quotes."""
        return 0.0 if self._flowing_s is None else asyncio.get_running_loop().time() - self._flowing_s

    async def _rules(self) -> PairRules:
        while True:
            try:
                return await self._market.pair()
            except ExchangeError:  # polling has the same trouble and tells it
                await asyncio.sleep(self._backoff.next_s())

    def _subscriptions(self, symbol: str) -> tuple[Subscription, ...]:
        two_intervals_s = 2 * self._interval / self._clock.rate
        quiet_s = min(max(two_intervals_s, QUIET_LEAST_S), QUIET_MOST_S)
        return (
            Subscription("ohlc", symbol, quiet_s, {"interval": self._interval // 60}),
            Subscription("ticker", symbol, quiet_s, {"event_trigger": "bbo"}),
            Subscription("book", symbol, quiet_s, {"depth": self._depth}, vital=False),
            Subscription("trade", symbol, math.inf, snapshot=False, vital=False),
            Subscription("instrument", None, math.inf, snapshot=False, vital=False),
        )

    def _begin(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def _tell_drop(self, drop: Dropped, pause_s: float) -> None:
        tries = self._redial.failures
        reason = f"the live stream is away: {drop}; try {tries + 1} in {pause_s:.0f} s, polling meanwhile"
        if self._source == PUSH:
            self._name_source(POLL, reason)
        elif tries & (tries - 1) == 0 or drop.lasting:  # told ever more rarely, but never dropped
            self._troubled = True
            self._emit(FeedSource(self._clock.now_ms(), POLL, reason))

    # -- what is pushed

    def on_data(self, data: Data) -> None:
        """Rows of a subscription: of quotes and candles only the newest counts."""
        if self._is_late(data):
            return
        row = data.rows[-1] if data.rows else None
        if data.channel in ("book", "instrument"):
            self._on_rows(data)
        if isinstance(row, PushedCandle) and row.interval == self._interval:
            self._on_candle(row)
        elif isinstance(row, PushedTicker) and min(row.bid, row.ask, row.last) > 0 and row.bid <= row.ask:
            self._on_ticker(row)
        elif isinstance(row, PushedTrade) and row.price > 0:
            self._on_last(row.price)

    def _on_rows(self, data: Data) -> None:
        for row in data.rows:
            if self._pair is None or row.symbol != self._pair.name:
                continue
            if isinstance(row, PushedBook) and self._book is not None:
                self._book.take(row, snapshot=data.snapshot)
            elif isinstance(row, PushedPair):
                self._on_pair(row)

    def _on_pair(self, row: PushedPair) -> None:
        """The pair's state or rules changed: told at once, and read in full."""
        now_ms = self._clock.now_ms()
        if self._status is not None and self._status.pair != row.status:
            self._status = StatusReported(now_ms, self._status.system, row.status)
            self._emit(self._status)
        self._emit(RulesOutdated(now_ms))

    def on_accepted(self, answer: Acknowledged) -> None:
        """Only data counts."""

    def on_refused(self, channel: str, reason: str) -> None:
        """Nothing hangs on it; it is asked for again with the next connection."""
        if channel not in self._refused:
            self._refused.add(channel)
            text = f"the live stream has no {channel}: {reason}; the bot does without"
            self._emit(Remarked(self._clock.now_ms(), "info", text))

    def _doubt_book(self) -> None:
        if self._conversation is not None:
            self._conversation.doubt("book")

    def on_system(self, system: str) -> None:
        """The exchange opened or closed: told at once, the pair's own state as last read."""
        self._system = system
        if self._status is not None and self._status.system != system:
            self._emit(StatusReported(self._clock.now_ms(), system, self._status.pair))

    def on_silence(self) -> None:
        """The connection may be dead."""
        self._name_source(POLL, "the live stream is silent; polling meanwhile")

    def on_return(self) -> None:
        """The next quote will tell."""

    def _on_candle(self, row: PushedCandle) -> None:
        self._behind["ohlc"] = 0
        self._polling.hear_candle(row.candle, self._emit)
        self._on_last(row.candle.close)

    def _on_last(self, price: Decimal) -> None:
        """The ticker tells of the book only, candle and trade of every trade; bid and ask stay."""
        if self._quote is not None and self._source == PUSH and self._quote.last != price:
            self._quote = replace(self._quote, last=price)
            self._emit(Quoted(self._clock.now_ms(), self._quote))

    def _on_ticker(self, row: PushedTicker) -> None:
        self._behind["ticker"] = 0
        self._flow()
        self._quote = Quote(row.bid, row.ask, row.last, self._clock.now_ms())
        self._polling.hear_quote(self._quote, self._emit)

    def _flow(self) -> None:
        """Quotes come: by push from now on. After a gap the account is to be read again (F60)."""
        if self._flowing_s is None:
            self._flowing_s = asyncio.get_running_loop().time()
            if self._flowed_before:
                self._emit(Reconnected(self._clock.now_ms()))
            self._flowed_before = True
        self._name_source(PUSH, "the live stream is back" if self._troubled else "")

    def _is_late(self, data: Data) -> bool:
        """Whether it spent so long on its way, or is so old, that polling knows better (F53)."""
        if data.at_ns is None:
            return False
        longest_ms = max(_LATE_MS, round(_LATE_S * 1000 * self._clock.rate))
        return self._clock.now_ms() - data.at_ns // 1_000_000 > longest_ms

    # -- what is polled

    def _pass_on(self, event: Event) -> None:
        if isinstance(event, StatusReported):
            self._status = event
        elif isinstance(event, CandleForming):
            self._count_behind("ohlc")
        elif isinstance(event, Quoted):
            told, self._quote = self._quote, event.quote
            if told is None or (told.bid, told.ask) != (event.quote.bid, event.quote.ask):
                self._count_behind("ticker")
        self._emit(event)

    def _count_behind(self, channel: str) -> None:
        """Polling had news. Once that is the race of two sources; again and again push is deaf (F58)."""
        self._behind[channel] += 1
        now_s = asyncio.get_running_loop().time()
        if self._behind[channel] < _BEHIND or self._source != PUSH:
            return
        self._name_source(POLL, f"the live stream of {channel} is behind; polling meanwhile")
        if self._conversation is not None and now_s - self._doubted_s >= _DOUBT_EVERY_S:
            self._doubted_s = now_s
            self._conversation.doubt(channel)

    def _name_source(self, name: str, reason: str) -> None:
        if name != self._source:
            self._source = name
            self._troubled = name == POLL
            self._emit(FeedSource(self._clock.now_ms(), name, reason))
