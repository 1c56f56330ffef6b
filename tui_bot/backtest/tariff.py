"""Amounts in whole units of money, rounded half up as the exchange does: costs, fees, marks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from numpy.typing import NDArray

from tui_bot.backtest.terms import Terms
from tui_bot.market.order import Side

#: An integer, or a column of them: int64, or Python's own where int64 would overflow.
Amounts = TypeVar("Amounts", int, NDArray[Any])

#: Nothing that is computed on the way may go beyond this in int64.
MOST = 2**62


@dataclass(frozen=True, slots=True)
class Rate:
    """A fraction to take of non-negative whole amounts, rounded half up."""

    over: int
    under: int

    @classmethod
    def of(cls, fraction: Fraction) -> Rate:
        """The rate of an exact fraction."""
        return cls(fraction.numerator, fraction.denominator)

    def take(self, amount: Amounts) -> Amounts:
        """The fraction of an amount."""
        if self.under == 1:
            return amount * self.over
        taken = amount * (2 * self.over)
        taken += self.under
        taken //= 2 * self.under
        return taken

    def reach(self, most: int) -> int:
        """The largest number that computing it of an amount up to ``most`` comes to."""
        return most * 2 * self.over + 2 * self.under


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a trade costs at a price in ticks, and what is paid on that.

    ``cost`` is of ticks, all others of a cost; ``opening`` and ``rollover`` by the side of the position.
    """

    cost: Rate
    fee: Rate
    opening: dict[Side, Rate]
    rollover: dict[Side, Rate]

    @classmethod
    def of(cls, terms: Terms, lots: int | None = None) -> Tariff:
        """The tariff for trades of so many lots, by default of the stake."""
        lots = terms.lots if lots is None else lots
        unit = Fraction(terms.tick) * Fraction(terms.lot) / Fraction(terms.money)
        borrowing = {side: terms.borrowing(side) for side in Side}
        return cls(
            cost=Rate.of(unit * lots),
            fee=Rate.of(Fraction(terms.taker_fee)),
            opening={side: Rate.of(Fraction(one.opening)) for side, one in borrowing.items()},
            rollover={side: Rate.of(Fraction(one.rollover)) for side, one in borrowing.items()},
        )

    def reach(self, ticks: int, trades: int, rollovers: int, cash: int) -> int:
        """A bound of every number that a run of so many trades at prices up to ``ticks`` computes."""
        cost = self.cost.take(ticks) + 1
        opening = max(rate.take(cost) for rate in self.opening.values()) + 1
        rollover = max(rate.take(cost) for rate in self.rollover.values()) + 1
        trade = 2 * (cost + self.fee.take(cost) + 1) + opening
        rates = (self.fee, *self.opening.values(), *self.rollover.values())
        single = max(self.cost.reach(ticks), *(rate.reach(cost) for rate in rates))
        return max(single, cash + (trades + 1) * trade + (rollovers + trades + 1) * rollover)
