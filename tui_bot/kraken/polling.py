"""The market as events, read over REST: candles at their boundaries, quotes and states between.

All times named ``_MS`` are exchange time, those named ``_S`` real seconds. At the rate of 1 this makes
less than one public call a second on average; a box that runs faster gets at most about twenty.

What comes another way meanwhile (``hear_candle``, ``hear_quote``) is not asked for: polling fills silence.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from tui_bot.engine.events import ClockMeasured, Event, FeedRead, Quote, Quoted, StatusReported
from tui_bot.engine.ports import Clock, ExchangeError, Status
from tui_bot.kraken.pauses import Backoff
from tui_bot.kraken.prices import Recent
from tui_bot.kraken.tail import FIRST_LOOK, CandleTail
from tui_bot.market.candle import Candle

_GRACE_MS, _GRACE_S = 1500, 0.02
_FORMING_MS, _FORMING_S = 5000, 0.5
_QUOTE_MS, _QUOTE_S = 2000, 0.25
_STATE_MS, _STATE_S = 60_000, 5.0
_LATE_FIRST_MS, _LATE_LAST_MS, _LATE_S = 250, 2000, 0.05
_LEEWAY_MS, _LEEWAY_S = 1000, 0.05
_SPACING_S = 0.06
_CORRECTION_S = 0.5  # so far an ordinary correction of the clock may move a wait
_START_S = 30.0  # longer than it takes from the engine's own read of the candles to the first look
_LATE_TOLD = 8  # asked that often in vain, the person is told

Emit = Callable[[Event], None]


class Market(Protocol):
    """The public reads that the feed is made of; all raise ``ExchangeError``."""

    async def recent(self, interval: int, since: int | None = None) -> Recent:
        """The candles after ``since``."""
        ...

    async def quote(self) -> Quote:
        """The quote now."""
        ...

    async def status(self) -> Status:
        """The states of exchange and pair."""
        ...

    async def measure_clock(self) -> int:
        """The clock's offset in milliseconds."""
        ...


