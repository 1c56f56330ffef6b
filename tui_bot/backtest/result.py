"""What a backtest found: trades and equity as columns of exact integers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.falls import Falls
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.terms import Terms
from tui_bot.market.order import Side

Column = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Trade:
    """One position from its opening to its end; prices and amounts in quote units, times in Unix seconds.

    ``left`` and ``exit`` are None while it is open. ``fees`` are all that were paid on it, ``net`` is what it
    brought after them; of an open one, at the last close and before the fee of an exit. ``bars`` is how many
    closes it was held over.
    """

    entered: int
    left: int | None
    side: Side
    volume: Decimal
    entry: Decimal
    exit: Decimal | None
    fees: Decimal
    net: Decimal
    bars: int


@dataclass(frozen=True, slots=True, eq=False)
class Trades:
    """Trades as columns, oldest first. At most the last is open: ``left`` and ``exit`` are then 0.

    ``first`` and ``last`` are the places of the candles at whose open a trade was entered and left (``last``
    of an open one is the number of candles). ``side`` is 1 for a long, -1 for a short. ``lots``, and
    ``entry`` and ``exit`` in ticks, ``fees`` and ``net`` in units of ``Terms.money``; int64, or Python's own
    integers where those would overflow.
    """

    first: Column
    last: Column
    entered: Column
    left: Column
    side: Column
    lots: Column
    entry: Column
    exit: Column
    fees: Column
    net: Column

    def __len__(self) -> int:
        return len(self.first)

    @property
    def closed(self) -> int:
        """How many have come to their end: the first so many."""
        return len(self) - int(len(self) > 0 and self.left[-1] == 0)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One run of a rule over a history.

    ``begin`` is the first second of the first candle, ``end`` the one after the last candle, ``candles`` how
    many. ``mode`` is ``fast`` or ``event``, ``engine`` what computed it. Amounts are whole units of
    ``Terms.money``, see ``money``. ``equity`` has one mark at the close of each candle, before the order that
    follows it; None where it was not asked for. ``falls`` are those of the marks where they were measured and
    not kept. ``start`` is the cash at the beginning, ``worth`` the last
    equity, ``turnover`` the cost of all executions, ``fees`` all fees. ``signals`` counts the turns of the
    average, ``blocked`` the orders that guards or exchange refused. ``pending`` is the side (1, -1) of an
    order that follows the last close and finds no price any more, 0 if none does. ``notes`` say in words what
    a person should know of how it was computed.
    """

    pair: str
    interval: int
    begin: int
    end: int
    candles: int
    rule: Rule
    terms: Terms
    mode: str
    engine: str
    trades: Trades
    equity: Column | None
    start: int
    worth: int
    turnover: int
    fees: int
    signals: int
    blocked: int
    pending: int = 0
    falls: Falls | None = None
    notes: tuple[str, ...] = ()

    def money(self, amount: int | np.integer) -> Decimal:
        """An amount in quote units, exact."""
        return int(amount) * self.terms.money

    def price(self, ticks: int | np.integer) -> Decimal:
        """A price in quote units, exact."""
        return int(ticks) * self.terms.tick

    def each(self) -> Iterator[Trade]:
        """The trades one by one, oldest first."""
        for place in range(len(self.trades)):
            yield self.trade(place)

    def trade(self, place: int) -> Trade:
        """One trade; a negative place counts from the newest."""
        rows = self.trades
        left = int(rows.left[place])
        return Trade(
            entered=int(rows.entered[place]),
            left=left or None,
            side=Side.BUY if rows.side[place] > 0 else Side.SELL,
            volume=int(rows.lots[place]) * self.terms.lot,
            entry=self.price(rows.entry[place]),
            exit=self.price(rows.exit[place]) if left else None,
            fees=self.money(rows.fees[place]),
            net=self.money(rows.net[place]),
            bars=int(rows.last[place]) - int(rows.first[place]),
        )

    def difference(self, other: Result) -> str:
        """The first thing in which two runs differ, in words; empty when they agree to the last digit."""
        for name in (
            "begin",
            "end",
            "candles",
            "start",
            "worth",
            "turnover",
            "fees",
            "signals",
            "blocked",
            "pending",
        ):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                return f"{name}: {mine} against {theirs}"
        if len(self.trades) != len(other.trades):
            return f"{len(self.trades)} trades against {len(other.trades)}"
        for column in fields(Trades):
            pair = getattr(self.trades, column.name), getattr(other.trades, column.name)
            if found := _first_difference(f"{column.name} of trade", *pair):
                return found
        if self.equity is None or other.equity is None:
            return ""
        return _first_difference("equity at candle", self.equity, other.equity)

    def same_as(self, other: Result) -> bool:
        """Whether another run found the same trades and the same equity, to the last digit."""
        return not self.difference(other)


#: What two runs are compared by before their columns.
_NUMBERS = ("begin", "end", "candles", "start", "worth", "turnover", "fees", "signals", "blocked", "pending")


def _first_difference(what: str, mine: Column, theirs: Column) -> str:
    places = np.flatnonzero(mine != theirs)
    if not len(places):
        return ""
    place = int(places[0])
    return f"{what} {place}: {mine[place]} against {theirs[place]}"
