"""Stops and take-profits that rest at the exchange, in the walk of fast mode: where a candle reaches one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import numpy as np

from tui_bot.backtest.history import History
from tui_bot.backtest.inexpressible import Inexpressible
from tui_bot.backtest.ledger import Held
from tui_bot.market.number import ZERO

#: So many candles are looked at before twice as many are: most positions end soon.
FIRST_LOOK = 64


@dataclass(frozen=True, slots=True)
class Stops:
    """Fractions of the entry price at which a position is closed at a loss and at a profit; 0 is never."""

    loss: Decimal = ZERO
    profit: Decimal = ZERO

    def __bool__(self) -> bool:
        return bool(self.loss or self.profit)

    def levels(self, held: Held, least: int) -> tuple[Level, ...]:
        """What rests for a position, the stop first: of two that one candle reaches, it came first.

        Raises:
            Inexpressible: one would be worth less than ``least``, a price in ticks below which the exchange
                takes no order of this size.
        """
        moves = ((self.loss, -held.side), (self.profit, held.side))
        levels = tuple(_level(held.entry, move, sign) for move, sign in moves if move)
        if any(level.trigger < max(1, least) for level in levels):
            raise Inexpressible("a stop below the pair's minimum, which cannot rest")
        return levels


@dataclass(frozen=True, slots=True)
class Level:
    """A trigger in ticks, met from above (``sign`` -1) or from below (1)."""

    trigger: int
    sign: int

    def first(self, history: History, start: int, until: int) -> int:
        """The first candle from a place to before another that reaches it; ``until`` if none does."""
        reaching = history.high if self.sign > 0 else history.low
        for at, stop in _looks(start, until):
            part = reaching[at:stop]
            hits = part >= self.trigger if self.sign > 0 else part <= self.trigger
            if hits.any():
                return at + int(np.argmax(hits))
        return until

    def price(self, opened: int) -> int:
        """Where it fills in a candle that reaches it: at its trigger, or at an open that lies beyond."""
        return max(opened, self.trigger) if self.sign > 0 else min(opened, self.trigger)


def reached(history: History, levels: tuple[Level, ...], start: int, until: int) -> tuple[int, int] | None:
    """The first candle that reaches one of the levels, and the price in ticks; None where none does."""
    place, chosen = until, None
    for level in levels:
        if (hit := level.first(history, start, place)) < place:
            place, chosen = hit, level
    return None if chosen is None else (place, chosen.price(history.open.item(place)))


def _level(entry: int, move: Decimal, sign: int) -> Level:
    """The trigger lies on the grid, rounded away from the entry."""
    raw = entry * (1 + sign * Fraction(move))
    return Level(ceil(raw) if sign > 0 else floor(raw), sign)


def _looks(start: int, until: int) -> Iterator[tuple[int, int]]:
    """Stretches to look at one after the other, each twice as long as the one before."""
    length = FIRST_LOOK
    while start < until:
        stop = min(until, start + length)
        yield start, stop
        start, length = stop, 2 * length
