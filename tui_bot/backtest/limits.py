"""The guards of a bot's limits as the walk of fast mode asks them, by the names the bot gives them."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from fractions import Fraction

from tui_bot.backtest.day_loss import DayLoss
from tui_bot.backtest.inexpressible import Inexpressible
from tui_bot.backtest.terms import Terms
from tui_bot.engine.settings import Limits
from tui_bot.market.order import Side

HOUR_S, DAY_S = 3_600, 86_400


def held_back(reasons: Counter[str]) -> tuple[str, ...]:
    """What guards did, in words, the busiest first."""
    held = ", ".join(f"{name} {times:,}" for name, times in reasons.most_common())
    return (f"orders that guards held back: {held}",) if held else ()


@dataclass(frozen=True, slots=True)
class Wish:
    """An order before the guards: at the second of a close, from ``held`` lots on, at prices in ticks."""

    now: int
    side: Side
    lots: int
    opens: bool
    quoted: int
    close: int
    held: int


@dataclass(slots=True)
class LimitGuards:
    """What of the limits an order would break, given those before it."""

    limits: Limits
    terms: Terms
    loss: DayLoss | None = None
    _placed: deque[int] = field(default_factory=deque)
    _most_lots: int = 0
    _most_worth: int = 0

    def __post_init__(self) -> None:
        limits, terms = self.limits, self.terms
        self._most_lots = int(limits.max_position // terms.lot)
        self._most_worth = int(Fraction(limits.max_notional) / Fraction(terms.tick) / Fraction(terms.lot))
        if limits.daily_loss:
            self.loss = DayLoss(terms)

    def placed(self, now: int) -> None:
        """An order that opens exposure has left."""
        self._placed.append(now)

    def refusals(self, wish: Wish) -> list[str]:
        """The guards that say no. Raises Inexpressible where a loss is within a hair of its limit."""
        names = ["collar"] if self._is_off(wish) else []
        if wish.opens:
            if abs(wish.held + wish.side.sign * wish.lots) > self._most_lots:
                names.append("position")
            if wish.lots * wish.quoted > self._most_worth:
                names.append("order value")
            names += self._too_many(wish.now)
            names += ["daily loss"] if self._has_lost() else []
        return names

    def _is_off(self, wish: Wish) -> bool:
        """Too far from the close or from the middle of the book."""
        half, limit = self.terms.quoted, self.limits.collar if wish.opens else self.limits.exit_collar
        if not half:
            return False
        middle = Fraction(max(1, wish.close - half) + wish.close + half, 2)
        return any(
            abs(wish.quoted / anchor - 1) > Fraction(limit) for anchor in (middle, Fraction(wish.close))
        )

    def _too_many(self, now: int) -> list[str]:
        while self._placed and self._placed[0] <= now - DAY_S:
            self._placed.popleft()
        placed, an_hour = self._placed, self.limits.orders_per_hour
        names = []
        if len(placed) >= an_hour and placed[-an_hour] > now - HOUR_S:
            names.append("orders/hour")
        if len(placed) >= self.limits.orders_per_day:
            names.append("orders/day")
        return names

    def _has_lost(self) -> bool:
        if self.loss is None:
            return False
        reached = self.loss.limit_is_reached(float(self.limits.daily_loss))
        if reached is None:
            raise Inexpressible("the loss of a day (limits.daily_loss): it came within a hair of the limit")
        return reached
