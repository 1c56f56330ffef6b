"""What REST reads see: the books as they are, or as they were a while ago."""

from __future__ import annotations

import copy
from collections import deque

from tui_bot.paper.exchange import Exchange
from tui_bot.paper.facts import Fact
from tui_bot.paper.ledger import Ledger

LAGGING = frozenset(
    {
        "Balance", "BalanceEx", "TradeBalance", "OpenOrders", "ClosedOrders", "QueryOrders", "TradesHistory",
        "QueryTrades", "OpenPositions", "Ledgers", "QueryLedgers",
    }
)  # fmt: skip


class View:
    """A second set of books that follows the first at a distance."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._lag_ns = 0
        self._ledger: Ledger | None = None
        self._ahead: deque[tuple[int, Fact]] = deque()

    def lag(self, lag_ns: int) -> None:
        """Shows the books of `lag_ns` ago from now on; 0 ends it."""
        self._lag_ns = lag_ns
        if lag_ns <= 0:
            self._ledger = None
            self._ahead.clear()
            if self._watch in self._exchange.watchers:
                self._exchange.watchers.remove(self._watch)
        elif self._ledger is None:
            self._ledger = copy.deepcopy(self._exchange.ledger)
            self._exchange.watchers.append(self._watch)

    def exchange(self, method: str) -> Exchange:
        """The exchange a method is to look at."""
        if self._ledger is None or method not in LAGGING:
            return self._exchange
        until_ns = self._exchange.now_ns - self._lag_ns
        while self._ahead and self._ahead[0][0] <= until_ns:
            self._ledger.apply(self._ahead.popleft()[1])
        seen = copy.copy(self._exchange)
        seen.ledger = self._ledger
        return seen

    def _watch(self, fact: Fact) -> None:
        self._ahead.append((self._exchange.now_ns, fact))
