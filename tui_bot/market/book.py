"""An order book at one moment, and what a market order would get from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tui_bot.market.number import ZERO
from tui_bot.market.order import Side

#: A price and the volume offered or asked for at it.
Level = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a market order would get: ``volume`` at ``average``, the last of it at ``worst``.

    ``best`` is the price it meets first. The volume is smaller than asked for where the known levels end.
    """

    side: Side
    volume: Decimal
    best: Decimal
    average: Decimal
    worst: Decimal

    @property
    def slippage(self) -> Decimal:
        """How much worse than ``best`` the average is, as a fraction of it; never negative."""
        return (self.average / self.best - 1) * self.side.sign


@dataclass(frozen=True, slots=True)
class Book:
    """Levels best first, as they stood at ``at_ms`` (exchange time)."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    at_ms: int

    def sweep(self, side: Side, volume: Decimal) -> Sweep | None:
        """What a market order of this size would get now, None from an empty side."""
        levels = self.asks if side is Side.BUY else self.bids
        if not levels or volume <= 0:
            return None
        left, cost, worst = volume, ZERO, levels[0][0]
        for price, offered in levels:
            taken = min(left, offered)
            left, cost, worst = left - taken, cost + taken * price, price
            if left == 0:
                break
        filled = volume - left
        return Sweep(side, filled, levels[0][0], cost / filled, worst)
