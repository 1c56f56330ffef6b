"""Push or polling: the bot must not be able to tell them apart by its candles and decisions.

The same market is seen by a feed over a faulty connection, and by polling alone; both over a REST side that
fails and lags as well. Time is virtual, and what is random follows from the seed.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from unittest.mock import patch

import pytest

from tests.support import virtual
from tests.support.market import settings
from tests.support.memory_push import MemoryPush
from tests.support.pushing import MovingMarket
from tests.support.venue import Venue
from tui_bot.engine.events import CandleClosed, CandleForming, Event, FeedSource, Quoted, Reconnected
from tui_bot.engine.records import DecisionMade
from tui_bot.kraken import socket
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.polling import PollingFeed
from tui_bot.kraken.push import PushFeed
from tui_bot.market.candle import Candle
from tui_bot.strategy.sma_slope import SmaSlope

FIGURES = logging.getLogger(__name__)  # shown by --log-cli-level=INFO

START_S = 1_767_600_000
RATE = 20.0  # exchange seconds in a (virtual) real one
HISTORY = 30
CALM_S = 60.0  # without faults at the end, so that both can catch up

HUGE = 10**12
LIMITS = {
    "stale_after_ms": HUGE,
    "max_clock_offset_ms": HUGE,
    "decide_within_ms": HUGE,
    "reconcile_every_ms": HUGE,
    "max_position": Decimal(1),
}


class Twin:
    """One market seen two ways, and what each told."""

    def __init__(self, seed: int, candles: int, faults: int) -> None:
        self.chance = random.Random(seed)
        self.candles = candles
        self.seconds = candles * 60 / RATE
        self.planned = faults
        self.clock = ExchangeClock(START_S * 1000, RATE, virtual.elapsed_ns)
        self.market = MovingMarket(seed, self.clock)
        self.server = MemoryPush({"ohlc": self.market.ohlc, "ticker": self.market.ticker}, beats_s=1.0)
        self.pushed: list[Event] = []
        self.polled: list[Event] = []
        self.faults = 0

    async def run(self) -> None:
        """Both feeds for so many candles, with faults spread over them; the end is without."""
        known = START_S - 60
        feeds = (
            PushFeed(self.market, self.clock, 60, random.Random(1), self.server.url, known).run(
                self.pushed.append
            ),
            PollingFeed(self.market, self.clock, 60, random.Random(2), known).run(self.polled.append),
        )
        with patch("tui_bot.kraken.socket.dial", self.server.dial):
            tasks = [asyncio.create_task(work) for work in (*feeds, self._publish(), self._make_trouble())]
            await asyncio.sleep(self.seconds)
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    async def _publish(self) -> None:
        while True:
            await asyncio.sleep(self.chance.uniform(0.2, 0.8))
            for channel in ("ohlc", "ticker"):
                await self.server.tell(channel)

    async def _make_trouble(self) -> None:
        kinds: list[Callable[[], Awaitable[None]]] = [
            self._drop, self._drop, self._stall, self._stall, self._lag, self._lag, self._deafness,
            self._lies, self._noise, self._refusal, self._rest_away, self._rest_late,
        ]  # fmt: skip
        now_s = asyncio.get_running_loop().time
        for number in range(1, self.planned + 1):
            due_s = (self.seconds - CALM_S) * number / self.planned
            await asyncio.sleep(max(0.0, due_s - now_s()) * self.chance.uniform(0.5, 1))
            self.faults += 1
            await self.chance.choice(kinds)()

    async def _for_a_while(self) -> None:
        await asyncio.sleep(self.chance.choice((self.chance.uniform(0.1, 6), self.chance.uniform(5, 30))))

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
        self.server.lag_s = self.chance.uniform(0.05, 12)
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
        await self._for_a_while()
        self.market.failing = False

    async def _rest_late(self) -> None:
        self.market.lag_ms = self.chance.randint(1000, 120_000)
        self.market.takes_s = self.chance.uniform(0, 2)
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


@pytest.mark.parametrize(
    ("seed", "candles", "faults"),
    [
        *((seed, 500, 30) for seed in range(3)),
        pytest.param(101, 10_000, 500, marks=[pytest.mark.slow, pytest.mark.timeout(1200)]),
    ],
)
def test_push_and_polling_cannot_be_told_apart(seed: int, candles: int, faults: int) -> None:
    """Both told the truth, once and in order, and the bot behind either did the same."""

    async def story() -> Twin:
        twin = Twin(seed, candles, faults)
        await twin.run()
        check(twin)
        return twin

    twin = virtual.run(story())
    told = f"seed {seed}: {twin.faults} faults, {twin.server.connections} connections"
    decided, ordered = zip(judged(twin, twin.pushed), judged(twin, twin.polled), strict=True)
    assert len(decided[0]) >= candles - 3, told
    assert decided[0] == decided[1], told
    assert len(ordered[0]) >= candles // 20, told
    assert ordered[0] == ordered[1], told
    FIGURES.info("%s, %d candles, %d orders", told, len(closed(twin.pushed)), len(ordered[0]))


def check(twin: Twin) -> None:
    """The closed candles are the market's own, in order; the connection did come and go."""
    pushed, polled = closed(twin.pushed), closed(twin.polled)
    told = f"{twin.faults} faults, {len(pushed)} and {len(polled)} candles"
    assert twin.faults == twin.planned, told
    assert len(pushed) >= twin.candles - 1, told
    assert pushed == polled, told
    now_ms = twin.clock.now_ms()
    assert pushed[0].begin <= START_S, told
    for begin, candle in zip(itertools.count(pushed[0].begin, 60), pushed, strict=False):
        assert candle == twin.market.candle(begin, now_ms), told
    sources = [event.name for event in twin.pushed if isinstance(event, FeedSource)]
    assert sources.count("push") >= 5, told
    assert any(isinstance(event, Reconnected) for event in twin.pushed), told
