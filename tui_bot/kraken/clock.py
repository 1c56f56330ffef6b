"""The exchange's time, as well as this machine can know it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from tui_bot.engine.ports import Counters

_SLICE_S = 0.5
_NS_PER_MS = 1_000_000


def elapsed_ns() -> int:
    """Nanoseconds of a clock that never steps; where the system can, it counts while suspended."""
    return _count_ns()


def _counter() -> Callable[[], int]:
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic_ns if boottime is None else lambda: time.clock_gettime_ns(boottime)


_count_ns = _counter()


class ExchangeClock:
    """A steady local clock, corrected by what the Time endpoint says.

    ``origin_ms`` is what the local clock reads now, in Unix milliseconds; ``rate`` how many
    exchange seconds pass in a real one. At Kraken: the wall clock, and 1. From then on it only counts, so
    that nothing here steps when somebody sets the wall clock.

    The Time endpoint answers in whole seconds, so one answer only bounds the offset between the clocks
    to an interval of a second plus the time of the round trip. Each further answer cuts it. The
    interval widens with ``DRIFT`` in between, and when two contradict each other, one of the clocks
    has jumped and the newest counts alone.
    """

    DRIFT = 100e-6

    def __init__(
        self,
        origin_ms: int | None = None,
        rate: float = 1.0,
        counter_ns: Callable[[], int] = elapsed_ns,
        wall_ns: Callable[[], int] | None = None,
    ) -> None:
        if not rate > 0:
            raise ValueError(f"the rate of a clock must be positive, not {rate}")
        self._rate = rate
        # A clock that a test drives stands for all of them.
        driven = counter_ns is not elapsed_ns
        self._counter_ns = counter_ns
        self._steady_ns = counter_ns if driven else time.monotonic_ns
        self._wall_ns = wall_ns or (counter_ns if driven else time.time_ns)
        self._follows_wall = origin_ms is None
        self._origin_ms = self._wall_ns() // _NS_PER_MS if origin_ms is None else origin_ms
        self._started_ns = counter_ns()
        self._low = self._high = 0.0
        self._measured_ms: int | None = None
        self._offset_ms = 0

    @property
    def rate(self) -> float:
        """How many exchange seconds pass in a real one."""
        return self._rate

    @property
    def offset_ms(self) -> int:
        """The exchange's clock minus this machine's, as far as it is measured."""
        return self._offset_ms

    def local_ms(self) -> int:
        """This machine's clock, uncorrected, in milliseconds."""
        elapsed = self._counter_ns() - self._started_ns
        return self._origin_ms + int(elapsed * self._rate) // _NS_PER_MS

    def now_ms(self) -> int:
        """Unix milliseconds by the exchange's clock."""
        return self.local_ms() + self._offset_ms

    def counters(self) -> Counters:
        """This machine's clocks, in real milliseconds."""
        steady, elapsed, wall = self._steady_ns(), self._counter_ns(), self._wall_ns()
        return Counters(steady // _NS_PER_MS, elapsed // _NS_PER_MS, wall // _NS_PER_MS)

    def observe(self, unixtime_s: int, sent_ms: int, received_ms: int) -> int:
        """Take in one answer of Time; how far the exchange's clock is ahead of this machine's as set now.

        The answer was made somewhere between ``sent_ms`` and ``received_ms``, both by ``local_ms``.
        """
        second_ms = unixtime_s * 1000
        low, high = float(second_ms - received_ms), float(second_ms + 1000 - sent_ms)
        if self._measured_ms is not None:
            drift = self.DRIFT * max(0, received_ms - self._measured_ms)
            known_low, known_high = self._low - drift, self._high + drift
            if max(low, known_low) < min(high, known_high):
                low, high = max(low, known_low), min(high, known_high)
        self._low, self._high, self._measured_ms = low, high, received_ms
        self._offset_ms = 0 if low <= 0 <= high else round((low + high) / 2)
        shift_ms = self._wall_ns() // _NS_PER_MS - self.local_ms() if self._follows_wall else 0
        least, most = low - shift_ms, high - shift_ms
        return 0 if least <= 0 <= most else round((least + most) / 2)

    async def sleep_until(self, at_ms: int) -> None:
        """Return when the exchange's clock reads at least ``at_ms``; heeds corrections meanwhile."""
        while True:
            left_ms = at_ms - self.now_ms()
            if left_ms <= 0:
                return
            await asyncio.sleep(min(left_ms / 1000 / self._rate, _SLICE_S))
