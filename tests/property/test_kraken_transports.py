"""Push or polling: the bot must not be able to tell them apart by its candles and decisions.

The same market is seen by a feed over a faulty socket, and by polling alone; both over a REST side that
fails and lags as well. What is random follows from the seed in the test's name.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from unittest.mock import patch

import pytest

from tests.support.market import settings
from tests.support.pushing import MovingMarket, PushServer
from tests.support.venue import Venue
from tui_bot.engine.events import CandleClosed, CandleForming, Event, FeedSource, Quoted, Reconnected
from tui_bot.engine.records import DecisionMade
from tui_bot.kraken import push, redial, socket
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.polling import PollingFeed
from tui_bot.kraken.push import PushFeed
from tui_bot.market.candle import Candle
from tui_bot.strategy.sma_slope import SmaSlope

pytestmark = pytest.mark.anyio

START_S = 1_767_600_000
RATE = 1200.0
SECONDS = 9.0
SEEDS = 8
HISTORY = 30

HUGE = 10**9
LIMITS = {
    "stale_after_ms": HUGE,
    "max_clock_offset_ms": HUGE,
    "decide_within_ms": HUGE,
    "reconcile_every_ms": HUGE,
    "max_position": Decimal(1),
}


class Twin:
    """One market seen two ways, and what each told."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clock = ExchangeClock(START_S * 1000, RATE)
        self.market = MovingMarket(seed, self.clock)
        self.server = PushServer({"ohlc": self.market.ohlc, "ticker": self.market.ticker})
        self.pushed: list[Event] = []
        self.polled: list[Event] = []
        self.faults = 0

    async def run(self) -> None:
        """Both feeds for so many seconds, with a fault every now and then; the end is without."""
        known = START_S - 60
        async with self.server.running():
            feeds = (
                PushFeed(self.market, self.clock, 60, random.Random(1), self.server.url, known).run(
                    self.pushed.append
                ),
                PollingFeed(self.market, self.clock, 60, random.Random(2), known).run(self.polled.append),
            )
            tasks = [asyncio.create_task(work) for work in (*feeds, self._publish(), self._make_trouble())]
            await asyncio.sleep(SECONDS)
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    async def _publish(self) -> None:
        while True:
            await asyncio.sleep(0.01)
            for channel in ("ohlc", "ticker"):
                await self.server.tell(channel)

    async def _make_trouble(self) -> None:
        kinds: list[Callable[[], Awaitable[None]]] = [
            self._drop, self._stall, self._deafness, self._lag, self._lies, self._noise, self._refusal,
            self._rest_away, self._rest_late,
        ]  # fmt: skip
        now_s = asyncio.get_running_loop().time
        until_s = now_s() + SECONDS - 2
        while now_s() < until_s:
            await asyncio.sleep(self.chance.uniform(0.02, 0.3))
            self.faults += 1
            await self.chance.choice(kinds)()

    async def _for_a_while(self) -> None:
        await asyncio.sleep(self.chance.uniform(0.02, 0.5))

    async def _drop(self) -> None:
        await self.server.close(self.chance.choice((1000, 1001, 1006, 1006, 1006, 1012)))

    async def _stall(self) -> None:
        self.server.mute = True
        await self._for_a_while()
        self.server.mute = False

    async def _deafness(self) -> None:
        self.server.deaf = {self.chance.choice(("ohlc", "ticker"))}
        await self._for_a_while()
        self.server.deaf = set()

    async def _lag(self) -> None:
        self.server.lag_s = self.chance.uniform(0.01, 0.3)
        await self._for_a_while()
        self.server.lag_s = 0.0

    async def _lies(self) -> None:
        """Old candles again, one of another interval, one keyed by its end, one with a wild price."""
        row = self.market.ohlc()[0]
        past = self.market.ohlc(self.clock.now_ms() - self.chance.randint(1, 5) * 60_000)
        lie = self.chance.choice(
            (
                past,
                [row | {"interval": 5}],
                [row | {"interval_begin": row["timestamp"]}],
                [row | {"high": 9_000_000.0, "close": 9_000_000.0}],
                [row | {"close": 0.0}],
            )
        )
        await self.server.tell("ohlc", lie, self.chance.choice(("snapshot", "update")))

    async def _noise(self) -> None:
        texts = ("{", "odd", socket.RESTART, '{"channel":"ohlc","data":[1]}')
        await self.server.say(self.chance.choice(texts))

    async def _refusal(self) -> None:
        self.server.status = self.chance.choice((429, 500, 503))
        await self.server.close(1006)
        await self._for_a_while()
        self.server.status = None

    async def _rest_away(self) -> None:
        self.market.failing = True
        await asyncio.sleep(self.chance.uniform(0.01, 0.2))
        self.market.failing = False

    async def _rest_late(self) -> None:
        self.market.lag_ms = self.chance.randint(1000, 120_000)
        self.market.takes_s = self.chance.uniform(0, 0.02)
        await self._for_a_while()
        self.market.lag_ms, self.market.takes_s = 0, 0.0


