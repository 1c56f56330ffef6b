"""Candles put together into longer ones, with the bot's average and the marks at each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from tui_bot.engine.snapshot import Mark, Snapshot
from tui_bot.market.candle import Candle
from tui_bot.market.number import sign

#: The lengths that the chart offers, in seconds; those that the bot's own interval divides.
LENGTHS = (60, 300, 900, 3600, 14_400, 86_400)

#: How many of them: the bot's own interval and three longer ones.
OFFERED = 4


class Bucket(NamedTuple):
    """One candle of the chart.

    ``average`` is the bot's average at its last closed candle, None where there is none, ``slope`` the
    direction into it; ``step`` is what it moved since the candle of the chart before.
    """

    candle: Candle
    average: Decimal | None = None
    step: Decimal | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def begin(self) -> int:
        """Its first second."""
        return self.candle.begin

    @property
    def slope(self) -> int:
        """The direction of the average into it."""
        return 0 if self.step is None else sign(self.step)


def lengths(interval: int) -> tuple[int, ...]:
    """The lengths of candles the chart offers for the bot's own ``interval``, shortest first; seconds."""
    longer = [length for length in LENGTHS if length > interval and length % interval == 0]
    return (interval, *longer[: OFFERED - 1])


def closed_buckets(snap: Snapshot, length: int) -> tuple[Bucket, ...]:
    """The closed candles as candles of ``length`` seconds; one that is not over yet is left out."""
    marks: dict[int, list[Mark]] = {}
    for mark in snap.marks:
        marks.setdefault(mark.begin // length * length, []).append(mark)
    candles, line = snap.candles, snap.line if len(snap.line) == len(snap.candles) else ()
    found: list[Bucket] = []
    before: Decimal | None = None
    place = 0
    over = candles[-1].begin + snap.settings.interval if candles else 0
    alone = length == snap.settings.interval
    for begin, part in ((one.begin, (one,)) for one in candles) if alone else _parts(candles, length):
        place += len(part)
        if begin + length > over:
            break
        average = line[place - 1] if line else None
        step = None if average is None or before is None else average - before
        found.append(Bucket(merged(part, begin), average, step, tuple(marks.get(begin, ()))))
        before = average
    return tuple(found)


def _parts(candles: Sequence[Candle], length: int) -> Iterator[tuple[int, tuple[Candle, ...]]]:
    """The candles of each ``length`` seconds, after the second they begin at."""
    for begin, group in groupby(candles, lambda candle: candle.begin // length * length):
        yield begin, tuple(group)


def running_bucket(snap: Snapshot, length: int) -> Bucket | None:
    """The candle of ``length`` seconds that still runs, None when nothing of it is known."""
    interval = snap.settings.interval
    over = snap.candles[-1].begin + interval if snap.candles else 0
    newest = snap.forming.begin if snap.forming else over
    begin = newest // length * length
    since = len(snap.candles) - (over - begin) // interval if over > begin else len(snap.candles)
    part = [*snap.candles[max(since, 0) :], *((snap.forming,) if snap.forming else ())]
    if not part:
        return None
    marks = tuple(mark for mark in snap.marks if mark.begin >= begin)
    return Bucket(merged(part, begin), marks=marks)


def merged(candles: Sequence[Candle], begin: int) -> Candle:
    """One candle that begins at ``begin``, out of at least one."""
    if len(candles) == 1:
        return candles[0] if candles[0].begin == begin else replace(candles[0], begin=begin)
    return Candle(
        begin,
        candles[0].open,
        max(candle.high for candle in candles),
        min(candle.low for candle in candles),
        candles[-1].close,
        _total(candle.volume for candle in candles),
        sum(candle.trades for candle in candles),
        all(candle.filled for candle in candles),
    )


def _total(volumes: Iterable[Decimal]) -> Decimal:
    return sum(volumes, Decimal(0))
