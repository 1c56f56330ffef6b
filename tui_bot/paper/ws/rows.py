"""Rows of the public channels, in the members, order and decimals of recorded frames."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tui_bot.paper.candles import Candle
from tui_bot.paper.clock import NS_PER_MINUTE
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.instruments import ASSETS, Asset, Pair
from tui_bot.paper.market import Market
from tui_bot.paper.public import book_side
from tui_bot.paper.tape import Trade
from tui_bot.paper.ws.text import Number, timestamp

_DAY_MINUTES = 1440
_KINDS = {"m": "market", "l": "limit"}
_CENT = Decimal("0.01")


def price(pair: Pair, ticks: int) -> Number:
    """A price at the pair's precision."""
    return Number(pair.price_text(ticks, pair.pair_decimals))


def quantity(pair: Pair, lots: int) -> Number:
    """A volume with eight decimals."""
    return Number(pair.volume_text(lots))


def ticker_row(exchange: Exchange, market: Market) -> dict[str, Any]:
    """Best prices and the figures of the last 24 hours."""
    pair, last = market.pair, market.last.ticks
    day = market.candles.day(exchange.now_ns // NS_PER_MINUTE - _DAY_MINUTES + 1)
    (ask, _), *_ = book_side(exchange, market, "sell", 1)
    (bid, _), *_ = book_side(exchange, market, "buy", 1)
    change = last - day.open
    return {
        "symbol": pair.symbol,
        "bid": price(pair, bid.ticks),
        "bid_qty": quantity(pair, bid.lots),
        "ask": price(pair, ask.ticks),
        "ask_qty": quantity(pair, ask.lots),
        "last": price(pair, last),
        "volume": quantity(pair, day.lots),
        "vwap": price(pair, day.value // day.lots if day.lots else 0),
        "low": price(pair, day.low),
        "high": price(pair, day.high),
        "change": price(pair, change),
        "change_pct": (Decimal(change * 100) / Decimal(day.open)).quantize(_CENT),
        "timestamp": timestamp(exchange.now_ns),
    }


def trade_row(pair: Pair, trade: Trade) -> dict[str, Any]:
    """One public trade; the side is the taker's."""
    return {
        "symbol": pair.symbol,
        "side": "buy" if trade.side == "b" else "sell",
        "price": price(pair, trade.ticks),
        "qty": quantity(pair, trade.lots),
        "ord_type": _KINDS[trade.kind],
        "trade_id": trade.number,
        "timestamp": timestamp(trade.ns),
    }


def candle_row(pair: Pair, candle: Candle, interval: int) -> dict[str, Any]:
    """One candle. `timestamp` is its end, and deprecated; nothing tells whether it is closed."""
    begin = candle.minute * NS_PER_MINUTE
    return {
        "symbol": pair.symbol,
        "open": price(pair, candle.open),
        "high": price(pair, candle.high),
        "low": price(pair, candle.low),
        "close": price(pair, candle.close),
        "trades": candle.trades,
        "volume": quantity(pair, candle.lots),
        "vwap": price(pair, candle.value // candle.lots if candle.lots else 0),
        "interval_begin": timestamp(begin, 9),
        "interval": interval,
        "timestamp": timestamp(begin + interval * NS_PER_MINUTE),
    }


def instrument_row(exchange: Exchange) -> dict[str, Any]:
    """All assets and pairs: the one channel whose data is an object."""
    return {
        "assets": [_asset(asset) for asset in ASSETS.values()],
        "pairs": [pair_row(exchange, pair) for pair in exchange.pairs],
    }


def _asset(asset: Asset) -> dict[str, Any]:
    return {
        "id": asset.symbol,
        "status": "enabled",
        "precision": asset.decimals,
        "precision_display": asset.display_decimals,
        "borrowable": True,
        "collateral_value": Number("1.00"),
        "margin_rate": Number(f"{asset.margin_rate:.6f}"),
    }


def pair_row(exchange: Exchange, pair: Pair) -> dict[str, Any]:
    """One pair as `instrument` shows it."""
    symbols = {asset.id: asset.symbol for asset in ASSETS.values()}
    step = Number(f"{pair.tick_size:f}")
    row: dict[str, Any] = {
        "symbol": pair.symbol,
        "base": symbols[pair.base],
        "quote": symbols[pair.quote],
        "status": exchange.pair_status.get(pair.id, "online"),
        "qty_precision": pair.lot_decimals,
        "qty_increment": Number(pair.volume_text(1)),
        "price_precision": pair.pair_decimals,
        "cost_precision": pair.cost_decimals,
        "marginable": bool(pair.leverage_buy or pair.leverage_sell),
        "has_index": True,
        "cost_min": Number(f"{pair.costmin:.2f}"),
    }
    if row["marginable"]:
        row |= {
            "margin_initial": Number("0.20"),
            "position_limit_long": pair.long_position_limit,
            "position_limit_short": pair.short_position_limit,
        }
    row |= {"tick_size": step, "price_increment": step, "qty_min": Number(pair.volume_text(_least(pair)))}
    return row


def _least(pair: Pair) -> int:
    return int(pair.ordermin.scaleb(pair.lot_decimals))
