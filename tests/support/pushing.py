"""A market that is a function of time, and a WebSocket server that tells of it, well or badly."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.support.market import RULES
from tui_bot.engine.events import Quote
from tui_bot.engine.ports import Clock, ExchangeError, Status
from tui_bot.kraken.prices import Recent
from tui_bot.market.candle import Candle
from tui_bot.market.pair import PairRules

SYMBOL = "BTC/USD"
TRADES = 6  # in a candle, at most
Request = dict[str, Any]
Rows = Callable[[], list[dict[str, Any]]]


class MovingMarket:
    """Candles of a minute with up to six trades, the same for everybody who asks at the same time.

    It also is the REST side: ``lag_ms`` and ``failing`` are faults of that side alone.
    """

    def __init__(self, seed: int, clock: Clock) -> None:
        self.seed = seed
        self.clock = clock
        self.lag_ms = 0
        self.failing = False
        self.takes_s = 0.0
        self._prices: dict[int, list[int]] = {}

    def _trades(self, begin: int) -> list[int]:
        """The prices of a minute in tenths; some minutes have none."""
        if begin not in self._prices:
            chance = random.Random(self.seed * 1_000_003 + begin)
            count = 0 if chance.random() < 0.15 else chance.randint(1, TRADES)
            level = 600_000 + random.Random(self.seed + begin // 420).randint(-3000, 3000)
            self._prices[begin] = [level + chance.randint(-200, 200) for _ in range(count)]
        return self._prices[begin]

    def _before(self, begin: int) -> int:
        """The price of the last trade before a minute."""
        while True:
            begin -= 60
            if prices := self._trades(begin):
                return prices[-1]

    def candle(self, begin: int, at_ms: int) -> Candle:
        """The candle as it stands at a time; over and done with once the minute is."""
        passed = min(1.0, max(0.0, (at_ms / 1000 - begin) / 60))
        prices = self._trades(begin)
        prices = prices[: int(len(prices) * passed)]
        if not prices:
            price = tenth(self._before(begin))
            return Candle(begin, price, price, price, price, Decimal(0), 0)
        open_, high, low, close = prices[0], max(prices), min(prices), prices[-1]
        count = len(prices)
        return Candle(
            begin, tenth(open_), tenth(high), tenth(low), tenth(close), Decimal(count), trades=count
        )

    def last(self, at_ms: int) -> Decimal:
        """The price of the last trade."""
        return self.candle(at_ms // 60_000 * 60, at_ms).close

    # -- the REST side

    async def _answer(self) -> int:
        at_ms = self.clock.now_ms() - self.lag_ms
        await asyncio.sleep(self.takes_s)
        if self.failing:
            raise ExchangeError("Kraken is away", retryable=True)
        return at_ms

    async def pair(self) -> PairRules:
        return RULES

    async def recent(self, interval: int, since: int | None = None) -> Recent:
        at_ms = await self._answer()
        over = at_ms // 1000 // interval * interval
        first = -(-((since or 0) + 1) // interval) * interval
        closed = tuple(self.candle(at, at_ms) for at in range(first, over, interval))
        return Recent(closed, self.candle(over, at_ms))

    async def quote(self) -> Quote:
        last = self.last(await self._answer())
        return Quote(last - 1, last + 1, last, self.clock.now_ms())

    async def status(self) -> Status:
        await self._answer()
        return Status("online", "online")

    async def measure_clock(self) -> int:
        await self._answer()
        return 0

    # -- the rows of the push side

    def ohlc(self, at_ms: int | None = None) -> list[dict[str, Any]]:
        """The running candle, unless it had no trade yet; with the deprecated end of the interval."""
        now_ms = self.clock.now_ms() if at_ms is None else at_ms
        begin = now_ms // 60_000 * 60
        candle = self.candle(begin, now_ms)
        names = ("open", "high", "low", "close", "volume")
        row: dict[str, Any] = {name: number(getattr(candle, name)) for name in names}
        row |= {"symbol": SYMBOL, "trades": candle.trades, "interval": 1, "vwap": 1.0}
        return [row | {"interval_begin": wire(begin, 9), "timestamp": wire(begin + 60, 6)}]

    def ticker(self) -> list[dict[str, Any]]:
        """The quote now."""
        now_ms = self.clock.now_ms()
        last = self.last(now_ms)
        row: dict[str, Any] = {"symbol": SYMBOL, "bid": number(last - 1), "ask": number(last + 1)}
        return [row | {"last": number(last), "timestamp": wire(now_ms // 1000, 6)}]


def tenth(price: int) -> Decimal:
    """A price of so many tenths."""
    return Decimal(price) / 10


def number(value: Decimal) -> float:
    """Exact enough: the market's numbers have one decimal."""
    return float(value)


