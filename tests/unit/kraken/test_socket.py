"""One connection against a server that misbehaves in every way known from the wild."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from unittest.mock import patch

import pytest

from tests.support.pushing import SYMBOL, PushServer
from tui_bot.kraken import socket
from tui_bot.kraken.dial import PRIVATE, PUBLIC, Dropped, checked_websocket
from tui_bot.kraken.frames import Acknowledged, Data, PushedTicker
from tui_bot.kraken.socket import Conversation, Subscription, converse

pytestmark = pytest.mark.anyio

TICKER = [{"symbol": SYMBOL, "bid": 1.0, "ask": 2.0, "last": 1.5}]
OHLC = [
    {"symbol": SYMBOL, "open": 1.0, "high": 1.0, "low": 1.0, "close": 1.0, "trades": 1, "volume": 1.0}
    | {"interval": 1, "interval_begin": "2024-05-17T11:12:00.000000000Z"}
]


class Heard:
    def __init__(self) -> None:
        self.data: list[Data] = []
        self.systems: list[str] = []
        self.refusals: list[tuple[str, str]] = []
        self.accepted: list[Acknowledged] = []
        self.silences = self.returns = 0

    def on_data(self, data: Data) -> None:
        self.data.append(data)

    def on_system(self, system: str) -> None:
        self.systems.append(system)

    def on_silence(self) -> None:
        self.silences += 1

    def on_return(self) -> None:
        self.returns += 1

    def on_accepted(self, answer: Acknowledged) -> None:
        self.accepted.append(answer)

    def on_refused(self, channel: str, reason: str) -> None:
        self.refusals.append((channel, reason))

    def count(self, channel: str) -> int:
        return sum(data.channel == channel for data in self.data)


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with (
        patch.multiple(socket, STALE_S=0.3, DEAD_S=0.6, ANSWER_S=0.2, _LOOK_S=0.02),
        patch.dict(os.environ, {"HTTP_PROXY": "http://127.0.0.1:1", "ALL_PROXY": "socks5://127.0.0.1:1"}),
    ):
        yield


@pytest.fixture
async def server() -> AsyncIterator[PushServer]:
    async with PushServer({"ticker": lambda: TICKER, "ohlc": lambda: OHLC}).running() as running:
        yield running


class Talk:
    """A conversation in the background."""

    def __init__(self, server: PushServer, quiet_s: float = 5.0) -> None:
        self.heard = Heard()
        self.conversation: Conversation | None = None
        wanted = (
            Subscription("ohlc", SYMBOL, quiet_s, {"interval": 1}),
            Subscription("ticker", SYMBOL, quiet_s, options={"event_trigger": "bbo"}),
        )
        self.task = asyncio.create_task(converse(server.url, wanted, self.heard, self._begin))

    def _begin(self, conversation: Conversation) -> None:
        self.conversation = conversation

    async def drop(self, within_s: float = 3.0) -> Dropped:
        with pytest.raises(Dropped) as caught:
            await asyncio.wait_for(self.task, within_s)
        return caught.value

    async def end(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


async def until(condition: object, within_s: float = 2.0) -> None:
    assert callable(condition)
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_subscribes_and_hands_on_what_comes(server: PushServer) -> None:
    talk = Talk(server)
    await until(lambda: talk.heard.count("ticker") and talk.heard.count("ohlc"))
    assert talk.heard.systems == ["online"]
    assert [request["params"] for request in server.requests] == [
        {"channel": "ohlc", "symbol": [SYMBOL], "interval": 1, "snapshot": True},
        {"channel": "ticker", "symbol": [SYMBOL], "event_trigger": "bbo", "snapshot": True},
    ]
    await server.tell("ticker")
    await until(lambda: talk.heard.count("ticker") == 2)
    assert [data.snapshot for data in talk.heard.data if data.channel == "ticker"] == [True, False]
    await talk.end()


async def test_heartbeats_keep_a_quiet_connection(server: PushServer) -> None:
    talk = Talk(server)
    await asyncio.sleep(0.9)
    assert not talk.task.done()
    assert talk.heard.silences == 0
    await talk.end()


async def test_without_any_frame_it_is_silent_then_over(server: PushServer) -> None:
    talk = Talk(server)
    await until(lambda: talk.heard.count("ticker"))
    server.mute = True
    assert "nothing heard" in str(await talk.drop())
    assert talk.heard.silences == 1
    assert server.requests[-1]["method"] == "ping"
    assert "params" not in server.requests[-1]


async def test_a_short_silence_is_survived(server: PushServer) -> None:
    talk = Talk(server)
    await until(lambda: talk.heard.count("ticker"))
    server.mute = True
    await until(lambda: talk.heard.silences)
    server.mute = False
    await asyncio.sleep(0.7)
    assert not talk.task.done()
    assert talk.heard.returns == 1
    await talk.end()


async def test_a_ping_that_stays_unanswered_ends_it_although_heartbeats_come(server: PushServer) -> None:
    with patch.multiple(socket, PING_EVERY_S=0.1, PONG_S=0.2):
        talk = Talk(server)
        await until(lambda: sum(one["method"] == "ping" for one in server.requests) >= 3)
        assert not talk.task.done()
        server.dumb = True
        assert "ping was not answered" in str(await talk.drop())
    assert talk.heard.silences == 0


async def test_acknowledged_without_data_is_asked_again_then_over(server: PushServer) -> None:
    server.deaf = {"ohlc"}
    talk = Talk(server)
    assert "ohlc stays silent" in str(await talk.drop())
    assert server.asked("subscribe") == ["ohlc", "ticker", "ohlc"]
    assert server.asked("unsubscribe") == ["ohlc"]
    assert server.requests[-2]["params"] == {"channel": "ohlc", "symbol": [SYMBOL], "interval": 1}


async def test_silent_for_too_long_is_asked_again_and_mended_by_the_snapshot(server: PushServer) -> None:
    talk = Talk(server, quiet_s=0.3)
    await until(lambda: talk.heard.count("ticker") >= 3 and talk.heard.count("ohlc") >= 3)
    assert server.connections == 1
    assert not talk.task.done()
    server.deaf = {"ticker"}
    assert "ticker stays silent" in str(await talk.drop())


async def test_a_doubt_has_it_asked_again_at_once(server: PushServer) -> None:
    talk = Talk(server)
    await until(lambda: talk.heard.count("ticker"))
    assert talk.conversation is not None
    talk.conversation.doubt("ticker")
    await until(lambda: talk.heard.count("ticker") == 2)
    assert server.asked("unsubscribe") == ["ticker"]
    await talk.end()


async def test_a_flood_loses_nothing_and_holds_up_no_ping(server: PushServer) -> None:
    """Many frames share one timer, which runs out in the midst of them again and again."""
    with patch.multiple(socket, PING_EVERY_S=0.05, _LOOK_S=0.002):
        talk = Talk(server)
        await until(lambda: talk.heard.count("ticker"))
        for number in range(1, 1501):
            await server.tell("ticker", [TICKER[0] | {"ask": 2 + number}])
            if number % 20 == 0:
                await asyncio.sleep(0.001)
        await until(lambda: talk.heard.count("ticker") >= 1501)
        told = [row.ask for data in talk.heard.data for row in data.rows if isinstance(row, PushedTicker)]
        assert [ask for ask in told if ask > 2] == list(range(3, 1503))
        assert [one["method"] for one in server.requests].count("ping") >= 1
        await talk.end()


async def test_rows_of_another_pair_prove_nothing(server: PushServer) -> None:
    server.rows["ticker"] = lambda: [TICKER[0] | {"symbol": "ETH/USD"}]
    assert "ticker stays silent" in str(await Talk(server).drop())


@pytest.mark.parametrize(
    ("error", "lasting"),
    [("Currency pair not supported BTC/USD", True), ("Exceeded msg rate", False)],
)
async def test_a_refused_subscription(server: PushServer, error: str, lasting: bool) -> None:
    server.refused = {"ohlc": error}
    drop = await Talk(server).drop()
    assert error in str(drop)
    assert drop.lasting is lasting


async def test_already_subscribed_is_no_fault(server: PushServer) -> None:
    server.refused = {"ohlc": "Already subscribed"}
    talk = Talk(server)
    await until(lambda: talk.heard.count("ticker"))
    await asyncio.sleep(0.05)
    assert not talk.task.done()
    await talk.end()


@pytest.mark.parametrize(
    ("code", "lasting"), [(1000, False), (1001, False), (1006, False), (1008, True), (1012, False)]
)
async def test_close_codes(server: PushServer, code: int, lasting: bool) -> None:
    talk = Talk(server)
    await until(lambda: talk.heard.count("ticker"))
    await server.close(code)
    drop = await talk.drop()
    assert ("the connection broke" if code == 1006 else str(code)) in str(drop)
    assert drop.lasting is lasting


@pytest.mark.parametrize(
    ("status", "lasting", "busy"),
    [
        (401, True, False),
        (403, True, False),
        (404, True, False),
        (301, True, False),
        (429, False, True),
        (503, False, True),
        (500, False, False),
    ],
)
async def test_no_upgrade(server: PushServer, status: int, lasting: bool, busy: bool) -> None:
    server.status = status
    drop = await Talk(server).drop()
    assert str(status) in str(drop)
    assert (drop.lasting, drop.busy) == (lasting, busy)


async def test_nobody_there(server: PushServer) -> None:
    server.url = "ws://127.0.0.1:1"
    drop = await Talk(server).drop()
    assert "no connection" in str(drop)
    assert not drop.lasting


async def test_the_gateway_restarts(server: PushServer) -> None:
    talk = Talk(server)
    await until(lambda: talk.heard.count("ticker"))
    await server.say(f"CloudFlare {socket.RESTART}")
    assert "restarts" in str(await talk.drop())


async def test_odd_and_broken_frames_are_tolerated_up_to_a_point(server: PushServer) -> None:
    talk = Talk(server)
    await until(lambda: talk.heard.count("ticker"))
    for text in ("hello", "{", '{"channel":"ohlc","data":[1]}', '{"channel":"news"}', "[]", "null"):
        await server.say(text)
    await server.tell("ticker")
    await until(lambda: talk.heard.count("ticker") == 2)
    for _ in range(20):
        await server.say("{")
    assert "unreadable" in str(await talk.drop())


async def test_a_frame_beyond_a_mebibyte_ends_it(server: PushServer) -> None:
    talk = Talk(server)
    await until(lambda: talk.heard.count("ticker"))
    await server.say('{"channel":"news","x":"' + "x" * 1024 * 1024 + '"}')
    await talk.drop()


@pytest.mark.parametrize(
    "url", [PUBLIC, PRIVATE, "ws://127.0.0.1:8080", "ws://localhost:1/v2", "ws://[::1]:9"]
)
def test_addresses_that_may_be_connected_to(url: str) -> None:
    assert checked_websocket(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "ws://ws.kraken.com/v2",
        "wss://ws.kraken.com.evil.example/v2",
        "ws://ws-auth.kraken.com/v2",
        "wss://127.0.0.1:8080",
        "ws://127.0.0.1",
        "ws://user:word@127.0.0.1:8080",
        "ws://127.0.0.1:8080/?path",
        "ws://10.0.0.1:8080",
        "ws://127.0.0.1:99999",
        "http://127.0.0.1:8080",
        "",
    ],
)
def test_addresses_that_may_not(url: str) -> None:
    with pytest.raises(ValueError, match="WebSocket address"):
        checked_websocket(url)