class PollingFeed:
    """``engine.ports.Feed`` by asking again and again.

    ``interval`` is in seconds. ``known`` is the begin of the newest closed candle that the engine holds
    already (it may be set until ``run`` is called); without it the feed begins ten candles back, or
    more where time runs so fast that a start takes longer than ten.
    ``chance`` spreads the pauses after failures.
    """

    def __init__(
        self,
        market: Market,
        clock: Clock,
        interval: int,
        chance: random.Random,
        known: int | None = None,
    ) -> None:
        self._market = market
        self._clock = clock
        self._interval = interval
        self._chance = chance
        self.known = known
        self._tail: CandleTail | None = None
        self._candle_heard_ms = self._quote_heard_ms = 0
        self._unread: set[str] = set()

    async def run(self, emit: Emit) -> None:
        """Emit events until cancelled. A failed read is an event too, and is tried again."""
        async with asyncio.TaskGroup() as chores:
            chores.create_task(self._follow_candles(emit))
            chores.create_task(self._repeat("the quote", self._quote, _QUOTE_MS, _QUOTE_S, emit))
            chores.create_task(self._repeat("the status", self._status, _STATE_MS, _STATE_S, emit))
            chores.create_task(self._repeat("the clock", self._offset, _STATE_MS, _STATE_S, emit))

    def read_account_again(self) -> None:
        """Nothing of the account comes this way."""

    # -- what comes another way

    def hear_candle(self, candle: Candle, emit: Emit) -> None:
        """Tell the running candle; a look at it can wait. Closing it remains the look's."""
        if self._tail is None:
            return
        now_ms = self._clock.now_ms()
        if (candle.begin + self._interval) * 1000 > now_ms:
            self._candle_heard_ms = now_ms
        for event in self._tail.form(candle, now_ms, self._leeway_ms):
            emit(event)

    def hear_quote(self, quote: Quote, emit: Emit) -> None:
        """Tell a quote; asking for one can wait."""
        self._quote_heard_ms = self._clock.now_ms()
        emit(Quoted(self._quote_heard_ms, quote))

    # -- candles

    async def _follow_candles(self, emit: Emit) -> None:
        tail = self._tail = CandleTail(self._interval, self.known, self._first_look())
        backoff = Backoff(self._chance)
        vain = 0
        while True:
            asked_ms = self._clock.now_ms()
            try:
                await self._ask_candles(tail, emit)
            except ExchangeError as fault:
                self._tell_failure("the candles", fault, emit)
                await self._wait(self._clock.now_ms() + self._real(backoff.next_s()))
                continue
            backoff.reset()
            self._tell_read("the candles", emit)
            vain = vain + 1 if tail.is_behind(self._settled_ms()) else 0
            if vain == 0:
                self._tell_read("the close", emit)
            if vain == _LATE_TOLD:
                self._tell("the close", f"the candle that is over has not come after {vain} looks", emit)
            await self._pause_candles(vain)
            await self._wait_from(asked_ms, self._real(_SPACING_S))

    def _first_look(self) -> int:
        return max(FIRST_LOOK, self._real(_START_S) // 1000 // self._interval)

    async def _ask_candles(self, tail: CandleTail, emit: Emit) -> None:
        recent = await self._market.recent(self._interval, tail.since(self._clock.now_ms()))
        for event in tail.take(recent, self._clock.now_ms(), self._leeway_ms):
            emit(event)

    async def _pause_candles(self, vain: int) -> None:
        now_ms = self._clock.now_ms()
        if vain:
            pause_ms = min(_LATE_FIRST_MS * 2 ** (min(vain, 8) - 1), _LATE_LAST_MS)
            await self._wait(now_ms + self._at_least(pause_ms, _LATE_S))
            return
        interval_ms = self._interval * 1000
        boundary_ms = (self._settled_ms() // interval_ms + 1) * interval_ms
        look_ms = boundary_ms + self._grace_ms
        forming_ms = self._at_least(_FORMING_MS, _FORMING_S)
        refresh_ms = now_ms + forming_ms
        started_ms = now_ms
        while started_ms <= now_ms < min(look_ms, refresh_ms):  # before it: the clock was corrected
            await self._wait(min(look_ms, refresh_ms))
            now_ms = self._clock.now_ms()
            refresh_ms = self._candle_heard_ms + forming_ms

    @property
    def _leeway_ms(self) -> int:
        return self._at_least(_LEEWAY_MS, _LEEWAY_S)

    @property
    def _grace_ms(self) -> int:
        return self._at_least(_GRACE_MS, _GRACE_S)

    def _settled_ms(self) -> int:
        """The time whose candles ought to have come by now."""
        return self._clock.now_ms() - self._grace_ms

    # -- all else

    async def _quote(self) -> Event | None:
        asked_ms = self._clock.now_ms()
        if self._quote_heard_ms > asked_ms - self._at_least(_QUOTE_MS, _QUOTE_S):
            return None
        quote = await self._market.quote()
        overtaken = self._quote_heard_ms >= asked_ms
        return None if overtaken else Quoted(self._clock.now_ms(), quote)

    async def _status(self) -> Event:
        status = await self._market.status()
        return StatusReported(self._clock.now_ms(), status.system, status.pair)

    async def _offset(self) -> Event:
        offset_ms = await self._market.measure_clock()
        return ClockMeasured(self._clock.now_ms(), offset_ms)

    async def _repeat(
        self,
        what: str,
        read: Callable[[], Awaitable[Event | None]],
        every_ms: int,
        at_least_s: float,
        emit: Emit,
    ) -> None:
        backoff = Backoff(self._chance)
        while True:
            started_ms = self._clock.now_ms()
            try:
                event = await read()
            except ExchangeError as fault:
                self._tell_failure(what, fault, emit)
                await self._wait(self._clock.now_ms() + self._real(backoff.next_s()))
                continue
            backoff.reset()
            if event is not None:
                emit(event)
            self._tell_read(what, emit)
            # uneven on purpose: Time answers in whole seconds, so equal phases would teach the clock nothing
            pause_ms = round(every_ms * self._chance.uniform(0.98, 1.02))
            await self._wait_from(started_ms, self._at_least(pause_ms, at_least_s))

    def _tell_failure(self, what: str, fault: ExchangeError, emit: Emit) -> None:
        self._tell(what, f"reading {what} failed: {fault}", emit)

    def _tell(self, what: str, reason: str, emit: Emit) -> None:
        self._unread.add(what)
        emit(FeedRead(self._clock.now_ms(), what, reason))

    def _tell_read(self, what: str, emit: Emit) -> None:
        if what in self._unread:
            self._unread.discard(what)
            emit(FeedRead(self._clock.now_ms(), what))

    def _at_least(self, span_ms: int, real_s: float) -> int:
        """A span of exchange time that is not shorter than so many real seconds."""
        return max(span_ms, self._real(real_s))

    def _real(self, seconds: float) -> int:
        """Real seconds in milliseconds of exchange time."""
        return round(seconds * 1000 * self._clock.rate)

    async def _wait_from(self, started_ms: int, span_ms: int) -> None:
        """Sleep the rest of a span; a clock that was corrected backwards in it lengthens nothing."""
        await self._wait(min(started_ms, self._clock.now_ms()) + span_ms)

    async def _wait(self, at_ms: int) -> None:
        """Sleep until then, but not longer than it seemed now: the clock may be corrected backwards."""
        left_s = (at_ms - self._clock.now_ms()) / 1000 / self._clock.rate
        with suppress(TimeoutError):
            async with asyncio.timeout(left_s + _CORRECTION_S):
                await self._clock.sleep_until(at_ms)
