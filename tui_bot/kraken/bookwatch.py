"""The pair's order book from the book channel: verified with every message, told now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui_bot.engine.events import (
    Remarked,
)
from tui_bot.engine.news import (
    BookMoved,
)
from tui_bot.engine.ports import Clock
from tui_bot.kraken.frames import PushedBook
from tui_bot.kraken.orderbook import OrderBook, OutOfStep
from tui_bot.kraken.polling import Emit
from tui_bot.market.book import Book
from tui_bot.market.pair import PairRules

#: A book that moves all the time is told at most so often, in real seconds.
TOLD_EVERY_S = 0.5


class BookWatch:
    """Keeps one book. ``doubt`` is called to have it subscribed to again when it is out of step."""

    def __init__(
        self, rules: PairRules, depth: int, clock: Clock, emit: Emit, doubt: Callable[[], None]
    ) -> None:
        self._book = OrderBook(depth, rules.price_decimals, rules.lot_decimals)
        self._clock = clock
        self._emit = emit
        self._doubt = doubt
        self._next_s = 0.0
        self._due: asyncio.TimerHandle | None = None
        self.mismatches = 0

    def take(self, told: PushedBook, *, snapshot: bool) -> None:
        """Take in one message. Between a mismatch and the next snapshot nothing is believed."""
        if not (snapshot or self._book.is_known):
            return
        try:
            self._book.take(told, snapshot=snapshot)
        except OutOfStep as fault:
            self._doubt()
            self.forget()
            self.mismatches += 1
            if self.mismatches & (self.mismatches - 1) == 0:  # told ever more rarely
                text = f"the order book is out of step ({fault}); asked for anew, {self.mismatches} so far"
                self._emit(Remarked(self._clock.now_ms(), "warning", text))
            return
        self._tell_soon()

    def forget(self) -> None:
        """There is no book until the next snapshot."""
        self._book.forget()
        if self._due is not None:
            self._due.cancel()
            self._due = None
        self._emit(BookMoved(self._clock.now_ms(), None))

    def _tell_soon(self) -> None:
        loop = asyncio.get_running_loop()
        if self._due is None:
            self._due = loop.call_at(max(self._next_s, loop.time()), self._tell)

    def _tell(self) -> None:
        self._due = None
        self._next_s = asyncio.get_running_loop().time() + TOLD_EVERY_S
        now_ms = self._clock.now_ms()
        self._emit(BookMoved(now_ms, Book(tuple(self._book.bids), tuple(self._book.asks), now_ms)))
