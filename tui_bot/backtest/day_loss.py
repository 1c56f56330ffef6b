"""The loss of a UTC day as the bot watches it (``engine.loss``), close by close, in the walk of fast mode.

It is reckoned in floats, which is all that a comparison with a limit needs: where the two are so near that it
might not be, the walk says that it cannot tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_bot.backtest.booking import ROLLOVER_S
from tui_bot.backtest.ledger import Execution
from tui_bot.backtest.terms import Terms
from tui_bot.market.position import ROLLOVER_RATE

DAY_S = 86_400

#: Two amounts nearer than this part of what has been turned over are not told apart.
HAIR = 1e-12


@dataclass(slots=True)
class DayLoss:
    """Amounts in quote units. ``side`` and ``lots`` are of the open position, ``entry`` is in ticks."""

    terms: Terms
    worst: float = 0.0
    turnover: float = 1.0
    _day: int = -1
    _base: float = 0.0
    _peak: float = 0.0
    _settled: float = 0.0
    _side: int = 0
    _volume: float = 0.0
    _entry: float = 0.0
    _opened: int = 0
    _rate: float = 0.0
    _tick: float = 0.0
    _off: int = 0

    def __post_init__(self) -> None:
        self._rate = float(self.terms.guard_fee)
        self._tick, self._off = float(self.terms.tick), self.terms.quoted

    @property
    def is_flat(self) -> bool:
        """Whether nothing is held, so that only a new day changes anything."""
        return not self._side

    def limit_is_reached(self, limit: float) -> bool | None:
        """Whether the day's loss has come to a limit; None where that is within a hair."""
        if abs(self.worst - limit) < HAIR * (self.turnover + limit):
            return None
        return self.worst >= limit

    def see(self, now: int, close: int) -> None:
        """What everything is worth at the second of a close."""
        self.watch((now,), (close,))

    def watch(self, times: Sequence[int], closes: Sequence[int]) -> None:
        """The same at one close after the other, while nobody trades."""
        side, tick, off, settled = self._side, self._tick, self._side * self._off, self._settled
        volume, entry, rate, opened = self._volume, self._entry, self._rate, self._opened
        each = float(ROLLOVER_RATE) * volume * entry if side and self.terms.leverage else 0.0
        day, base, peak, worst = self._day, self._base, self._peak, self.worst
        for now, close in zip(times, closes, strict=True):
            worth = settled
            if side:
                price = (close - off) * tick
                if price < tick:
                    price = tick
                worth += volume * (side * (price - entry) - price * rate)
                if each:
                    worth -= each * (1 + (now - opened) // ROLLOVER_S)
            if now // DAY_S != day:
                day, base, peak, worst = now // DAY_S, worth, worth, 0.0
            if worth > peak:
                peak = worth
            worst = max(worst, peak - worth, base - worth)
        self._day, self._base, self._peak, self.worst = day, base, peak, worst

    def book(self, part: Execution, sign: int, now: int) -> None:
        """An execution: the end of what is open, or the beginning of a position."""
        terms = self.terms
        price, volume = part.ticks * self._tick, part.lots * float(terms.lot)
        cost, fee = part.cost * float(terms.money), part.fee * float(terms.money)
        self.turnover += cost
        self._settled -= fee
        if fee > 0 and cost > 0:
            self._rate = fee / cost
        if self._side:
            self._settled += self._side * volume * (price - self._entry) - self._held_until(now)
            self._side = 0
        else:
            self._side, self._volume, self._entry, self._opened = sign, volume, price, now

    def _held_until(self, now: int) -> float:
        """What holding a margin position has cost, at the dearest rate."""
        if not self.terms.leverage:
            return 0.0
        times = 1 + (now - self._opened) // ROLLOVER_S
        return times * float(ROLLOVER_RATE) * self._volume * self._entry
