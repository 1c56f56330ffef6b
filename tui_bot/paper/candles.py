"""Candles as exact aggregates of public trades.

Source of the rules: recorded OHLC against recorded Trades. Open is the first trade's price, vwap is
truncated to the pair's decimals, an interval without trades is a flat row at the previous close with count
0.
"""

from __future__ import annotations

from collections import deque
from functools import reduce
from itertools import islice, takewhile
from typing import Any, NamedTuple

from tui_bot.paper.clock import NS_PER_MINUTE
from tui_bot.paper.tape import Trade

INTERVALS = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)
CLOSED_ROWS = 720
_MINUTES_KEPT = 1500  # a day and some, for the 24 hour figures of the ticker


class Candle(NamedTuple):
    """Begin in minutes since 1970, prices in ticks, `value` in ticks times lots."""

    minute: int
    open: int
    high: int
    low: int
    close: int
    value: int
    lots: int
    trades: int

    def then(self, later: Candle) -> Candle:
        """This candle with a later one of the same interval merged in."""
        if later.trades == 0:
            return self
        if self.trades == 0:
            return later._replace(minute=self.minute)
        return Candle(
            self.minute,
            self.open,
            max(self.high, later.high),
            min(self.low, later.low),
            later.close,
            self.value + later.value,
            self.lots + later.lots,
            self.trades + later.trades,
        )


class Candles:
    """All intervals of one market. Closed rows are kept as far back as Kraken serves them."""

    def __init__(self) -> None:
        self._closed: dict[int, deque[Candle]] = {
            interval: deque(maxlen=_MINUTES_KEPT if interval == 1 else CLOSED_ROWS) for interval in INTERVALS
        }
        self._partial: dict[int, Candle] = {}
        self._running: Candle | None = None
        self._day: tuple[tuple[int, Candle | None], Candle | None] = ((0, None), None)

    def take(self, trade: Trade) -> None:
        """Adds a trade; trades come in order of time."""
        minute = trade.ns // NS_PER_MINUTE
        if self._running is None or self._running.minute != minute:
            self.roll(minute)
        price, lots, running = trade.ticks, trade.lots, self._running
        if running is None or running.trades == 0:
            self._running = Candle(minute, price, price, price, price, price * lots, lots, 1)
            return
        _, first, high, low, _, value, volume, count = running
        high, low = max(price, high), min(price, low)
        self._running = Candle(
            minute, first, high, low, price, value + price * lots, volume + lots, count + 1
        )

    def roll(self, minute: int) -> None:
        """Closes every minute before `minute`, flat ones included."""
        running = self._running
        while running is not None and running.minute < minute:
            self._close(running)
            close = running.close
            running = Candle(running.minute + 1, close, close, close, close, 0, 0, 0)
        self._running = running

    def rows(self, interval: int) -> list[Candle]:
        """Up to 720 closed candles, oldest first, and the running one last; empty before the first trade."""
        if self._running is None:
            return []
        closed = self._closed[interval]
        rows = list(islice(closed, max(0, len(closed) - CLOSED_ROWS), None))
        return [*rows, self.running(interval)]

    def running(self, interval: int) -> Candle:
        """The candle that is not closed yet. Raises LookupError before the first trade."""
        if self._running is None:
            raise LookupError("no trade yet")
        begin = self._running.minute - self._running.minute % interval
        partial = self._partial.get(interval)
        if partial is not None and partial.minute == begin:
            return partial.then(self._running)
        return self._running._replace(minute=begin)

    def since(self, interval: int, minute: int) -> list[Candle]:
        """Candles that begin at `minute` or later, oldest first, the running one last."""
        if self._running is None:
            return []
        later = list(takewhile(lambda candle: candle.minute >= minute, reversed(self._closed[interval])))
        return [*reversed(later), self.running(interval)]

    def day(self, since_minute: int) -> Candle:
        """One candle over every minute from `since_minute` on. Raises LookupError before the first trade."""
        if self._running is None:
            raise LookupError("no trade yet")
        closed = self._merged(since_minute)
        return self._running if closed is None else closed.then(self._running)

    def _merged(self, since_minute: int) -> Candle | None:
        """The closed minutes of `day`, merged once a minute; None when there is none."""
        closed = self._closed[1]
        known = since_minute, closed[-1] if closed else None
        if known != self._day[0]:
            picked = [candle for candle in closed if candle.minute >= since_minute]
            self._day = known, reduce(Candle.then, picked) if picked else None
        return self._day[1]

    def snapshot(self) -> list[Any]:
        """All rows, as plain data for `resume`."""
        closed = [(interval, list(rows)) for interval, rows in self._closed.items()]
        return [closed, list(self._partial.items()), self._running]

    def resume(self, snapshot: list[Any]) -> None:
        """Takes up the rows of a snapshot."""
        closed, partial, running = snapshot
        for interval, rows in closed:
            self._closed[interval].clear()
            self._closed[interval].extend(Candle(*row) for row in rows)
        self._partial = {interval: Candle(*row) for interval, row in partial}
        self._running = Candle(*running) if running else None

    def _close(self, candle: Candle) -> None:
        self._closed[1].append(candle)
        for interval in INTERVALS[1:]:
            begin = candle.minute - candle.minute % interval
            partial = self._partial.get(interval)
            if partial is None or partial.minute != begin:
                partial = candle._replace(minute=begin)
            else:
                partial = partial.then(candle)
            self._partial[interval] = partial
            if candle.minute + 1 == begin + interval:
                self._closed[interval].append(partial)
