"""A market that follows a script: one close a minute, with a few trades on the way to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random

from tui_bot.paper.clock import NS_PER_MINUTE, NS_PER_SECOND
from tui_bot.paper.tape import Trade

#: Seconds of a minute at which trades are printed.
BEATS = (1, 15, 30, 45, 58)
MIDDLE = 30
SPREAD_TICKS = 1


class Tape:
    """A ``TradeSource``: ``closes`` in ticks, the first for the minute of ``start_ns``; flat after the last.

    ``quiet`` are minutes (counted from the start) in which nothing is traded; ``spikes`` how many ticks the
    price is away for a trade in the middle of a minute.
    """

    def __init__(
        self,
        start_ns: int,
        closes: Sequence[int],
        quiet: frozenset[int] = frozenset(),
        spikes: Mapping[int, int] | None = None,
    ) -> None:
        self.start_ns = start_ns - start_ns % NS_PER_MINUTE
        self._closes = list(closes)
        self._quiet = quiet
        self._spikes = spikes or {}
        self._minute = 0
        self._number = 1
        self._waiting: list[Trade] = []

    def until(self, ns: int) -> list[Trade]:
        """Trades not handed out before with a time not after ``ns``, oldest first."""
        while self._begin(self._minute) <= ns:
            self._waiting += self._minute_trades(self._minute)
            self._minute += 1
        due = [trade for trade in self._waiting if trade.ns <= ns]
        self._waiting = self._waiting[len(due) :]
        return due

    def finished(self, _ns: int) -> bool:
        """Never: it stays at its last price."""
        return False

    def extend(self, closes: Sequence[int]) -> None:
        """More script; it counts from the first minute that has not begun."""
        ended = self._closes[-1:] * max(0, self._minute - len(self._closes))
        self._closes += [*ended, *closes]

    def _begin(self, minute: int) -> int:
        return self.start_ns + minute * NS_PER_MINUTE

    def _close(self, minute: int) -> int:
        return self._closes[min(max(minute, 0), len(self._closes) - 1)]

    def _minute_trades(self, minute: int) -> list[Trade]:
        if minute in self._quiet:
            return []
        before, close = self._close(minute - 1), self._close(minute)
        trades = []
        for place, second in enumerate(BEATS, 1):
            ticks = before + (close - before) * place // len(BEATS)
            ticks += self._spikes.get(minute, 0) if second == MIDDLE else 0
            at_ns = self._begin(minute) + second * NS_PER_SECOND
            side = "b" if close >= before else "s"
            bid = ticks if side == "s" else ticks - SPREAD_TICKS
            trades.append(Trade(self._number, at_ns, ticks, 5_000_000, side, "m", bid, bid + SPREAD_TICKS))
            self._number += 1
        return trades


def wandering(seed: int, count: int, start: int = 600_000, swing: int = 400) -> list[int]:
    """Closes in ticks of a market that turns often; some minutes do not move."""
    chance = Random(f"{seed}:tape")
    closes, price, drift = [], start, 0
    for _ in range(count):
        if chance.random() < 0.5:
            drift = chance.randint(-swing, swing)
        if chance.random() > 0.1:
            price += drift + chance.randint(-swing // 2, swing // 2)
        closes.append(max(price, 1_000))
    return closes


def turns(*legs: int, start: int = 600_000, step: int = 200) -> list[int]:
    """Closes that go down and up in turn, so many minutes each; the first leg goes down."""
    closes, price, direction = [], start, -1
    for length in legs:
        for _ in range(length):
            price += direction * step
            closes.append(price)
        direction = -direction
    return closes


def moves(closes: Sequence[int]) -> list[int]:
    """The steps between closes."""
    return [after - before for before, after in pairwise(closes)]