def wire(second: int, digits: int) -> str:
    """A time as Kraken writes it."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + "0" * digits + "Z"


@dataclass
class PushServer:
    """Kraken's public WebSocket as far as the feed uses it. Its faults are its plain attributes."""

    rows: dict[str, Rows]
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    beats_s: float = 0.05
    mute: bool = False  # not even heartbeats
    deaf: set[str] = field(default_factory=set)  # acknowledged, but no data
    refused: dict[str, str] = field(default_factory=dict)
    status: int | None = None  # HTTP status instead of an upgrade
    system: str = "online"
    dumb: bool = False  # pings are not answered
    lag_s: float = 0.0
    _open: dict[ServerConnection, set[str]] = field(default_factory=dict)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[PushServer]:
        """Serve on a free loopback port."""
        async with serve(
            self._converse, "127.0.0.1", 0, process_request=self._upgrade, close_timeout=0.1
        ) as server:
            self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield self
            for connection in list(self._open):
                connection.transport.abort()

    async def tell(
        self, channel: str, rows: list[dict[str, Any]] | None = None, kind: str = "update"
    ) -> None:
        """Push rows to all who subscribed to the channel."""
        for connection, channels in list(self._open.items()):
            if channel in channels:
                await self._push(connection, channel, rows, kind)

    async def say(self, text: str) -> None:
        """Push any text to everybody."""
        for connection in list(self._open):
            await self._send(connection, text)

    async def close(self, code: int = 1001) -> None:
        """Close every connection; 1006 cuts them."""
        for connection in list(self._open):
            if code == 1006:
                connection.transport.abort()
            else:
                await connection.close(code)

    def asked(self, method: str) -> list[str]:
        """The channels of all requests of a kind."""
        return [one["params"]["channel"] for one in self.requests if one["method"] == method]

    def _upgrade(self, connection: ServerConnection, _request: object) -> Any:
        return connection.respond(self.status, "no\n") if self.status is not None else None

    async def _converse(self, connection: ServerConnection) -> None:
        self.connections += 1
        self._open[connection] = set()
        beat = asyncio.create_task(self._beat(connection))
        try:
            status = {"channel": "status", "type": "update", "data": [{"system": self.system}]}
            await self._send(connection, json.dumps(status))
            async for text in connection:
                await self._answer(connection, json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            beat.cancel()
            del self._open[connection]

    async def _beat(self, connection: ServerConnection) -> None:
        while True:
            await asyncio.sleep(self.beats_s)
            await self._send(connection, '{"channel":"heartbeat"}')

    async def _answer(self, connection: ServerConnection, request: Request) -> None:
        self.requests.append(request)
        method, params = request["method"], request.get("params", {})
        if method == "ping" and self.dumb:
            return
        if method == "ping":
            await self._send(connection, json.dumps({"method": "pong", "req_id": request["req_id"]}))
            return
        channel = params["channel"]
        answer = {"method": method, "req_id": request["req_id"], "success": channel not in self.refused}
        if channel in self.refused:
            answer |= {"error": self.refused[channel], "symbol": SYMBOL}
        else:
            answer["result"] = {"channel": channel, "symbol": SYMBOL}
        await self._send(connection, json.dumps(answer))
        if method == "unsubscribe":
            self._open[connection].discard(channel)
        elif channel not in self.refused:
            self._open[connection].add(channel)
            await self._push(connection, channel, None, "snapshot")

    async def _push(
        self, connection: ServerConnection, channel: str, rows: list[dict[str, Any]] | None, kind: str
    ) -> None:
        if channel in self.deaf or (rows is None and channel not in self.rows):
            return
        data = self.rows[channel]() if rows is None else rows
        await self._send(connection, json.dumps({"channel": channel, "type": kind, "data": data}))

    async def _send(self, connection: ServerConnection, text: str) -> None:
        if self.lag_s:
            asyncio.get_running_loop().call_later(self.lag_s, self._send_late, connection, text)
            return
        if not self.mute:
            with suppress(ConnectionClosed):
                await connection.send(text)

    def _send_late(self, connection: ServerConnection, text: str) -> None:
        if connection in self._open:
            asyncio.get_running_loop().create_task(connection.send(text)).add_done_callback(
                lambda task: None if task.cancelled() else task.exception() and None
            )
