"""A market that shows what it is told and nothing else: quotes and candles come from outside.

Kraken's rows are shown as they came. Time alone moves no price and closes no candle, and while nobody
tells a quote the market is not open.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from tui_bot.paper.book import Book
from tui_bot.paper.candles import CLOSED_ROWS, Candle, Candles
from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.listing import Listing
from tui_bot.paper.market import Market
from tui_bot.paper.push import Push, Quote
from tui_bot.paper.tape import Trade

#: Seconds without a quote after which nobody knows the price. Its source is asked every two seconds.
SILENT_SECONDS = 6


class NoTrades:
    """The tape of a source that tells quotes and candles, but no trades."""

    def __init__(self, start_ns: int) -> None:
        self.start_ns = start_ns

    def until(self, _ns: int) -> list[Trade]:
        """None: the box prints no trade that it did not see."""
        return []

    def finished(self, _ns: int) -> bool:
        """Never."""
        return False


class PushedCandles(Candles):
    """Rows of one `interval` in minutes as they came; longer ones are made of them where they are whole."""

    def __init__(self, interval: int) -> None:
        super().__init__()
        self.interval = interval
        self._over: dict[int, Candle] = {}
        self._runs: dict[int, Candle] = {}

    @property
    def known(self) -> bool:
        """True once there is a candle."""
        return bool(self._over)

    def close(self, candle: Candle) -> None:
        """A candle is over; one with the same begin is a correction."""
        in_order = not self._over or candle.minute > next(reversed(self._over))
        self._over[candle.minute] = candle
        if not in_order:
            self._over = dict(sorted(self._over.items()))
        while len(self._over) > CLOSED_ROWS:
            del self._over[next(iter(self._over))]
        self._runs = {begin: row for begin, row in self._runs.items() if begin > candle.minute}

    def run(self, candle: Candle) -> None:
        """A candle that is not over moved. It shows once the one before it is said to be over."""
        self._runs[candle.minute] = candle

    def roll(self, minute: int) -> None:
        """Time closes nothing here."""

    def rows(self, interval: int) -> list[Candle]:
        """Up to 720 closed candles and the running one last; none of intervals that it cannot know."""
        if not self._over or interval % self.interval:
            return []
        shown = [*self._over.values(), self._newest()]
        return shown if interval == self.interval else _merged(shown, interval)

    def running(self, interval: int) -> Candle:
        """The candle that is not over. Raises LookupError when there is none."""
        rows = self.rows(interval)
        if not rows:
            raise LookupError("no candle yet")
        return rows[-1]

    def since(self, interval: int, minute: int) -> list[Candle]:
        """Candles that begin at `minute` or later, oldest first, the running one last."""
        return [candle for candle in self.rows(interval) if candle.minute >= minute]

    def day(self, since_minute: int) -> Candle:
        """One candle over what is known from `since_minute` on. Raises LookupError when nothing is."""
        newest = self.running(self.interval)
        picked = [row for row in self._over.values() if row.minute >= since_minute]
        total = picked[0] if picked else newest
        for candle in (*picked[1:], newest) if picked else ():
            total = total.then(candle)
        return total

    def _newest(self) -> Candle:
        """The running candle; without a word of it the flat row that an exchange shows."""
        last = next(reversed(self._over.values()))
        begin, close = last.minute + self.interval, last.close
        return self._runs.get(begin) or Candle(begin, close, close, close, close, 0, 0, 0)


class PushedMarket(Market):
    """One market at the prices it is told. `now_ns` gives exchange time, whether or not anybody tells."""

    def __init__(self, listing: Listing, seed: int, now_ns: Callable[[], int]) -> None:
        super().__init__(listing.pair, NoTrades(listing.now_ns), Book(seed, listing.level_lots))
        self.candles: PushedCandles = PushedCandles(listing.interval)
        self._now_ns = now_ns
        self._patience_ns = int(listing.speed * SILENT_SECONDS * NS_PER_SECOND)
        self._quote: Quote | None = None
        self._heard_ns = 0
        self._system = "online"

    def hear(self, push: Push) -> None:
        """Takes in what the source showed."""
        for candle in push.closed:
            self.candles.close(candle)
        if push.running is not None:
            self.candles.run(push.running)
        if push.quote is not None:
            self._quote, self._heard_ns = push.quote, self._now_ns()
        self._system = push.system or self._system

    @property
    def system(self) -> str:
        """The state of the exchange: the source's, and maintenance while nobody tells the price."""
        return self._system if self.open else "maintenance"

    @property
    def open(self) -> bool:
        """True while the price is known."""
        return self._now_ns() - self._heard_ns <= self._patience_ns and self.candles.known

    @property
    def last(self) -> Trade:
        """The newest quote as an empty trade at the last price. Raises IndexError before the first one."""
        if self._quote is None:
            raise IndexError("no quote yet")
        quote = self._quote
        return Trade(0, self._heard_ns, quote.last, 0, "b", "m", quote.bid, quote.ask)


def _merged(rows: list[Candle], interval: int) -> list[Candle]:
    """Candles of a longer interval, without a first one whose beginning is not known."""
    merged: list[Candle] = []
    for begin, group in groupby(rows, key=lambda row: row.minute - row.minute % interval):
        first, *others = group
        if not merged and first.minute != begin:
            continue
        total = first._replace(minute=begin)
        for other in others:
            total = total.then(other)
        merged.append(total)
    return merged
