"""Answers of the public endpoints, in the shapes, key order and decimals of Kraken's answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from tui_bot.paper.auth import unsigned
from tui_bot.paper.book import DEPTH_LIMIT
from tui_bot.paper.candles import INTERVALS, Candle
from tui_bot.paper.catalogue import asset_pairs, assets, named_pair, named_pairs
from tui_bot.paper.clock import NS_PER_MINUTE, NS_PER_SECOND
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.instruments import Pair
from tui_bot.paper.market import Market
from tui_bot.paper.matching import Match
from tui_bot.paper.refusal import invalid
from tui_bot.paper.tape import Trade

Params = Mapping[str, str]
_DAY_MINUTES = 1440
_TRADES_LIMIT = 1000
_SPREADS_LIMIT = 200
_FAR = 2**63


def server_time(exchange: Exchange, _params: Params) -> Any:
    """Time."""
    second = exchange.shown_ns // NS_PER_SECOND
    return {
        "unixtime": second,
        "rfc1123": datetime.fromtimestamp(second, UTC).strftime("%a, %d %b %y %H:%M:%S +0000"),
    }


def system_status(exchange: Exchange, _params: Params) -> Any:
    """SystemStatus."""
    moment = datetime.fromtimestamp(exchange.now_ns // NS_PER_SECOND, UTC)
    return {"status": exchange.system, "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}


def ticker(exchange: Exchange, params: Params) -> Any:
    """Ticker."""
    markets = ((name, exchange.markets[pair.id]) for name, pair in named_pairs(exchange, params))
    return {name: _ticker_row(exchange, market) for name, market in markets if market.open}


def ohlc(exchange: Exchange, params: Params) -> Any:
    """OHLC: up to 720 closed rows and the running one; `since` is exclusive."""
    name, pair = named_pair(exchange, params)
    interval = unsigned(params, "interval", 1, 21600)
    if interval not in INTERVALS:
        raise invalid("interval")
    rows = exchange.markets[pair.id].candles.rows(interval)
    last = rows[-2].minute * 60 if len(rows) > 1 else 0
    since = unsigned(params, "since", -1, _FAR) if params.get("since") else -1
    return {name: [_ohlc_row(pair, row) for row in rows if row.minute * 60 > since], "last": last}


def depth(exchange: Exchange, params: Params) -> Any:
    """Depth: the synthetic book with the resting orders of the account merged in."""
    name, pair = named_pair(exchange, params)
    count = unsigned(params, "count", 100, DEPTH_LIMIT)
    if count < 1:
        raise invalid("count")
    market = exchange.markets[pair.id]
    return {
        name: {
            "asks": [_level_row(pair, *row) for row in book_side(exchange, market, "sell", count)],
            "bids": [_level_row(pair, *row) for row in book_side(exchange, market, "buy", count)],
        }
    }


def book_side(exchange: Exchange, market: Market, side: str, count: int) -> list[tuple[Match, int]]:
    """The best levels of one side with the second of their last change, own resting orders included."""
    if not market.open:
        return []
    best, step = (market.last.ask, 1) if side == "sell" else (market.last.bid, -1)
    rows = {
        level.ticks: (level.lots, level.second)
        for level in islice(market.book.levels(best, step, exchange.now_ns), count)
    }
    for order in exchange.ledger.live.values():
        placed = order.placed
        if placed.pair == market.pair.id and placed.side == side and placed.price and order.working:
            lots, second = rows.get(placed.price, (0, 0))
            shown = min(order.remaining, placed.display or order.remaining)
            rows[placed.price] = (lots + shown, max(second, placed.ns // NS_PER_SECOND))
    ranked = sorted(rows, reverse=side == "buy")[:count]
    return [(Match(ticks, rows[ticks][0]), rows[ticks][1]) for ticks in ranked]


def trades(exchange: Exchange, params: Params) -> Any:
    """Trades: oldest first after `since` (nanoseconds), or the newest ones; `last` feeds the next call."""
    name, pair = named_pair(exchange, params)
    count = unsigned(params, "count", _TRADES_LIMIT, _TRADES_LIMIT)
    if count < 1:
        raise invalid("count")
    tape = exchange.markets[pair.id].trades
    since = _since_ns(params)
    if since is None:
        picked = list(islice(tape, max(0, len(tape) - count), None))
    else:
        picked = list(islice((t for t in tape if t.ns > since), count))
    last = picked[-1].ns if picked else since or exchange.now_ns
    return {name: [_trade_row(pair, trade) for trade in picked], "last": str(last)}


def spread(exchange: Exchange, params: Params) -> Any:
    """Spread: recent quotes."""
    name, pair = named_pair(exchange, params)
    tape = exchange.markets[pair.id].trades
    rows: list[list[Any]] = [
        [trade.ns // NS_PER_SECOND, _price5(pair, trade.bid), _price5(pair, trade.ask)]
        for trade in islice(tape, max(0, len(tape) - _SPREADS_LIMIT), None)
    ]
    since = unsigned(params, "since", -1, _FAR) if params.get("since") else -1
    last = rows[-1][0] if rows else exchange.now_ns // NS_PER_SECOND
    return {name: [row for row in rows if row[0] >= since], "last": last}


METHODS: dict[str, Callable[[Exchange, Params], Any]] = {
    "Time": server_time,
    "SystemStatus": system_status,
    "Assets": assets,
    "AssetPairs": asset_pairs,
    "Ticker": ticker,
    "OHLC": ohlc,
    "Depth": depth,
    "Trades": trades,
    "Spread": spread,
}


def _since_ns(params: Params) -> int | None:
    text = params.get("since", "")
    if not text:
        return None
    whole = text.partition(".")[0]
    if not whole.isascii() or not whole.isdigit() or len(whole) > 20:
        raise invalid("since")
    # Kraken reads short numbers as seconds and long ones as nanoseconds
    return int(whole) * (NS_PER_SECOND if len(whole) <= 11 else 1)


def _price5(pair: Pair, ticks: int) -> str:
    return pair.price_text(ticks, 5)


def _ohlc_row(pair: Pair, row: Candle) -> list[Any]:
    places = pair.pair_decimals
    prices = [pair.price_text(ticks, places) for ticks in (row.open, row.high, row.low, row.close)]
    # a tick is one unit of the last decimal, so whole division truncates to pair_decimals
    vwap = pair.price_text(row.value // row.lots, places) if row.lots else "0.0"
    return [row.minute * 60, *prices, vwap, pair.volume_text(row.lots), row.trades]


def _level_row(pair: Pair, match: Match, second: int) -> list[Any]:
    return [_price5(pair, match.ticks), f"{pair.volume(match.lots):.3f}", second]


def _trade_row(pair: Pair, trade: Trade) -> list[Any]:
    moment = round(trade.ns / NS_PER_SECOND, 7)
    volume = pair.volume_text(trade.lots)
    return [_price5(pair, trade.ticks), volume, moment, trade.side, trade.kind, "", trade.number]


def _ticker_row(exchange: Exchange, market: Market) -> dict[str, Any]:
    pair, minute = market.pair, exchange.now_ns // NS_PER_MINUTE
    today = market.candles.day(minute - minute % _DAY_MINUTES)
    day = market.candles.day(minute - _DAY_MINUTES + 1)
    asks, bids = (book_side(exchange, market, side, 1)[0][0] for side in ("sell", "buy"))
    both = (today, day)
    return {
        "a": _best_row(pair, asks),
        "b": _best_row(pair, bids),
        "c": [_price5(pair, market.last.ticks), pair.volume_text(market.last.lots)],
        "v": [pair.volume_text(c.lots) for c in both],
        "p": [_vwap5(pair, c) for c in both],
        "t": [c.trades for c in both],
        "l": [_price5(pair, c.low) for c in both],
        "h": [_price5(pair, c.high) for c in both],
        "o": _price5(pair, today.open),
    }


def _vwap5(pair: Pair, candle: Candle) -> str:
    if candle.lots == 0:
        return "0.00000"
    scale = 10 ** (5 - pair.pair_decimals)
    return f"{Decimal(candle.value * scale // candle.lots).scaleb(-5):.5f}"


def _best_row(pair: Pair, match: Match) -> list[str]:
    volume = pair.volume(match.lots)
    return [_price5(pair, match.ticks), f"{max(1, int(volume))}", f"{volume:.3f}"]
