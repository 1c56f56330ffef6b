"""Assets and pairs the box lists, with the values Kraken publishes in Assets and AssetPairs.

Inside the box a price is an integer of ticks and a volume an integer of lots (10 ** -lot_decimals of the
base).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FeeTable = tuple[tuple[Decimal, Decimal], ...]


# percent from so much 30-day volume on; schedule of 2025
_TAKER: FeeTable = tuple(
    (Decimal(floor), Decimal(percent))
    for floor, percent in (
        (0, "0.4"),
        (10_000, "0.35"),
        (50_000, "0.24"),
        (100_000, "0.22"),
        (250_000, "0.2"),
        (500_000, "0.18"),
        (1_000_000, "0.16"),
        (2_500_000, "0.14"),
        (5_000_000, "0.12"),
        (10_000_000, "0.1"),
        (100_000_000, "0.08"),
        (500_000_000, "0.05"),
    )
)
_MAKER: FeeTable = tuple(
    (Decimal(floor), Decimal(percent))
    for floor, percent in (
        (0, "0.25"),
        (10_000, "0.2"),
        (50_000, "0.14"),
        (100_000, "0.12"),
        (250_000, "0.1"),
        (500_000, "0.08"),
        (1_000_000, "0.06"),
        (2_500_000, "0.04"),
        (5_000_000, "0.02"),
        (10_000_000, "0"),
        (100_000_000, "0"),
        (500_000_000, "0"),
    )
)


@dataclass(frozen=True, slots=True)
class Asset:
    """One currency. `margin_rate` is the percent of an amount borrowed that opening, and every four hours,
    cost.
    """

    id: str
    altname: str
    symbol: str
    decimals: int
    display_decimals: int
    margin_rate: Decimal


@dataclass(frozen=True, slots=True)
class Pair:
    """One market and its rules; field names follow Kraken's AssetPairs."""

    id: str
    altname: str
    wsname: str
    symbol: str
    base: str
    quote: str
    pair_decimals: int
    lot_decimals: int
    cost_decimals: int
    tick_size: Decimal
    ordermin: Decimal
    costmin: Decimal
    leverage_buy: tuple[int, ...]
    leverage_sell: tuple[int, ...]
    long_position_limit: int
    short_position_limit: int
    fees: FeeTable = _TAKER
    fees_maker: FeeTable = _MAKER
    margin_call: int = 80
    margin_stop: int = 40

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called by."""
        return self.id, self.altname, self.wsname, self.symbol, self.symbol.replace("/", "")

    def price(self, ticks: int) -> Decimal:
        """Price in quote currency of so many ticks."""
        return Decimal(ticks).scaleb(-self.pair_decimals)

    def volume(self, lots: int) -> Decimal:
        """Base volume of so many lots."""
        return Decimal(lots).scaleb(-self.lot_decimals)

    def ticks(self, price: Decimal) -> int | None:
        """Ticks of a price, or None when it is not on the tick grid."""
        scaled = price.scaleb(self.pair_decimals)
        whole = scaled.to_integral_value()
        return int(whole) if whole == scaled else None

    def lots(self, volume: Decimal) -> int | None:
        """Lots of a volume, or None when it has more decimals than lot_decimals."""
        scaled = volume.scaleb(self.lot_decimals)
        whole = scaled.to_integral_value()
        return int(whole) if whole == scaled else None

    def price_text(self, ticks: int, places: int) -> str:
        """A price with so many decimals, at least the pair's own."""
        return _fixed(ticks, self.pair_decimals) + "0" * (places - self.pair_decimals)

    def volume_text(self, lots: int) -> str:
        """A volume with all its decimals."""
        return _fixed(lots, self.lot_decimals)

    def money(self, amount: Decimal) -> Decimal:
        """A cost or fee at cost_decimals, half up. Kraken documents the decimals but not the direction."""
        return amount.quantize(Decimal(1).scaleb(-self.cost_decimals), ROUND_HALF_UP)

    def base_money(self, amount: Decimal) -> Decimal:
        """A fee in base currency at the asset's decimals, half up."""
        return amount.quantize(Decimal(1).scaleb(-ASSETS[self.base].decimals), ROUND_HALF_UP)

    def cost(self, ticks: int, lots: int) -> Decimal:
        """Quote cost of a fill at cost_decimals."""
        return self.money(self.price(ticks) * self.volume(lots))

    def fee_percent(self, volume_30d: Decimal, *, maker: bool) -> Decimal:
        """Percent charged at this 30-day volume in USD."""
        table = self.fees_maker if maker else self.fees
        return next(percent for floor, percent in reversed(table) if volume_30d >= floor)


def _fixed(units: int, decimals: int) -> str:
    """Text of units * 10 ** -decimals; much faster than by way of Decimal, and candles are many."""
    digits = f"{abs(units):0{decimals + 1}d}"
    return f"{'-' if units < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


ASSETS = {
    asset.id: asset
    for asset in (
        Asset("ZUSD", "USD", "USD", 4, 2, Decimal("0.025")),
        Asset("XXBT", "XBT", "BTC", 10, 5, Decimal("0.01")),
        Asset("XETH", "ETH", "ETH", 10, 5, Decimal("0.02")),
    )
}


def asset_of(name: str) -> Asset:
    """The asset a balance is counted in: ``XBT.F``, ``.S``, ``.M`` and the like are forms of it."""
    plain = name.partition(".")[0]
    return ASSETS.get(plain) or next(asset for asset in ASSETS.values() if asset.altname == plain)


_TEN = tuple(range(2, 11))

BTC_USD = Pair(
    "XXBTZUSD", "XBTUSD", "XBT/USD", "BTC/USD", "XXBT", "ZUSD", 1, 8, 5,
    Decimal("0.1"), Decimal("0.00005"), Decimal("0.5"), _TEN, _TEN, 350, 250,
)  # fmt: skip
ETH_USD = Pair(
    "XETHZUSD", "ETHUSD", "ETH/USD", "ETH/USD", "XETH", "ZUSD", 2, 8, 5,
    Decimal("0.01"), Decimal("0.001"), Decimal("0.5"), _TEN, _TEN, 4500, 3000,
)  # fmt: skip

PAIRS = {pair.id: pair for pair in (BTC_USD, ETH_USD)}


def find_pair(name: str, listed: tuple[Pair, ...] = (BTC_USD, ETH_USD)) -> Pair | None:
    """The pair of any of its names (XXBTZUSD, XBTUSD, XBT/USD, BTC/USD, BTCUSD), or None."""
    wanted = name.upper()
    return next((p for p in listed if wanted in p.names), None)


def find_asset(name: str) -> Asset | None:
    """The asset of any of its names, or None."""
    wanted = name.upper()
    return next((a for a in ASSETS.values() if wanted in {a.id, a.altname, a.symbol}), None)
