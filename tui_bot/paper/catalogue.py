"""Assets and AssetPairs: what is listed, whole or by the part that `info` asks for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tui_bot.paper.exchange import Exchange
from tui_bot.paper.instruments import ASSETS, Asset, Pair, find_asset, find_pair
from tui_bot.paper.refusal import Refusal, invalid

Params = Mapping[str, str]
_CLASSES = frozenset({"", "currency"})
_PARTS = {
    "leverage": ("leverage_buy", "leverage_sell"),
    "fees": ("fees", "fees_maker", "fee_volume_currency"),
    "margin": ("margin_call", "margin_stop"),
}


def assets(_exchange: Exchange, params: Params) -> Any:
    """Assets; with `assetVersion=1` under their new names (BTC, USD)."""
    if params.get("aclass", "") not in _CLASSES:
        raise Refusal("EQuery:Unknown asset class")
    wanted = list(ASSETS.values())
    if params.get("asset"):
        found = [find_asset(name.strip()) for name in params["asset"].split(",")]
        if None in found:
            raise Refusal("EQuery:Unknown asset")
        wanted = [asset for asset in found if asset is not None]
    new = _new_names(params)
    return {asset.symbol if new else asset.id: _asset_row(asset) for asset in wanted}


def asset_pairs(exchange: Exchange, params: Params) -> Any:
    """AssetPairs; with `assetVersion=1` under their new names (BTC/USD)."""
    info, new = params.get("info", "") or "info", _new_names(params)
    if info != "info" and info not in _PARTS:
        raise invalid("info")
    if params.get("aclass_base", "") not in _CLASSES:
        return {}
    rows = {}
    for name, pair in named_pairs(exchange, params):
        row = _pair_row(pair, exchange.pair_status.get(pair.id, "online"))
        row |= exchange.shown.get(pair.id, {})
        if new:
            base, quote = ASSETS[pair.base].symbol, ASSETS[pair.quote].symbol
            row |= {"wsname": pair.symbol, "base": base, "quote": quote}
        if info != "info":
            row = {part: row[part] for part in _PARTS[info]}
        rows[pair.symbol if new else name] = row
    return rows


def named_pairs(exchange: Exchange, params: Params) -> list[tuple[str, Pair]]:
    """The pairs asked for, all when none is named, each with the name of its answer. Raises Refusal."""
    if not params.get("pair"):
        return [(pair.id, pair) for pair in exchange.pairs]
    return [_named(exchange, name.strip()) for name in params["pair"].split(",")]


def named_pair(exchange: Exchange, params: Params) -> tuple[str, Pair]:
    """The one pair asked for, with the name its answer goes under. Raises Refusal."""
    if not params.get("pair"):
        raise invalid("pair")
    return _named(exchange, params["pair"])


def _named(exchange: Exchange, name: str) -> tuple[str, Pair]:
    pair = find_pair(name, exchange.pairs)
    if pair is None:
        raise Refusal("EQuery:Unknown asset pair")
    # a name with a slash comes back as it was given, any other as the pair's id
    return (name if "/" in name and exchange.doubts.slash_keys else pair.id), pair


def _new_names(params: Params) -> bool:
    return params.get("assetVersion") == "1"


def _asset_row(asset: Asset) -> dict[str, Any]:
    return {
        "aclass": "currency",
        "altname": asset.altname,
        "decimals": asset.decimals,
        "display_decimals": asset.display_decimals,
        "collateral_value": 1,
        "status": "enabled",
        "margin_rate": _number(asset.margin_rate),
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _pair_row(pair: Pair, status: str) -> dict[str, Any]:
    return {
        "altname": pair.altname,
        "wsname": pair.wsname,
        "aclass_base": "currency",
        "base": pair.base,
        "aclass_quote": "currency",
        "quote": pair.quote,
        "lot": "unit",
        "cost_decimals": pair.cost_decimals,
        "pair_decimals": pair.pair_decimals,
        "lot_decimals": pair.lot_decimals,
        "lot_multiplier": 1,
        "leverage_buy": list(pair.leverage_buy),
        "leverage_sell": list(pair.leverage_sell),
        "fees": [[int(volume), _number(percent)] for volume, percent in pair.fees],
        "fees_maker": [[int(volume), _number(percent)] for volume, percent in pair.fees_maker],
        "fee_volume_currency": "ZUSD",
        "margin_call": pair.margin_call,
        "margin_stop": pair.margin_stop,
        "ordermin": str(pair.ordermin),
        "costmin": str(pair.costmin),
        "tick_size": str(pair.tick_size),
        "status": status,
        "long_position_limit": pair.long_position_limit,
        "short_position_limit": pair.short_position_limit,
    }