def closed(events: list[Event]) -> list[Candle]:
    return [event.candle for event in events if isinstance(event, CandleClosed)]


def judged(twin: Twin, events: list[Event]) -> tuple[list[object], list[object]]:
    """The decisions and the orders of a bot that hears these events."""
    first = START_S - HISTORY * 60
    history = [twin.market.candle(begin, START_S * 1000) for begin in range(first, START_S, 60)]
    venue = Venue(settings(limits=LIMITS, strategy=SmaSlope(5)), history=history)
    venue.start()
    for event in events:
        if isinstance(event, CandleClosed | CandleForming | Quoted | Reconnected | FeedSource):
            venue.now_ms = max(venue.now_ms, event.at_ms)
            venue.play(event)
    decisions = [body.decision for body in venue.kept if isinstance(body, DecisionMade)]
    return list(decisions), [(order.side, order.volume, order.signal) for order in venue.sent]


async def test_push_and_polling_cannot_be_told_apart() -> None:
    quick = (
        patch.multiple(socket, STALE_S=0.15, DEAD_S=0.3, ANSWER_S=0.15, _LOOK_S=0.02),
        patch.multiple(redial, _LONGEST_S=0.2, _AT_ONCE_S=0.02, _BUSY_S=0.1, MOST_CONNECTS=10_000),
        patch.multiple(push, QUIET_LEAST_S=0.3, _DOUBT_EVERY_S=0.3),
        patch("tui_bot.kraken.pauses._LAST_S", 0.5),
    )
    twins = [Twin(seed) for seed in range(SEEDS)]
    with quick[0], quick[1], quick[2], quick[3]:
        await asyncio.gather(*(twin.run() for twin in twins))
    for seed, twin in enumerate(twins):
        check(seed, twin)


def check(seed: int, twin: Twin) -> None:
    """Both told the truth, once and in order, and the bot behind either did the same."""
    pushed, polled = closed(twin.pushed), closed(twin.polled)
    common = min(len(pushed), len(polled))
    told = f"seed {seed}: {twin.faults} faults, {len(pushed)} and {len(polled)} candles"
    assert common >= (SECONDS - 1) * RATE / 60, told
    assert abs(len(pushed) - len(polled)) <= 3, told
    assert pushed[:common] == polled[:common], told
    now_ms = twin.clock.now_ms()
    assert pushed[0].begin <= START_S, told
    for begin, candle in zip(itertools.count(pushed[0].begin, 60), pushed, strict=False):
        assert candle == twin.market.candle(begin, now_ms), told
    decided, ordered = zip(judged(twin, twin.pushed), judged(twin, twin.polled), strict=True)
    judged_by_both = min(map(len, decided))
    assert judged_by_both >= common - 3, told
    assert decided[0][:judged_by_both] == decided[1][:judged_by_both], told
    fewest = min(map(len, ordered))
    assert fewest >= common // 20, told
    assert ordered[0][:fewest] == ordered[1][:fewest], told
    sources = [event.name for event in twin.pushed if isinstance(event, FeedSource)]
    assert sources.count("push") >= 5, told
    assert any(isinstance(event, Reconnected) for event in twin.pushed), told
