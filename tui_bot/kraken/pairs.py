"""AssetPairs rows as pair rules."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.kraken.fields import Row, WireError, decimal_of, integer_of
from tui_bot.kraken.names import readable
from tui_bot.market.number import ONE, ZERO
from tui_bot.market.pair import FeeTiers, PairRules
from tui_bot.sanitise import sanitise

_MOST_DECIMALS = 18


def pair_rules(key: str, value: object) -> PairRules:
    """The rules of one pair. Members that Kraken leaves out on some pairs may be missing.

    Raises:
        WireError: a member that is needed is missing or not what it should be.
    """
    row = Row.of(value, f"AssetPairs, {sanitise(key, 20)}")
    price_decimals = _decimals(row, "pair_decimals")
    tick_size = row.decimal("tick_size", ONE.scaleb(-price_decimals))
    if tick_size <= 0:
        raise WireError(row.where, "tick_size is not positive")
    altname = row.text("altname", key)
    return PairRules(
        name=readable(row.text("wsname", altname)),
        key=sanitise(key, 20),
        altname=altname,
        base=row.text("base"),
        quote=row.text("quote"),
        price_decimals=price_decimals,
        lot_decimals=_decimals(row, "lot_decimals"),
        cost_decimals=_decimals(row, "cost_decimals"),
        tick_size=tick_size,
        order_minimum=row.decimal("ordermin", ZERO),
        cost_minimum=row.decimal("costmin", ZERO),
        leverage_buy=_ratios(row, "leverage_buy"),
        leverage_sell=_ratios(row, "leverage_sell"),
        taker_fees=_tiers(row, "fees"),
        maker_fees=_tiers(row, "fees_maker"),
        status=row.text("status", "online"),
    )


def _decimals(row: Row, name: str) -> int:
    number = row.integer(name)
    if not 0 <= number <= _MOST_DECIMALS:
        raise WireError(row.where, f"{name} is out of range")
    return number


def _ratios(row: Row, name: str) -> tuple[int, ...]:
    return tuple(integer_of(ratio, row.where, name) for ratio in row.items(name))


def _tiers(row: Row, name: str) -> FeeTiers:
    tiers: list[tuple[Decimal, Decimal]] = []
    for tier in row.items(name):
        if not isinstance(tier, list) or len(tier) != 2:
            raise WireError(row.where, f"{name} is not a list of pairs")
        tiers.append((decimal_of(tier[0], row.where, name), decimal_of(tier[1], row.where, name)))
    return tuple(tiers)
