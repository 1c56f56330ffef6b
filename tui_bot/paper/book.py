"""The order book: synthetic maker liquidity around the quote.

Whether a level stands at a price, and how much it holds, is a function of seed, price and time, so that the
book changes a little from moment to moment, is the same however often it is looked at, and costs nothing
while nobody looks. What takers consume is missing until the level is renewed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from tui_bot.paper.clock import NS_PER_SECOND

DEPTH_LIMIT = 500
_MASK = (1 << 64) - 1
_RENEWED_SECONDS = 20
_SPOTS_KEPT = 60_000  # what is remembered of prices walked lately; it can always be worked out again


def _mix(value: int) -> int:
    """splitmix64: a well spread 64-bit number of any integer."""
    value = (value * 0x9E3779B97F4A7C15 + 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


class Level(NamedTuple):
    """Price in ticks, volume in lots, second of the last change."""

    ticks: int
    lots: int
    second: int


class Book:
    """Both sides of one market. `median_lots` is the middle size of a level."""

    def __init__(self, seed: int, median_lots: int) -> None:
        self._seed = _mix(seed)
        self._median_lots = median_lots
        self._consumed: dict[int, tuple[int, int]] = {}
        self._spots: dict[int, tuple[int, int]] = {}

    def levels(self, best: int, step: int, ns: int) -> Iterator[Level]:
        """Levels from `best` outwards, best first; step +1 walks the asks up, -1 the bids down."""
        second, spots = ns // NS_PER_SECOND, self._spots
        if len(spots) > _SPOTS_KEPT:
            spots.clear()
        ticks, distance, given, side = best, 0, 0, step > 0
        while ticks > 0 and given < DEPTH_LIMIT * 2:
            key = ticks * 2 + side
            known = spots.get(key)
            if known is None:
                known = spots[key] = _mix(self._seed ^ key), _mix(ticks) % _RENEWED_SECONDS
            spot, phase = known
            if distance == 0 or spot % 64 < (20 if distance < 30 else 7):
                level = self._level(ticks, distance, spot, (second + phase) // _RENEWED_SECONDS, phase)
                if level.lots > 0:
                    given += 1
                    yield level
            ticks += step
            distance += 1

    def consume(self, ticks: int, lots: int, ns: int) -> None:
        """Takes volume out of a level until it is renewed."""
        if len(self._consumed) > 4 * DEPTH_LIMIT:
            self._consumed.clear()
        round_ = self._round(ticks, ns // NS_PER_SECOND)
        before, missing = self._consumed.get(ticks, (round_, 0))
        self._consumed[ticks] = (round_, lots + (missing if before == round_ else 0))

    def _round(self, ticks: int, second: int) -> int:
        return (second + _mix(ticks) % _RENEWED_SECONDS) // _RENEWED_SECONDS

    def _level(self, ticks: int, distance: int, spot: int, round_: int, phase: int) -> Level:
        draw = _mix(spot ^ (round_ * 2654435761))
        # the sum of four bytes is close enough to a normal number
        normal = (sum(draw.to_bytes(8, "little")[:4]) - 510) / 148
        reach = 1.0 + min(distance, 400) / 60
        lots = max(1000, int(self._median_lots * reach * math.exp(1.25 * normal)))
        consumed_round, missing = self._consumed.get(ticks, (round_, 0))
        if consumed_round == round_:
            lots -= missing
        return Level(ticks, lots, round_ * _RENEWED_SECONDS - phase)
