"""The rules an exchange sets for one pair: grids, minimums, leverage, fees."""

from dataclasses import dataclass
from decimal import Decimal

from tui_bot.market.number import ONE, Rounding, is_on_grid, on_grid, plain
from tui_bot.market.order import Side

FeeTiers = tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True, slots=True)
class PairRules:
    """One pair as AssetPairs describes it.

    ``name`` is the form people read (``BTC/USD``), ``key`` the exchange's own id
    (``XXBTZUSD``), ``altname`` the short one. Fee tiers are (30-day volume, percent).
    """

    name: str
    key: str
    altname: str
    base: str
    quote: str
    price_decimals: int
    lot_decimals: int
    cost_decimals: int
    tick_size: Decimal
    order_minimum: Decimal
    cost_minimum: Decimal
    leverage_buy: tuple[int, ...] = ()
    leverage_sell: tuple[int, ...] = ()
    taker_fees: FeeTiers = ()
    maker_fees: FeeTiers = ()
    status: str = "online"

    @property
    def base_name(self) -> str:
        """The base asset as people write it, ``BTC``."""
        return self.name.partition("/")[0]

    @property
    def quote_name(self) -> str:
        """The quote asset as people write it, ``USD``."""
        return self.name.partition("/")[2]

    @property
    def lot_step(self) -> Decimal:
        """The smallest step of a volume, in base units."""
        return ONE.scaleb(-self.lot_decimals)

    @property
    def taker_rate(self) -> Decimal:
        """The dearest taker fee of the table as a fraction of cost; an estimate, not your tier."""
        return self.taker_fees[0][1] / 100 if self.taker_fees else Decimal(0)

    def leverages(self, side: Side) -> tuple[int, ...]:
        """The leverage ratios allowed for orders of this side."""
        return self.leverage_buy if side is Side.BUY else self.leverage_sell

    def round_price(self, price: Decimal, rounding: Rounding = "nearest") -> Decimal:
        """The price on the tick grid."""
        return on_grid(price, self.tick_size, rounding)

    def round_volume(self, volume: Decimal) -> Decimal:
        """The volume on the lot grid; never rounded up."""
        return on_grid(volume, self.lot_step, "toward_zero")

    def format_price(self, price: Decimal) -> str:
        """The price as the wire and the screen want it."""
        return plain(price, self.price_decimals)

    def format_volume(self, volume: Decimal) -> str:
        """The volume as the wire wants it."""
        return plain(volume, self.lot_decimals)

    def price_fault(self, price: Decimal) -> str | None:
        """Why the exchange would refuse this price, or None."""
        if not price.is_finite() or price <= 0:
            return "the price is not a positive number"
        if not is_on_grid(price, self.tick_size):
            return f"the price is not a multiple of the tick size {plain(self.tick_size)}"
        return None

    def volume_fault(self, volume: Decimal, price: Decimal) -> str | None:
        """Why the exchange would refuse this volume at about this price, or None.

        Both minimums count: ``ordermin`` in base units and ``costmin`` in quote units.
        """
        if not volume.is_finite() or volume <= 0:
            return "the volume is not a positive number"
        if not is_on_grid(volume, self.lot_step):
            return f"the volume has more than {self.lot_decimals} decimals"
        if volume < self.order_minimum:
            return f"{plain(volume)} is below the minimum of {plain(self.order_minimum)} {self.base_name}"
        if volume * price < self.cost_minimum:
            return f"it costs less than the minimum of {plain(self.cost_minimum)} {self.quote_name}"
        return None

    def wish_fault(self, volume: Decimal, price: Decimal) -> str | None:
        """Why a wished volume makes no order once it is rounded, or None (F79)."""
        rounded = self.round_volume(volume) if volume.is_finite() else volume
        if volume > 0 and rounded == 0:
            minimum = f"{plain(self.order_minimum)} {self.base_name}"
            return f"{plain(volume)} rounds to 0, below the minimum of {minimum}"
        return self.volume_fault(rounded, price)

    def is_dust(self, volume: Decimal, price: Decimal) -> bool:
        """Whether a holding is too small to be sold."""
        return abs(volume) > 0 and self.volume_fault(self.round_volume(abs(volume)), price) is not None
