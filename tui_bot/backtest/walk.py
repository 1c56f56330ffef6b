"""Fast mode where something bites: turn by turn, with the minimums, the money and what the bot makes of a no.

What the bot does is that of ``engine.bot``: a turn sets a target; an exit that fails is tried again at each
close, an entry never is; what is too small to be sold counts as flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from tui_bot.backtest.booking import start_of
from tui_bot.backtest.history import History
from tui_bot.backtest.ledger import Ledger
from tui_bot.backtest.result import Trades
from tui_bot.backtest.signals import Places, Sides
from tui_bot.backtest.tariff import Tariff
from tui_bot.backtest.terms import Terms
from tui_bot.engine.settings import Flip
from tui_bot.market.order import Side


class Inexpressible(ValueError):
    """Fast mode cannot tell what would have happened; event mode can."""


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """What the walk found."""

    trades: Trades
    blocked: int
    pending: int


def walk(history: History, turns: tuple[Places, Sides], terms: Terms) -> Walked:
    """Follow the turns one after the other.

    Raises:
        Inexpressible: the exchange might have closed a position by force.
    """
    walker = Walker(history, terms)
    places, sides = (column.tolist() for column in turns)
    untils = [*places, len(history)][1:]
    for place, side, until in zip(places, sides, untils, strict=True):
        walker.follow(place, side)
        walker.retry(place + 1, until)
    walker.pass_time(len(history))
    ledger = walker.ledger
    last_close = int(history.close[-1]) if len(history) else 0
    return Walked(ledger.trades(len(history), last_close), walker.blocked, walker.pending)


class Walker:
    """The account and the bot's target between one turn and the next."""

    def __init__(self, history: History, terms: Terms) -> None:
        self.history = history
        self.terms = terms
        self.ledger = Ledger(terms)
        self.target = 0
        self.blocked = 0
        self.pending = 0
        self._lots = terms.lots
        self._passed = 0
        self._value = Fraction(terms.tick) * Fraction(terms.lot)
        self._guard_fee = Fraction(terms.guard_fee)

    # -- what the bot does ---------------------------------------------------------------------------

    def follow(self, place: int, side: int) -> None:
        """The average turned at a close: order the difference to the new target."""
        self.pass_time(place + 1)
        self.target = side if side > 0 or self.terms.can_short else 0
        held, dust = self._side, self._is_dust(place)
        if held == self.target or (dust and not self.target):
            return
        if not held or dust:
            lots = self._lots * (1 if not held else 2)
            if not self._order(place, lots, opens=True):
                self.blocked += 1
        elif self.target and self.terms.flip is Flip.ONE_ORDER:
            if not self._order(place, 2 * self._lots, opens=True):
                self.blocked += 1
        elif not self._order(place, self._lots, opens=False):
            self.blocked += 1
        elif self.target and not self._side:
            self._order(place, self._lots, opens=True)

    def retry(self, start: int, stop: int) -> None:
        """While an exit is owed it is tried at each close that brings no turn."""
        for place in range(start, stop):
            if not self._side or self._side == self.target:
                return
            self.pass_time(place + 1)
            if not self._is_dust(place):
                self._order(place, self._lots, opens=False)

    def pass_time(self, until: int) -> None:
        """Rollovers up to the close before a place, and whether the margin has carried the position."""
        start, self._passed = self._passed, until
        ledger, held = self.ledger, self.ledger.held
        if held is None or not self.terms.leverage or start >= until:
            return
        ledger.roll_over(int(self.history.begin[until - 1]) + self.history.interval)
        closes = self.history.close[max(start, held.first) : until]
        if len(closes) and ledger.is_overdrawn(int(closes.min() if held.side > 0 else closes.max())):
            raise Inexpressible("the exchange might have closed a position by force")

    # -- orders --------------------------------------------------------------------------------------

    def _order(self, place: int, lots: int, *, opens: bool) -> bool:
        """Whether the guards let an order out; the exchange may still refuse it, or it fills."""
        side = Side.BUY if self._wanted > 0 else Side.SELL
        quoted = max(1, int(self.history.close[place]) + side.sign * self.terms.quoted)
        if self._is_too_small(lots, quoted) or (opens and self._lacks(lots, quoted, place)):
            return False
        if place + 1 == len(self.history):
            self._passed = len(self.history)
            self.pending = side.sign
            return True
        ticks = max(1, int(self.history.open[place + 1]) + side.sign * self.terms.against)
        if self._is_refused(side, lots, ticks, place, opens=opens):
            self.blocked += 1
        else:
            now = int(self.history.begin[place]) + self.history.interval
            self.ledger.execute(side, lots, ticks, now, place + 1)
        return True

    @property
    def _side(self) -> int:
        return self.ledger.held.side if self.ledger.held else 0

    @property
    def _wanted(self) -> int:
        """The side of an order towards the target."""
        return self.target - self._side

    def _is_too_small(self, lots: int, ticks: int) -> bool:
        """The guard of the minimums, at the quoted price."""
        terms = self.terms
        return lots * terms.lot < terms.order_minimum or lots * ticks * self._value < terms.cost_minimum

    def _is_dust(self, place: int) -> bool:
        return bool(self._side) and self._is_too_small(self._lots, int(self.history.close[place]))

    def _lacks(self, lots: int, ticks: int, place: int) -> bool:
        """The guard of the funds, at the quoted price; what it sees of the account is as of the close."""
        terms, ledger = self.terms, self.ledger
        cost = lots * ticks * self._value / Fraction(terms.money)
        if not terms.leverage:
            return cost * (1 + self._guard_fee) > ledger.cash
        free = Fraction(ledger.equity(int(self.history.close[place])))
        if ledger.held:
            free -= Fraction(ledger.held.cost, terms.leverage)
        return cost / terms.leverage + cost * self._guard_fee > free

    def _is_refused(self, side: Side, lots: int, ticks: int, place: int, *, opens: bool) -> bool:
        """The exchange's own checks, at the price the order meets."""
        terms, ledger = self.terms, self.ledger
        tariff, held = ledger.tariff(lots), ledger.held
        cost = tariff.cost.take(ticks)
        if cost * terms.money < terms.cost_minimum:
            return True
        if not terms.leverage:
            return side is Side.BUY and cost + tariff.fee.take(cost) > ledger.cash
        opening = lots - held.lots if held and held.side != side.sign else lots
        used = held.cost if held else 0
        margin = ledger.tariff(opening).cost.take(ticks) if opening else 0
        free = ledger.equity(int(self.history.close[place])) * terms.leverage - used
        return opens and opening > 0 and margin > free


def is_unbound(history: History, terms: Terms, trades: Trades) -> bool:
    """Whether for certain nothing bites: no minimum at any price, the money lasts, the margin carries.

    A cheap bound: True is certain, False only says that the walk has to tell.
    """
    if not len(history):
        return True
    lowest = int(min(history.open.min(), history.close.min())) - terms.against
    highest = int(max(history.open.max(), history.close.max())) + terms.against
    cost = Tariff.of(terms).cost
    least, most = cost.take(max(1, lowest)), cost.take(highest) + 1
    smallest = min(least * terms.money, terms.stake * lowest * terms.tick)
    if lowest < 1 or terms.stake < terms.order_minimum or smallest < terms.cost_minimum:
        return False
    nets = np.cumsum(trades.net[: trades.closed])
    poorest = start_of(terms) + min(0, int(nets.min()) if len(nets) else 0)
    if not terms.leverage:
        return poorest >= most * (1 + max(terms.guard_fee, terms.taker_fee)) + 1
    fees = int(trades.fees.max()) if len(trades) else 0
    return poorest - (most - least) - fees >= 4 * most * (1 + terms.guard_fee)
