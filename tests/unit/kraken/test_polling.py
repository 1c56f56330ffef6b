"""When the feed asks, and what it does when the answers fail, lag or jump; in simulated time."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest

from tui_bot.engine.events import (
    CandleClosed,
    CandleForming,
    ClockMeasured,
    Event,
    FeedRead,
    Quote,
    Quoted,
    StatusReported,
)
from tui_bot.engine.ports import Counters, ExchangeError, Status
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.polling import PollingFeed
from tui_bot.kraken.prices import Recent
from tui_bot.market.candle import Candle

pytestmark = pytest.mark.anyio

START_MS = 6_000_000


class World:
    """Simulated time: everyone's sleeps, woken in order, without waiting."""

    def __init__(self, rate: float = 1.0) -> None:
        self.rate = rate
        self.real_s = 0.0
        self._counter = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []

    def now_ms(self) -> int:
        return START_MS + round(self.real_s * 1000 * self.rate)

    async def sleep(self, seconds: float) -> None:
        awake = asyncio.Event()
        heapq.heappush(self._sleepers, (self.real_s + max(0.0, seconds), next(self._counter), awake))
        await awake.wait()

    def counters(self) -> Counters:
        return Counters(0, 0, 0)

    async def sleep_until(self, at_ms: int) -> None:
        await self.sleep((at_ms - self.now_ms()) / 1000 / self.rate)

    async def run(self, until_s: float) -> None:
        while True:
            for _ in range(12):  # let everyone who is awake get to their next sleep
                await asyncio.sleep(0)
            if not self._sleepers or self._sleepers[0][0] > until_s:
                self.real_s = until_s
                return
            self.real_s, _, awake = heapq.heappop(self._sleepers)
            awake.set()


def candle(begin: int, close: int = 10) -> Candle:
    price = Decimal(close)
    return Candle(begin, price, price, price, price, Decimal(1), 1)


