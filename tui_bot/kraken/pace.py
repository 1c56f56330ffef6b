"""Public calls, no faster than Kraken allows an address.

OHLC and Trades are counted by address and pair, all others by address alone; one call a second is safe.
Source: Kraken API Center, "Spot REST rate limits", and support article 206548367.
"""

from __future__ import annotations

import asyncio

from tui_bot.kraken.clock import ExchangeClock

#: Exchange milliseconds between calls, but in a box that runs fast not less than so many real seconds.
SPACING_MS, SPACING_S = 1000, 0.05

_BY_PAIR = frozenset({"OHLC", "Trades"})
# A start asks for a handful of things at once, and little after that.
_AT_ONCE = {True: 1, False: 5}


class Pace:
    """The pace of one pair's client."""

    def __init__(self, clock: ExchangeClock) -> None:
        self._clock = clock
        self._spacing_ms = max(SPACING_MS, round(SPACING_S * 1000 * clock.rate))
        self._free_ms = {True: 0, False: 0}

    async def turn(self, method: str) -> None:
        """Return when a call may be made."""
        by_pair = method in _BY_PAIR
        now_ms = self._clock.local_ms()
        free_ms = max(self._free_ms[by_pair], now_ms)
        self._free_ms[by_pair] = free_ms + self._spacing_ms
        wait_ms = free_ms - now_ms - (_AT_ONCE[by_pair] - 1) * self._spacing_ms
        if wait_ms > 0:
            await asyncio.sleep(wait_ms / 1000 / self._clock.rate)
