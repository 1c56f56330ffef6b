"""Fast mode where something bites: turn by turn, with the minimums, the money and what the bot makes of a no.

What the bot does is that of ``engine.bot``: a turn sets a target; an exit that fails is tried again at each
close, an entry never is; what is too small to be sold counts as flat.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from tui_bot.backtest.booking import Sums, start_of
from tui_bot.backtest.day_loss import DayLoss
from tui_bot.backtest.extent import extent
from tui_bot.backtest.history import History
from tui_bot.backtest.inexpressible import Inexpressible as Inexpressible
from tui_bot.backtest.ledger import Execution, Ledger
from tui_bot.backtest.limits import LimitGuards, Wish
from tui_bot.backtest.progress import Progress
from tui_bot.backtest.result import Trades
from tui_bot.backtest.signals import Places, Sides
from tui_bot.backtest.stops import Level, Stops, reached
from tui_bot.backtest.tariff import Tariff
from tui_bot.backtest.terms import Terms
from tui_bot.engine.settings import Flip, Limits
from tui_bot.market.order import Side

#: So many turns lie between two words on the progress.
STEP = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """What the walk found; ``reasons`` counts by name the guards that held orders back."""

    trades: Trades
    blocked: int
    pending: int
    reasons: Counter[str]


def walk(
    history: History,
    turns: tuple[Places, Sides],
    terms: Terms,
    limits: Limits | None = None,
    progress: Progress | None = None,
    stops: Stops | None = None,
) -> Walked:
    """Follow the turns one after the other, held to a bot's limits and stops if they are given.

    ``progress`` is told now and then how many turns are done, and of how many.

    Raises:
        Inexpressible: the exchange might have closed a position by force; a loss came too near to a limit; a
            stop could not rest.
    """
    walker = Walker(history, terms, limits, stops or Stops())
    places, sides = (column.tolist() for column in turns)
    untils = [*places, len(history)][1:]
    for number, (place, side, until) in enumerate(zip(places, sides, untils, strict=True)):
        if progress is not None and number % STEP == 0:
            progress(number, len(places))
        walker.follow(place, side)
        walker.retry(place + 1, until)
    walker.pass_time(len(history))
    last_close = int(history.close[-1]) if len(history) else 0
    trades = walker.ledger.trades(len(history), last_close)
    return Walked(trades, walker.blocked, walker.pending, walker.reasons)


class Walker:
    """The account and the bot's target between one turn and the next."""

    def __init__(self, history: History, terms: Terms, limits: Limits | None, stops: Stops) -> None:
        self.history = history
        self.terms = terms
        self.stops = stops
        self.ledger = Ledger(terms)
        self.guards = LimitGuards(limits, terms) if limits else None
        self.target = 0
        self.blocked = 0
        self.pending = 0
        self.reasons: Counter[str] = Counter()
        self._lots = terms.lots
        self._passed = 0
        self._levels: tuple[Level, ...] = ()
        value = Fraction(terms.tick) * Fraction(terms.lot)
        self._least_lots = ceil(Fraction(terms.order_minimum) / Fraction(terms.lot))
        self._least_worth = ceil(Fraction(terms.cost_minimum) / value)
        self._least_price = -(-self._least_worth // self._lots) if self._lots else 1
        share = Fraction(1, terms.leverage or 1) + Fraction(terms.guard_fee)
        self._need = value / Fraction(terms.money) * share * (terms.leverage or 1)

    # -- what the bot does ---------------------------------------------------------------------------

    def follow(self, place: int, side: int) -> None:
        """The average turned at a close: order the difference to the new target."""
        self.pass_time(place + 1)
        self.target = side if side > 0 or self.terms.can_short else 0
        held, dust = self._side, self._is_dust(place)
        if held == self.target or (dust and not self.target):
            return
        opens = not held or dust or bool(self.target and self.terms.flip is Flip.ONE_ORDER)
        lots = self._lots * (2 if held and opens else 1)
        refusals = self._order(place, lots, opens=opens)
        if not refusals and not opens and self.target and not self._side:
            refusals = self._order(place, self._lots, opens=True)
        if refusals:
            self.blocked += 1
            self.reasons.update(refusals)

    def retry(self, start: int, stop: int) -> None:
        """While an exit is owed it is tried at each close that brings no turn."""
        for place in range(start, stop):
            if not self._side or self._side == self.target:
                return
            self.pass_time(place + 1)
            if self._side and not self._is_dust(place):
                self._order(place, self._lots, opens=False)

    def pass_time(self, until: int) -> None:
        """What the candles before a place bring by themselves: rollovers, and the stop that one reaches."""
        if self._levels and self._passed < until:
            hit = reached(self.history, self._levels, self._passed, until)
            if hit is not None:
                self._stop_out(*hit)
        self._hold(until)

    def _stop_out(self, place: int, ticks: int) -> None:
        """A candle has closed the position; the bot waits for the next turn."""
        self._hold(place)
        ledger, held, now = self.ledger, self.ledger.held, self._end_of(place)
        if held is None:
            return
        if self.terms.leverage:
            ledger.roll_over(now)
        side = Side.SELL if held.side > 0 else Side.BUY
        parts = ledger.execute(side, held.lots, max(1, ticks + side.sign * self.terms.against), now, place)
        self._book(parts, side, now, self.history.close.item(place))
        self.target, self._levels = 0, ()

    def _hold(self, until: int) -> None:
        """Hold what there is up to the close before a place: what that costs, and whether the margin carries
        it."""
        start, self._passed = self._passed, until
        if start >= until:
            return
        if self._levels:
            self._must_not_be_dust(int(self.history.close[start:until].min()))
        if self.guards and self.guards.loss:
            self._watch(self.guards.loss, start, until)
        ledger, held = self.ledger, self.ledger.held
        if held is None or not self.terms.leverage:
            return
        ledger.roll_over(self._end_of(until - 1))
        closes = self.history.close[max(start, held.first) : until]
        if len(closes) and ledger.is_overdrawn(int(closes.min() if held.side > 0 else closes.max())):
            raise Inexpressible("the exchange might have closed a position by force")

    # -- orders --------------------------------------------------------------------------------------

    def _order(self, place: int, lots: int, *, opens: bool) -> list[str]:
        """The guards that say no; without any the order leaves, and fills if the exchange takes it."""
        side = Side.BUY if self._wanted > 0 else Side.SELL
        wish = self._wish(place, side, lots, opens=opens)
        if refusals := self._refusals(wish, place):
            return refusals
        if opens and self.guards:
            self.guards.placed(wish.now)
        if place + 1 == len(self.history):
            self.pending = side.sign
            return []
        ticks = max(1, self.history.open.item(place + 1) + side.sign * self.terms.against)
        if self._is_refused(side, lots, ticks, place, opens=opens):
            self.blocked += 1
        else:
            parts = self.ledger.execute(side, lots, ticks, wish.now, place + 1)
            self._book(parts, side, wish.now, wish.close)
            held = self.ledger.held
            self._levels = self.stops.levels(held, self._least_price) if held and self.stops else ()
            if self._levels:
                self._must_not_be_dust(wish.close)
        return []

    def _must_not_be_dust(self, close: int) -> None:
        """For what is too small to be sold the bot keeps no stop."""
        if close < self._least_price:
            raise Inexpressible("a stop of what has become too small to be sold")

    def _book(self, parts: tuple[Execution, ...], side: Side, now: int, close: int) -> None:
        """Tell the guard of the day's loss what was executed at the second of a close."""
        if self.guards and self.guards.loss:
            for part in parts:
                self.guards.loss.book(part, side.sign, now)
            self.guards.loss.see(now, close)

    def _wish(self, place: int, side: Side, lots: int, *, opens: bool) -> Wish:
        close, held = self.history.close.item(place), self.ledger.signed_lots
        quoted = max(1, close + side.sign * self.terms.quoted)
        return Wish(self._end_of(place), side, lots, opens, quoted, close, held)

    def _refusals(self, wish: Wish, place: int) -> list[str]:
        """The names of the guards that say no."""
        names = ["minimums"] if self._is_too_small(wish.lots, wish.quoted) else []
        if wish.opens and self._lacks(wish.lots, wish.quoted, place):
            names.append("funds")
        return names + (self.guards.refusals(wish) if self.guards else [])

    def _watch(self, loss: DayLoss, start: int, until: int) -> None:
        """Show the loss guard the closes in between; while flat nothing changes but the day."""
        if loss.is_flat:
            start = until - 1
        times = self.history.begin[start:until] + self.history.interval
        loss.watch(times.tolist(), self.history.close[start:until].tolist())

    def _end_of(self, place: int) -> int:
        return self.history.begin.item(place) + self.history.interval

    @property
    def _side(self) -> int:
        return self.ledger.held.side if self.ledger.held else 0

    @property
    def _wanted(self) -> int:
        """The side of an order towards the target."""
        return self.target - self._side

    def _is_too_small(self, lots: int, ticks: int) -> bool:
        """The guard of the minimums, at the quoted price."""
        return lots < self._least_lots or lots * ticks < self._least_worth

    def _is_dust(self, place: int) -> bool:
        return bool(self._side) and self._is_too_small(self._lots, self.history.close.item(place))

    def _lacks(self, lots: int, ticks: int, place: int) -> bool:
        """The guard of the funds, at the quoted price; what it sees of the account is as of the close."""
        ledger, leverage = self.ledger, self.terms.leverage
        free = ledger.cash
        if leverage:
            used = ledger.held.cost if ledger.held else 0
            free = ledger.equity(self.history.close.item(place)) * leverage - used
        return lots * ticks * self._need.numerator > free * self._need.denominator

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
        free = ledger.equity(self.history.close.item(place)) * terms.leverage - used
        return opens and opening > 0 and margin > free


def is_unbound(history: History, terms: Terms, tariff: Tariff, sums: Sums) -> bool:
    """Whether for certain nothing bites: no minimum at any price, the money lasts, the margin carries.

    A cheap bound: True is certain, False only says that the walk has to tell.
    """
    if not len(history):
        return True
    lowest, highest = extent(history).lowest - terms.against, extent(history).highest + terms.against
    least, most = tariff.cost.take(max(1, lowest)), tariff.cost.take(highest) + 1
    smallest = min(least * terms.money, terms.stake * lowest * terms.tick)
    if lowest < 1 or terms.stake < terms.order_minimum or smallest < terms.cost_minimum:
        return False
    poorest = start_of(terms) + sums.poorest
    if not terms.leverage:
        return poorest >= most * (1 + max(terms.guard_fee, terms.taker_fee)) + 1
    return poorest - (most - least) - sums.dearest >= 4 * most * (1 + terms.guard_fee)
