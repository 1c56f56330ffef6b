"""How much the UTC day has lost, from where it began and from its peak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tui_bot.engine.day import DAY_MS
from tui_bot.market.candle import Candle
from tui_bot.market.number import ZERO
from tui_bot.market.order import Fill
from tui_bot.market.position import Position


@dataclass(slots=True)
class DayLoss:
    """Amounts in quote units. A worth is what all trades so far would have brought if the position were
    closed now: fees paid, the fee of the exit and rollover are taken off.

    ``worst`` is the largest loss seen today; it never becomes less, so that a limit once reached holds.
    """

    day: int = -1
    base: Decimal = ZERO
    peak: Decimal = ZERO
    now: Decimal = ZERO
    worst: Decimal = ZERO

    def see(self, at_ms: int, worth: Decimal) -> None:
        """Take in what everything is worth at a moment; a new day begins with its first one."""
        if at_ms // DAY_MS != self.day:
            self.day, self.base, self.peak, self.worst = at_ms // DAY_MS, worth, worth, ZERO
        self.now = worth
        self.peak = max(self.peak, worth)
        self.worst = max(self.worst, self.peak - worth, self.base - worth)

    def rebuild(
        self, fills: Iterable[Fill], candles: Iterable[Candle], interval: int, rate: Decimal, at_ms: int
    ) -> None:
        """Walk through the day again after a restart: fills at their prices, candles at their closes.

        ``interval`` is a candle in seconds, ``rate`` the fee of an exit as a fraction. What a quote between
        two closes had shown is not known any more.
        """
        start_ms = at_ms // DAY_MS * DAY_MS
        closes = [((candle.begin + interval) * 1000, candle.close) for candle in candles]
        position, price = Position(), None
        fills = list(fills)
        for fill in fills:
            if fill.at_ms < start_ms:
                position = position.book(fill)
        for over_ms, close in closes:
            price = close if over_ms <= start_ms else price
        self.see(start_ms, worth_of(position, price or position.average, rate, start_ms))
        today = [(over_ms, 1, close) for over_ms, close in closes if over_ms > start_ms]
        moments: list[tuple[int, int, Decimal | Fill]] = [*today]
        moments += [(fill.at_ms, 0, fill) for fill in fills if fill.at_ms >= start_ms]
        for moment_ms, _, what in sorted(moments, key=lambda moment: moment[:2]):
            if isinstance(what, Fill):
                position = position.book(what)
            self.see(max(start_ms, moment_ms), worth_of(position, _price(what), rate, moment_ms))


def worth_of(position: Position, price: Decimal, rate: Decimal, at_ms: int) -> Decimal:
    """What all trades would have brought, net, if the position were closed at ``price`` at ``at_ms``."""
    if position.is_flat:
        return position.realised_net
    return position.realised_net + position.net(price, rate, at_ms)


def _price(what: Decimal | Fill) -> Decimal:
    return what.price if isinstance(what, Fill) else what
