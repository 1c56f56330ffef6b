"""The rules of a pair where no exchange is asked: as the box lists it, plain ones for any other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tui_bot.market.pair import PairRules
from tui_bot.paper.instruments import Pair, find_pair


def rules_of(name: str, tick: Decimal) -> tuple[PairRules, bool]:
    """The rules of a pair with this tick, and whether it is a listed one.

    A pair that is not listed gets lots of a hundred-millionth, no minimums and the fees of BTC/USD.
    """
    pair = find_pair(name)
    rules = _rules(pair) if pair is not None else _unlisted(name)
    return replace(rules, tick_size=tick, price_decimals=max(0, -_exponent(tick))), pair is not None


def _rules(pair: Pair) -> PairRules:
    return PairRules(
        name=pair.symbol,
        key=pair.id,
        altname=pair.altname,
        base=pair.base,
        quote=pair.quote,
        price_decimals=pair.pair_decimals,
        lot_decimals=pair.lot_decimals,
        cost_decimals=pair.cost_decimals,
        tick_size=pair.tick_size,
        order_minimum=pair.ordermin,
        cost_minimum=pair.costmin,
        leverage_buy=pair.leverage_buy,
        leverage_sell=pair.leverage_sell,
        taker_fees=pair.fees,
        maker_fees=pair.fees_maker,
    )


def _unlisted(name: str) -> PairRules:
    model = find_pair("BTC/USD")
    if model is None:  # pragma: no cover - the box always lists it
        raise ValueError("the box lists no BTC/USD")
    base, _, quote = name.partition("/")
    rules = _rules(model)
    return replace(
        rules,
        name=name,
        key=name,
        altname=name,
        base=base,
        quote=quote,
        order_minimum=Decimal(0),
        cost_minimum=Decimal(0),
    )


def _exponent(tick: Decimal) -> int:
    exponent = tick.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