class Venue:
    """A market with a candle every minute, whose rows may come late or not at all."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.late_ms = 0
        self.down = False
        self.takes_s = 0.05
        self.corrections: dict[int, Candle] = {}
        self.asked: list[tuple[float, str, int | None]] = []

    async def _answer(self, what: str, since: int | None = None) -> None:
        self.asked.append((self.world.real_s, what, since))
        await self.world.sleep(self.takes_s)
        if self.down:
            raise ExchangeError("Kraken is away", retryable=True)

    async def recent(self, interval: int, since: int | None = None) -> Recent:
        await self._answer("candles", since)
        over = (self.world.now_ms() - self.late_ms) // 1000 // interval * interval
        first = -(-((since or 0) + 1) // interval) * interval
        closed = [self.corrections.get(at, candle(at)) for at in range(first, over, interval)]
        return Recent(tuple(closed), candle(over))

    async def quote(self) -> Quote:
        await self._answer("quote")
        return Quote(Decimal(1), Decimal(2), Decimal(1), self.world.now_ms())

    async def status(self) -> Status:
        await self._answer("status")
        return Status("online", "online")

    async def measure_clock(self) -> int:
        await self._answer("clock")
        return 0

    def times(self, what: str) -> list[float]:
        return [at for at, asked, _ in self.asked if asked == what]


class Run:
    """A feed at work in a world; ``events`` carry the real second of their arrival."""

    def __init__(self, rate: float = 1.0, known: int | None = None) -> None:
        self.world = World(rate)
        self.venue = Venue(self.world)
        self.events: list[tuple[float, Event]] = []
        self.feed = PollingFeed(self.venue, self.world, 60, random.Random(3), known)

    async def until(self, *steps: tuple[float, Callable[[], object]], end: float) -> None:
        task = asyncio.create_task(
            self.feed.run(lambda event: self.events.append((self.world.real_s, event)))
        )
        for at, step in steps:
            await self.world.run(at)
            step()
        await self.world.run(end)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    def closed(self) -> list[tuple[float, int]]:
        return [(at, event.candle.begin) for at, event in self.events if isinstance(event, CandleClosed)]

    def of(self, kind: type[Event]) -> list[float]:
        return [at for at, event in self.events if isinstance(event, kind)]


async def test_each_candle_comes_just_after_its_boundary_without_drift() -> None:
    run = Run(known=5880)
    await run.until(end=600)
    fresh = [(at, start) for at, start in run.closed() if start >= 6000]
    assert [start for _, start in fresh] == list(range(6000, 6000 + 9 * 60, 60))
    for at, start in fresh:
        boundary_s = (start + 60) - START_MS / 1000
        assert at == pytest.approx(boundary_s + 1.5 + 0.05)


async def test_less_than_a_call_a_second() -> None:
    run = Run()
    await run.until(end=3600)
    assert len(run.venue.asked) <= 3600
    assert len(run.venue.times("quote")) == pytest.approx(1800, rel=0.05)
    assert len(run.venue.times("status")) == pytest.approx(61, abs=3)
    assert len(run.venue.times("clock")) == pytest.approx(61, abs=3)
    assert len(run.of(ClockMeasured)) >= 58
    assert len(run.of(StatusReported)) >= 58
    assert len(run.of(Quoted)) >= 1700


@pytest.mark.parametrize("rate", [60.0, 600.0, 6000.0])
async def test_a_fast_box_is_not_flooded_and_no_candle_is_missed(rate: float) -> None:
    run = Run(rate, known=5880)
    run.venue.takes_s = 0.002
    await run.until(end=20)
    assert len(run.venue.asked) <= 20 * 23
    assert min(b - a for a, b in itertools.pairwise(run.venue.times("quote"))) >= 0.249
    starts = [start for _, start in run.closed() if start > 5880]
    assert starts == sorted(set(starts))
    assert len(starts) >= 20 * rate / 60 - 0.3 * rate / 60 - 2


async def test_a_late_row_is_asked_for_again_and_again() -> None:
    run = Run(known=5880)
    await run.until((70, lambda: setattr(run.venue, "late_ms", 5000)), end=130)
    (at,) = [at for at, start in run.closed() if start == 6060]
    assert 125 <= at <= 127.1
    asked = [when for when in run.venue.times("candles") if 121 <= when <= at]
    pauses = [b - a - 0.05 for a, b in itertools.pairwise(asked)]
    assert pauses[0] == pytest.approx(0.25)
    assert pauses == sorted(pauses)
    assert max(pauses) <= 2.0


async def test_a_row_that_stays_away_is_told_once() -> None:
    run = Run(known=5880)
    await run.until((70, lambda: setattr(run.venue, "late_ms", 55_000)), end=179)
    reasons = [event.fault for _, event in run.events if isinstance(event, FeedRead) and event.fault]
    assert len(reasons) == 1
    assert "has not come" in reasons[0]
    assert [start for _, start in run.closed() if start >= 6000][:2] == [6000, 6060]


async def test_after_an_outage_every_missing_candle_comes_in_order() -> None:
    run = Run(known=5880)
    await run.until(
        (100, lambda: setattr(run.venue, "down", True)),
        (1000, lambda: setattr(run.venue, "down", False)),
        end=1100,
    )
    starts = [start for _, start in run.closed() if start >= 6000]
    assert starts == list(range(6000, 6000 + 60 * len(starts), 60))
    assert starts[-1] >= 6000 + 1000 - 60 - 40
    assert run.of(FeedRead)


async def test_failures_are_told_and_the_pauses_grow_to_thirty_seconds() -> None:
    run = Run()
    run.venue.down = True
    await run.until(end=600)
    asked = run.venue.times("candles")
    pauses = [b - a - 0.05 for a, b in itertools.pairwise(asked)]
    assert pauses[0] <= 0.5
    assert 15 <= pauses[-1] <= 30
    assert max(pauses) <= 30
    assert len(set(pauses[-5:])) == 5
    failures = [event for _, event in run.events if isinstance(event, FeedRead)]
    assert {event.fault.split(" failed")[0] for event in failures} == {
        "reading the candles",
        "reading the quote",
        "reading the status",
        "reading the clock",
    }
    assert all("Kraken is away" in event.fault for event in failures)


async def test_a_correction_is_told() -> None:
    run = Run(known=5880)
    mended = candle(6000, close=11)
    await run.until((63, lambda: run.venue.corrections.update({6000: mended})), end=70)
    told = [event.candle for _, event in run.events if isinstance(event, CandleClosed)]
    assert told[-2:] == [candle(6000), mended]


async def test_the_running_candle_is_refreshed() -> None:
    run = Run()
    await run.until(end=59)
    assert len(run.venue.times("candles")) == pytest.approx(59 / 5, abs=2)
    assert run.of(CandleForming)


async def test_a_slow_quote_does_not_hold_up_a_candle() -> None:
    run = Run(known=5880)

    async def never() -> Quote:
        await run.world.sleep(1e9)
        raise AssertionError

    run.venue.quote = never  # type: ignore[method-assign]
    await run.until(end=70)
    assert [at for at, start in run.closed() if start == 6000] == [pytest.approx(61.55)]


async def test_what_nobody_foresaw_is_not_hidden() -> None:
    run = Run()

    async def broken() -> Status:
        raise RuntimeError("a bug")

    run.venue.status = broken  # type: ignore[method-assign]
    with pytest.raises(ExceptionGroup):
        await run.until(end=5)


async def test_the_clock_is_measured_at_uneven_phases() -> None:
    run = Run()
    await run.until(end=1800)
    phases = {round(at % 1, 2) for at in run.venue.times("clock")}
    assert len(phases) > 10


async def test_a_clock_corrected_backwards_does_not_stop_the_feed() -> None:
    clock = ExchangeClock(START_MS + 3_600_000)
    world = World()
    venue = Venue(world)
    venue.takes_s = 0.0
    asked: list[None] = []

    async def recent(_interval: int, _since: int | None = None) -> Recent:
        asked.append(None)
        return Recent((), None)

    async def unread() -> Quote:
        raise ExchangeError("away", retryable=True)

    venue.recent, venue.quote = recent, unread  # type: ignore[method-assign,assignment]
    venue.status = venue.measure_clock = unread  # type: ignore[method-assign,assignment]
    feed = asyncio.create_task(PollingFeed(venue, clock, 60, random.Random(1)).run(lambda _event: None))
    await asyncio.sleep(0.05)
    before = len(asked)
    clock.observe(START_MS // 1000, clock.local_ms(), clock.local_ms())
    assert clock.offset_ms < -3_500_000
    await asyncio.sleep(1.2)
    feed.cancel()
    with suppress(asyncio.CancelledError):
        await feed
    assert len(asked) > before


async def test_a_quote_heard_meanwhile_overtakes_the_one_asked_for() -> None:
    run = Run()
    heard = Quote(Decimal(3), Decimal(4), Decimal(3), START_MS)
    emit = lambda event: run.events.append((run.world.real_s, event))  # noqa: E731
    await run.until((0.02, lambda: run.feed.hear_quote(heard, emit)), end=1.5)
    quotes = [event.quote for _, event in run.events if isinstance(event, Quoted)]
    assert quotes == [heard]


async def test_what_is_heard_is_not_asked_for_but_every_boundary_is() -> None:
    run = Run(known=5880)
    emit = lambda event: run.events.append((run.world.real_s, event))  # noqa: E731

    def hear() -> None:
        begin = run.world.now_ms() // 60_000 * 60
        run.feed.hear_candle(candle(begin), emit)
        run.feed.hear_quote(Quote(Decimal(3), Decimal(4), Decimal(3), run.world.now_ms()), emit)

    await run.until(*((float(second), hear) for second in range(1, 181)), end=181)
    assert len(run.venue.times("quote")) <= 2
    assert len(run.venue.times("candles")) <= 6
    fresh = [(round(at, 2), start) for at, start in run.closed() if start >= 6000]
    assert fresh == [(61.55, 6000), (121.55, 6060)]


async def test_what_is_heard_no_more_is_asked_for_again() -> None:
    run = Run(known=5880)
    emit = lambda event: run.events.append((run.world.real_s, event))  # noqa: E731

    def hear() -> None:
        run.feed.hear_candle(candle(6000), emit)
        run.feed.hear_quote(Quote(Decimal(3), Decimal(4), Decimal(3), run.world.now_ms()), emit)

    await run.until(*((float(second), hear) for second in range(1, 21)), end=40)
    assert min(at for at in run.venue.times("quote") if at > 5) <= 24.1
    assert min(at for at in run.venue.times("candles") if at > 10) <= 25.1
