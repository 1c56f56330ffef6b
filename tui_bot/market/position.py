"""The position that follows from fills, and what it has earned net of fees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from tui_bot.market.number import ZERO, sign
from tui_bot.market.order import Fill

#: What Kraken charges on margin at the opening and every four hours, as a fraction of the borrowed amount:
#: the dearest published rate (Kraken support, margin fees), so that no result is told too good (F90).
ROLLOVER_RATE = Decimal("0.00025")
ROLLOVER_MS = 4 * 3_600_000


@dataclass(frozen=True, slots=True)
class Position:
    """Signed size in base units at an average entry price, in quote units.

    ``realised`` is the gross result of what was closed; ``fees`` all fees paid so far;
    ``open_fees`` the part of them that opened the present size; ``rollovers`` is what it is estimated to
    have cost to hold what was closed. ``leverage`` is that of the fill that opened it; 0 is spot.
    """

    size: Decimal = ZERO
    average: Decimal = ZERO
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    open_fees: Decimal = ZERO
    opened_ms: int | None = None
    leverage: int = 0
    rollovers: Decimal = ZERO

    @property
    def is_flat(self) -> bool:
        """Whether nothing is held."""
        return self.size == 0

    @property
    def word(self) -> str:
        """LONG, SHORT or FLAT."""
        return {1: "LONG", -1: "SHORT", 0: "FLAT"}[sign(self.size)]

    @property
    def realised_net(self) -> Decimal:
        """What the closed trades brought after all fees and rollover, those of the open size left out."""
        return self.realised - self.fees + self.open_fees - self.rollovers

    def rollover(self, at_ms: int) -> Decimal:
        """What it is estimated to have cost to hold the open size until ``at_ms``; nothing on spot (F90)."""
        if not self.leverage or self.opened_ms is None:
            return ZERO
        times = 1 + max(0, at_ms - self.opened_ms) // ROLLOVER_MS
        return times * ROLLOVER_RATE * abs(self.size) * self.average

    def book(self, fill: Fill) -> Position:
        """The position after one more fill. A fill beyond the size turns the position round."""
        change = fill.side.sign * fill.volume
        after = self.size + change
        fees = self.fees + fill.fee
        if sign(self.size) in (0, sign(change)):
            cost = abs(self.size) * self.average + fill.volume * fill.price
            return replace(
                self,
                size=after,
                average=cost / abs(after),
                fees=fees,
                open_fees=self.open_fees + fill.fee,
                opened_ms=fill.at_ms if self.is_flat else self.opened_ms,
                leverage=fill.leverage if self.is_flat else self.leverage,
            )
        closed = min(abs(self.size), fill.volume)
        realised = self.realised + closed * (fill.price - self.average) * sign(self.size)
        rollovers = self.rollovers + self.rollover(fill.at_ms) * closed / abs(self.size)
        if sign(after) == -sign(self.size):
            opening_fee = fill.fee * abs(after) / fill.volume
            opened = fill.price, realised, fees, opening_fee, fill.at_ms, fill.leverage
            return Position(after, *opened, rollovers)
        kept = self.open_fees * abs(after) / abs(self.size)
        return replace(
            self,
            size=after,
            average=self.average if after else ZERO,
            realised=realised,
            fees=fees,
            open_fees=kept,
            opened_ms=self.opened_ms if after else None,
            leverage=self.leverage if after else 0,
            rollovers=rollovers,
        )

    def unrealised(self, price: Decimal) -> Decimal:
        """What the open size has gained at ``price``, before fees."""
        return self.size * (price - self.average)

    def net(self, price: Decimal, exit_rate: Decimal, at_ms: int) -> Decimal:
        """What closing at ``price`` at ``at_ms`` would bring after the fees paid, the fee of the exit and the
        estimated rollover."""
        exit_fee = abs(self.size) * price * exit_rate
        return self.unrealised(price) - self.open_fees - exit_fee - self.rollover(at_ms)

    def break_even(self, exit_rate: Decimal, at_ms: int) -> Decimal | None:
        """The exit price at which the open size earns exactly its fees and rollover, or None when flat."""
        if self.is_flat:
            return None
        cost = self.size * self.average + self.open_fees + self.rollover(at_ms)
        return cost / (self.size - abs(self.size) * exit_rate)


def position_of(fills: Iterable[Fill]) -> Position:
    """The position after all ``fills``, in the order given."""
    position = Position()
    for fill in fills:
        position = position.book(fill)
    return position
