"""The end of the candle series as the feed has told it, and what an answer adds to it."""

from __future__ import annotations

from collections.abc import Iterable

from tui_bot.engine.events import CandleClosed, CandleForming, CandleRefused, CandlesLost, Event
from tui_bot.kraken.prices import Recent
from tui_bot.market.candle import Candle, candle_fault

#: How many closed candles are read again each time, because a fresh one may still be corrected.
REREAD = 2
#: So many closed candles Kraken keeps.
MOST_ROWS = 720
#: How far back the first look goes at least, in candles, when nothing is known.
FIRST_LOOK = 10


class CandleTail:
    """Turns OHLC answers into events: each closed candle once, in order, and again when corrected.

    ``known`` is the begin of the newest closed candle that the engine has already; without it the
    first look goes ``first_look`` candles back.
    """

    def __init__(self, interval: int, known: int | None = None, first_look: int = FIRST_LOOK) -> None:
        self._interval = interval
        self._newest = known
        self._first_look = first_look
        self._told: dict[int, Candle] = {}
        self._refused: dict[int, str] = {}
        self._forming: Candle | None = None
        self._missing: int | None = None
        self._traded: set[int] = set()

    def expected(self, now_ms: int) -> int:
        """The begin of the newest candle that is over at ``now_ms``."""
        return (now_ms // 1000 // self._interval - 1) * self._interval

    def is_behind(self, now_ms: int) -> bool:
        """Whether the newest candle that is over has not come yet."""
        return self._newest is None or self._newest < self.expected(now_ms)

    def since(self, now_ms: int) -> int:
        """What to ask OHLC with: rows after this second (Kraken's ``since`` leaves it out itself)."""
        expected = self.expected(now_ms)
        first = expected - self._first_look * self._interval if self._newest is None else self._newest
        return min(first, expected) - (REREAD - 1) * self._interval - 1

    def take(self, recent: Recent, now_ms: int, leeway_ms: int) -> list[Event]:
        """The events that follow from an answer read at ``now_ms``.

        A row that says it is closed more than ``leeway_ms`` before its time is not believed. An answer goes
        back to the newest candle known, unless it is cut short by the number of rows that Kraken keeps: then
        what is missing is lost, and not an interval without trades.
        """
        over_by_s = (now_ms + leeway_ms) // 1000
        closed = [candle for candle in recent.closed if candle.begin + self._interval <= over_by_s]
        events: list[Event] = []
        if len(closed) >= MOST_ROWS and self._newest is not None:
            first = self._newest + self._interval
            if closed[0].begin > first:
                events.append(CandlesLost(now_ms, first, closed[0].begin))
        for candle in self._with_holes(closed, recent, now_ms):
            events += self._close(candle, now_ms)
        if recent.forming is not None:
            events += self.form(recent.forming, now_ms, leeway_ms)
        return events

    def form(self, candle: Candle, now_ms: int, leeway_ms: int) -> Iterable[Event]:
        """The event of a running candle, wherever it came from; one that tells nothing newer has none."""
        fault = candle_fault(candle, self._interval)
        if candle.begin * 1000 > now_ms + leeway_ms:
            fault = "it begins in the future"
        if fault is not None:
            return self._refuse(candle, fault, now_ms)
        if candle.trades:
            self._traded.add(candle.begin)
        if not self._is_news(candle):
            return ()
        self._forming = candle
        return (CandleForming(now_ms, candle),)

    def _is_news(self, candle: Candle) -> bool:
        """Trades are only ever added: of two rows of one interval that with more of them is the newer."""
        if self._newest is not None and candle.begin <= self._newest:
            return False
        told = self._forming
        return told is None or (candle.begin, candle.trades) > (told.begin, told.trades)

    def _close(self, candle: Candle, now_ms: int) -> Iterable[Event]:
        fault = candle_fault(candle, self._interval)
        if fault is not None:
            return self._refuse(candle, fault, now_ms)
        if self._told.get(candle.begin) == candle:
            return ()
        self._refused.pop(candle.begin, None)
        self._told[candle.begin] = candle
        self._advance(candle.begin)
        return (CandleClosed(now_ms, candle),)

    def _refuse(self, candle: Candle, fault: str, now_ms: int) -> Iterable[Event]:
        if candle.begin % self._interval == 0 and candle.begin <= self.expected(now_ms):
            self._advance(candle.begin)  # it came; a corrected one is still taken when it follows
        if self._refused.get(candle.begin) == fault:
            return ()
        self._refused[candle.begin] = fault
        return (CandleRefused(now_ms, candle.begin, fault),)

    def _advance(self, begin: int) -> None:
        self._newest = begin if self._newest is None else max(self._newest, begin)
        oldest = self._newest - REREAD * self._interval
        for told in (self._told, self._refused):
            for old in [held for held in told if held < oldest]:
                del told[old]
        self._traded = {begin for begin in self._traded if begin >= oldest}

    def _with_holes(self, closed: list[Candle], recent: Recent, now_ms: int) -> list[Candle]:
        """The closed candles, and the expected one made flat if Kraken plainly leaves it out.

        An interval without trades has a row of its own today, but had none in older days. A row of a
        later interval shows that the expected one is left out; two answers in a row must agree. Where it
        was heard that something was traded, the row is missing (F48): it is waited for.
        """
        expected = self.expected(now_ms)
        begins = {candle.begin for candle in closed}
        later = recent.forming is not None and recent.forming.begin > expected
        known = expected in begins or expected in self._traded
        if not closed or known or not later or closed[-1].begin > expected:
            self._missing = None
            return closed
        if self._missing != expected:
            self._missing = expected
            return closed
        return [*closed, Candle.flat(expected, closed[-1].close)]
