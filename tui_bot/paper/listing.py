"""What a market is that gets its prices from outside: whose they are, of which pair, by which rules.

A JSON file: `source` (whose prices), `now_ms` and `speed` (the source's clock), `interval` (minutes),
`price` (about where the market stands) and `pair`, the rules of one pair with the names of Kraken's
AssetPairs, its own name as `id`, what people call it as `symbol`. Money is text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tui_bot.paper.candles import INTERVALS
from tui_bot.paper.clock import NS_PER_MS
from tui_bot.paper.instruments import ASSETS, PAIRS, Asset, FeeTable, Pair

#: What the account begins with, and about what a level of the book holds, in the quote currency.
PLAY_MONEY = Decimal(10_000)

_FIAT_DECIMALS, _COIN_DECIMALS = 4, 10
_MARGIN_RATE = Decimal("0.02")
_POSITION_LIMIT = 1_000_000_000  # AssetPairs tells it, the client does not ask for it: none
_MOST_DECIMALS = 18


class ListingError(Exception):
    """A listing that cannot be used; the text names file and remedy."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One market to be pushed. `level_lots` is the middle size of a level of its book."""

    source: str
    now_ns: int
    speed: float
    interval: int
    pair: Pair
    level_lots: int

    @property
    def market(self) -> str:
        """What an account belongs to. The books count in ticks and lots, so their sizes are part of it."""
        decimals = f"{self.pair.pair_decimals} and {self.pair.lot_decimals} decimals"
        return f"{self.pair.symbol} ({decimals}) at the prices of {self.source}"


def read_listing(path: Path) -> Listing:
    """The listing in a file. Raises ListingError."""
    try:
        return _listing(json.loads(path.read_text()))
    except OSError as error:
        raise ListingError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError, InvalidOperation) as error:
        what = f"{path}: not the listing of a market ({type(error).__name__}: {error})"
        raise ListingError(f"{what}; it is written at each start of mode paper") from None


def list_pair(pair: Pair) -> None:
    """Makes a pair and its assets known to this process. A box that is pushed has a process of its own."""
    PAIRS[pair.id] = pair
    base, quote = pair.symbol.split("/")
    for name, symbol in ((pair.base, base), (pair.quote, quote)):
        decimals = _FIAT_DECIMALS if name.startswith("Z") else _COIN_DECIMALS
        ASSETS.setdefault(name, Asset(name, symbol, symbol, decimals, min(5, decimals), _MARGIN_RATE))


def play_money(pair: Pair) -> dict[str, Decimal]:
    """What the account begins with."""
    return {pair.base: Decimal(0), pair.quote: PLAY_MONEY}


def _listing(members: Mapping[str, Any]) -> Listing:
    pair = _pair(members["pair"])
    speed, interval, price = float(members["speed"]), int(members["interval"]), _money(members["price"])
    if not 1 <= speed <= 5000 or interval not in INTERVALS or not price:
        raise ValueError("speed, interval or price")
    level_lots = max(1000, int((PLAY_MONEY / price).scaleb(pair.lot_decimals)))
    now_ns = int(members["now_ms"]) * NS_PER_MS
    return Listing(str(members["source"]), now_ns, speed, interval, pair, level_lots)


def _pair(row: Mapping[str, Any]) -> Pair:
    symbol = str(row["symbol"])
    if symbol.count("/") != 1:
        raise ValueError("symbol")
    leverage_buy, leverage_sell = (tuple(map(int, row[name])) for name in ("leverage_buy", "leverage_sell"))
    pair = Pair(
        id=str(row["id"]),
        altname=str(row["altname"]),
        wsname=symbol,
        symbol=symbol,
        base=str(row["base"]),
        quote=str(row["quote"]),
        pair_decimals=_decimals(row["pair_decimals"]),
        lot_decimals=_decimals(row["lot_decimals"]),
        cost_decimals=_decimals(row["cost_decimals"]),
        tick_size=_money(row["tick_size"]),
        ordermin=_money(row["ordermin"]),
        costmin=_money(row["costmin"]),
        leverage_buy=leverage_buy,
        leverage_sell=leverage_sell,
        long_position_limit=_POSITION_LIMIT,
        short_position_limit=_POSITION_LIMIT,
    )
    taker, maker = _fees(row["fees"]), _fees(row["fees_maker"])
    return replace(pair, fees=taker or pair.fees, fees_maker=maker or pair.fees_maker)


def _fees(rows: Any) -> FeeTable:
    """Percent from so much 30-day volume on, beginning at nothing."""
    table = tuple((_money(volume), _money(percent)) for volume, percent in rows)
    if table and table[0][0]:
        raise ValueError("fees")
    return table


def _money(text: Any) -> Decimal:
    value = Decimal(str(text))
    if not value.is_finite() or value < 0:
        raise ValueError(f"{text} is not a number from 0 on")
    return value


def _decimals(value: Any) -> int:
    if not 0 <= int(value) <= _MOST_DECIMALS:
        raise ValueError(f"{value} decimals")
    return int(value)
