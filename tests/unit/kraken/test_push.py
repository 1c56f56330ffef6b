"""What the push feed tells: at once by push, closed by polling, and all of it without push."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from decimal import Decimal
from unittest.mock import patch

import pytest

from tests.support.pushing import MovingMarket, PushServer
from tui_bot.engine.events import (
    CandleClosed,
    CandleForming,
    Event,
    FeedSource,
    Quoted,
    Reconnected,
    StatusReported,
)
from tui_bot.kraken import push, redial, socket
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.push import PushFeed

pytestmark = pytest.mark.anyio

RATE = 120.0
START_MS = 1_767_600_000_000


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with (
        patch.multiple(socket, STALE_S=0.3, DEAD_S=0.6, ANSWER_S=0.2, _LOOK_S=0.02),
        patch.multiple(redial, _LONGEST_S=0.3, _AT_ONCE_S=0.05),
        patch.multiple(push, QUIET_LEAST_S=30.0),
    ):
        yield


class Run:
    """A push feed at work, with a server that tells of the same market."""

    def __init__(self) -> None:
        self.clock = ExchangeClock(START_MS, RATE)
        self.market = MovingMarket(5, self.clock)
        self.server = PushServer({"ohlc": self.market.ohlc, "ticker": self.market.ticker})
        self.events: list[Event] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        known = START_MS // 1000 - 60
        self.feed = PushFeed(self.market, self.clock, 60, random.Random(3), self.server.url, known)
        self._tasks.append(asyncio.create_task(self.feed.run(self.events.append)))
        self._tasks.append(asyncio.create_task(self._publish()))

    async def _publish(self) -> None:
        while True:
            await asyncio.sleep(0.02)
            for channel in ("ohlc", "ticker"):
                await self.server.tell(channel)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def all(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    def sources(self) -> list[str]:
        return [event.name for event in self.events if isinstance(event, FeedSource)]

    def closed(self) -> list[int]:
        return [event.candle.begin for event in self.events if isinstance(event, CandleClosed)]

    async def until(self, kind: type[Event], count: int = 1) -> None:
        async with asyncio.timeout(4):
            while len(self.all(kind)) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    async def until_source(self, *names: str) -> None:
        async with asyncio.timeout(4):
            while tuple(self.sources()) != names:  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    def assert_whole(self) -> None:
        begins = self.closed()
        assert begins == list(range(begins[0], begins[0] + 60 * len(begins), 60))
        for event in self.events:
            if isinstance(event, CandleClosed):
                assert event.candle == self.market.candle(event.candle.begin, self.clock.now_ms())


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    run = Run()
    async with run.server.running():
        await run.start()
        yield run
        await run.stop()


async def test_push_makes_quotes_and_the_running_candle_live(run: Run) -> None:
    await run.until_source("push")
    asked = 0
    quote = run.market.quote

    async def counted_quote() -> object:
        nonlocal asked
        asked += 1
        return await quote()

    run.market.quote = counted_quote  # type: ignore[assignment,method-assign]
    run.events.clear()
    await asyncio.sleep(1.3)
    assert asked == 0
    assert len(run.all(Quoted)) >= 25
    assert len(run.all(CandleForming)) >= 5
    assert len(run.closed()) >= 2
    run.assert_whole()
    assert run.sources() == []


async def test_a_candle_is_closed_by_polling_alone(run: Run) -> None:
    await run.until_source("push")
    run.market.failing = True
    await asyncio.sleep(0.2)
    run.events.clear()
    await asyncio.sleep(1.1)
    assert run.closed() == []
    assert len(run.all(CandleForming)) >= 3
    run.market.failing = False
    await run.until(CandleClosed, 3)
    run.assert_whole()


async def test_the_running_candle_never_goes_back(run: Run) -> None:
    run.market.lag_ms = 9000
    await run.until_source("push")
    await asyncio.sleep(1.5)
    told = [(e.candle.begin, e.candle.trades) for e in run.events if isinstance(e, CandleForming)]
    assert len(told) >= 6
    assert told == sorted(set(told))


async def test_a_lost_connection_is_bridged_and_found_again(run: Run) -> None:
    await run.until_source("push")
    run.server.status = 500
    await run.server.close(1006)
    await run.until_source("push", "poll")
    assert run.all(Reconnected) == []
    quotes, candles = len(run.all(Quoted)), len(run.closed())
    await asyncio.sleep(1.2)
    assert len(run.all(Quoted)) >= quotes + 2
    assert len(run.closed()) >= candles + 1
    run.server.status = None
    await run.until(Reconnected)
    assert run.sources()[-1] == "push"
    run.assert_whole()


async def test_after_a_gap_the_account_is_to_be_read(run: Run) -> None:
    await run.until_source("push")
    assert run.all(Reconnected) == []
    for count in (1, 2):
        await run.server.close(1001)
        await run.until(Reconnected, count)
    assert run.sources() == ["push", "poll", "push", "poll", "push"]
    reasons = [event.reason for event in run.all(FeedSource) if isinstance(event, FeedSource)]
    assert "closed with code 1001" in reasons[1]
    assert "polling meanwhile" in reasons[1]


async def test_silence_is_bridged_at_once(run: Run) -> None:
    await run.until_source("push")
    run.server.mute = True
    await run.until_source("push", "poll")
    run.events[:] = [event for event in run.events if isinstance(event, FeedSource)]
    await asyncio.sleep(0.5)
    assert run.all(Quoted)
    run.server.mute = False
    async with asyncio.timeout(4):
        while run.sources()[-1] != "push":  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_deaf_subscription_is_noticed_by_polling_and_asked_again(run: Run) -> None:
    await run.until_source("push")
    run.server.deaf = {"ticker"}
    await run.until_source("push", "poll")
    (reason,) = [e.reason for e in run.all(FeedSource)[1:] if isinstance(e, FeedSource)]
    assert "behind" in reason
    async with asyncio.timeout(2):
        while "ticker" not in run.server.asked("unsubscribe"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    run.server.deaf = set()
    async with asyncio.timeout(4):
        while run.sources()[-1] != "push":  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_without_push_it_is_polling(run: Run) -> None:
    await run.stop()
    run.server.status = 404
    run.events.clear()
    await run.start()
    await run.until(CandleClosed, 3)
    run.assert_whole()
    sources = run.all(FeedSource)
    assert [event.name for event in sources if isinstance(event, FeedSource)] == ["poll"]
    assert "404" in str(sources)
    assert run.all(Quoted)


async def test_what_is_late_does_not_count(run: Run) -> None:
    await run.until_source("push")
    run.server.rows["ticker"] = lambda: [
        run.market.ticker()[0] | {"timestamp": "2020-01-01T00:00:00.000000Z", "bid": 1.0}
    ]
    await run.until_source("push", "poll")
    assert all(event.quote.bid > 1 for event in run.all(Quoted) if isinstance(event, Quoted))


@pytest.mark.parametrize("change", [{"bid": 0.0}, {"ask": -1.0}, {"bid": 10.0, "ask": 9.0}, {"last": 0.0}])
async def test_prices_that_are_none_do_not_count(run: Run, change: dict[str, float]) -> None:
    run.server.rows["ticker"] = lambda: [run.market.ticker()[0] | change]
    await run.until(Quoted, 3)
    for event in run.all(Quoted):
        assert isinstance(event, Quoted)
        assert event.quote.bid > 10
        assert event.quote.ask > event.quote.bid
        assert event.quote.last > 0


async def test_the_last_price_follows_the_candle(run: Run) -> None:
    await run.until_source("push")
    still = run.market.ticker()
    run.server.rows["ticker"] = lambda: still
    run.events.clear()
    await asyncio.sleep(1)
    lasts = {event.quote.last for event in run.all(Quoted) if isinstance(event, Quoted)}
    assert len(lasts) >= 3
    assert all(isinstance(last, Decimal) for last in lasts)


async def test_a_change_of_the_exchanges_state_is_told_at_once(run: Run) -> None:
    await run.until_source("push")
    await run.until(StatusReported)
    status = '{"channel":"status","type":"update","data":[{"system":"cancel_only"}]}'
    await run.server.say(status)
    await run.until(StatusReported, 2)
    last = run.all(StatusReported)[-1]
    assert isinstance(last, StatusReported)
    assert (last.system, last.pair) == ("cancel_only", "online")


async def test_candles_of_the_future_or_off_the_grid_are_refused(run: Run) -> None:
    await run.until_source("push")
    ahead = [run.market.ohlc()[0] | {"interval_begin": "2030-01-01T00:00:00.000000000Z"}]
    crooked = [run.market.ohlc()[0] | {"interval_begin": "2026-01-05T08:00:07.000000000Z"}]
    before = len(run.closed())
    for rows in (ahead, crooked):
        await run.server.tell("ohlc", rows)
    await run.until(CandleClosed, before + 2)
    begins = [event.candle.begin for event in run.events if isinstance(event, CandleForming)]
    assert begins == sorted(begins)
    assert all(begin % 60 == 0 for begin in begins)
    run.assert_whole()


async def test_events_are_in_order_of_time(run: Run) -> None:
    await run.until(CandleClosed, 2)
    for one, next_one in itertools.pairwise(run.events):
        assert one.at_ms <= next_one.at_ms
