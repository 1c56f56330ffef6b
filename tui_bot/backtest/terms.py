"""The terms of trade: at what price orders fill, what they cost, what is too small."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from tui_bot.engine.settings import BotSettings, Flip
from tui_bot.market.number import ONE, ZERO
from tui_bot.market.order import Side
from tui_bot.market.pair import PairRules


class Fills(Enum):
    """Where an order that follows a candle's close is filled.

    NEXT_OPEN: at the open of the candle after it. SPREAD: half a spread beyond that, on the other side of
    the book.
    """

    NEXT_OPEN = "next open"
    SPREAD = "spread"


@dataclass(frozen=True, slots=True)
class Borrowing:
    """What borrowing costs on margin, as fractions of the position's cost: once at its opening, and at the
    end of every four hours."""

    opening: Decimal = ZERO
    rollover: Decimal = ZERO


#: What borrowing an asset costs at the opening and every four hours (Kraken support, margin fees).
_BORROWED = {"USD": Decimal("0.00025"), "BTC": Decimal("0.0001"), "XBT": Decimal("0.0001")}
_BORROWED_ELSE = Decimal("0.0002")


def borrowing_of(asset: str) -> Borrowing:
    """The rates of an asset by the name people read; a long borrows the quote, a short the base."""
    rate = _BORROWED.get(asset, _BORROWED_ELSE)
    return Borrowing(rate, rate)


DOLLARS, BITCOIN = borrowing_of("USD"), borrowing_of("BTC")


@dataclass(frozen=True, slots=True)
class Terms:
    """How orders fill and what they cost.

    ``tick``, ``lot`` and ``money`` are the smallest steps of price, volume and amounts: costs and fees are
    rounded to ``money``, half up. ``stake`` is the size of a position in base units, on the lot grid.
    ``taker_fee`` is a fraction of cost, ``guard_fee`` the one that the funds guard reckons with.
    ``slippage`` and ``half_spread`` are ticks against the order, the latter only where ``fills`` says so.
    ``leverage`` 0 is spot, long or flat; else long or short, turned by a ``flip``. ``cash`` is what the
    account begins with.
    """

    tick: Decimal
    lot: Decimal
    money: Decimal
    stake: Decimal
    order_minimum: Decimal = ZERO
    cost_minimum: Decimal = ZERO
    taker_fee: Decimal = ZERO
    guard_fee: Decimal = ZERO
    fills: Fills = Fills.NEXT_OPEN
    slippage: int = 0
    half_spread: int = 0
    leverage: int = 0
    flip: Flip = Flip.TWO_ORDERS
    long: Borrowing = DOLLARS
    short: Borrowing = BITCOIN
    cash: Decimal = Decimal(10_000)

    @classmethod
    def of(
        cls,
        settings: BotSettings,
        rules: PairRules,
        *,
        taker_fee: Decimal | None = None,
        fills: Fills = Fills.NEXT_OPEN,
        slippage: int = 0,
        half_spread: int = 0,
        cash: Decimal = Decimal(10_000),
    ) -> Terms:
        """The terms of a bot's settings on a pair; the fee is the pair's dearest unless another is given."""
        return cls(
            tick=rules.tick_size,
            lot=rules.lot_step,
            money=ONE.scaleb(-rules.cost_decimals),
            stake=rules.round_volume(settings.trade_size),
            order_minimum=rules.order_minimum,
            cost_minimum=rules.cost_minimum,
            taker_fee=rules.taker_rate if taker_fee is None else taker_fee,
            guard_fee=rules.taker_rate,
            fills=fills,
            slippage=slippage,
            half_spread=half_spread,
            leverage=settings.leverage,
            flip=settings.flip,
            long=borrowing_of(rules.quote_name),
            short=borrowing_of(rules.base_name),
            cash=cash,
        )

    @property
    def can_short(self) -> bool:
        """Whether a down signal may end in a short position."""
        return self.leverage > 0

    @property
    def quoted(self) -> int:
        """Ticks between the middle of the book and either of its sides."""
        return self.half_spread if self.fills is Fills.SPREAD else 0

    @property
    def against(self) -> int:
        """Ticks that a fill is worse than the next open."""
        return self.slippage + self.quoted

    @property
    def lots(self) -> int:
        """The stake in lots."""
        return int(self.stake / self.lot)

    def borrowing(self, side: Side) -> Borrowing:
        """What a position opened by this side costs to hold; nothing on spot."""
        if not self.leverage:
            return Borrowing()
        return self.long if side is Side.BUY else self.short
