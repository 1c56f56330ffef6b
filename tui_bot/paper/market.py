"""One market of the box: its source of trades, its tape, its candles, its book and its quote."""

from __future__ import annotations

from collections import deque

from tui_bot.paper.book import Book
from tui_bot.paper.candles import Candles
from tui_bot.paper.instruments import Pair
from tui_bot.paper.tape import Trade, TradeSource

_TAPE_LENGTH = 20_000


class Market:
    """What the public sees of one pair."""

    def __init__(self, pair: Pair, source: TradeSource, book: Book) -> None:
        self.pair = pair
        self.source = source
        self.book = book
        self.candles = Candles()
        self.trades: deque[Trade] = deque(maxlen=_TAPE_LENGTH)

    @property
    def open(self) -> bool:
        """True once there was a trade, so that there is a quote."""
        return bool(self.trades)

    @property
    def last(self) -> Trade:
        """The newest trade. Raises IndexError before the first one."""
        return self.trades[-1]

    def take(self, trade: Trade) -> None:
        """Prints a trade."""
        self.candles.take(trade)
        self.trades.append(trade)
