"""Lets time pass for the bot, and notices when it does not pass evenly (F102, F103).

A machine that sleeps, a clock that is set, a loop that is held up: what was true before may not be true
after. The bot is told, and looks again before it opens anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui_bot.engine.events import Event, Ticked, TimeSlipped
from tui_bot.engine.ports import Clock, Counters

#: Seconds between ticks; also the least often a snapshot is published.
TICK_S = 0.25

#: Milliseconds beyond which clocks that part, or a tick that is late, are told.
JUMP_MS = 2_000
LAG_MS = 1_000


class Watchdog:
    """Emits a tick four times a second, and what was uneven since the last one.

    ``before_tick`` is called ahead of each: what else is to be looked at now and then.
    """

    def __init__(
        self, clock: Clock, emit: Callable[[Event], None], before_tick: Callable[[], None] = lambda: None
    ) -> None:
        self._clock = clock
        self._before_tick = before_tick
        self._emit = emit
        self._seen = clock.counters()

    async def run(self) -> None:
        """Tick until cancelled."""
        self._seen = self._clock.counters()
        while True:
            await asyncio.sleep(TICK_S)
            self.look()

    def look(self) -> None:
        """One tick."""
        now = self._clock.counters()
        asleep, was_set, lag = slip(self._seen, now)
        self._seen = now
        at_ms = self._clock.now_ms()
        if asleep or was_set or lag:
            self._emit(TimeSlipped(at_ms, asleep, was_set, lag))
        self._before_tick()
        self._emit(Ticked(at_ms))


def slip(before: Counters, now: Counters) -> tuple[int, int, int]:
    """How long the machine slept, by how much its clock was set, how late the tick is; 0 for what is even.

    Where no clock goes on in sleep, sleep looks like a clock that was set forward.
    """
    steady, elapsed, wall = now.steady - before.steady, now.elapsed - before.elapsed, now.wall - before.wall
    asleep, was_set, lag = elapsed - steady, wall - elapsed, steady - round(TICK_S * 1000)
    return (
        asleep if asleep > JUMP_MS else 0,
        was_set if abs(was_set) > JUMP_MS else 0,
        lag if lag > LAG_MS else 0,
    )
