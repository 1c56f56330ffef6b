"""OHLC and Ticker answers as candles and quotes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui_bot.engine.events import Quote
from tui_bot.kraken.fields import Row, WireError, decimal_of, integer_of, mapping_of
from tui_bot.market.candle import Candle

#: The intervals OHLC offers, in seconds.
INTERVALS = tuple(60 * minutes for minutes in (1, 5, 15, 30, 60, 240, 1440, 10080, 21600))


@dataclass(frozen=True, slots=True)
class Recent:
    """The newest candles: the closed ones, oldest first, and the one still running."""

    closed: tuple[Candle, ...]
    forming: Candle | None


def recent_candles(result: object) -> Recent:
    """The candles of an OHLC answer.

    The last row is the running candle; ``last`` is the start of the last closed one.

    Raises:
        WireError: the answer is not what it should be.
    """
    where = "OHLC"
    members = mapping_of(result, where)
    last = integer_of(members.get("last"), where, "last")
    by_begin = {candle.begin: candle for candle in map(_candle, _rows(members, where))}
    candles = [by_begin[begin] for begin in sorted(by_begin)]
    closed = tuple(candle for candle in candles if candle.begin <= last)
    running = [candle for candle in candles if candle.begin > last]
    # only the newest runs; what else stands behind the last closed one is judged like a closed one
    return Recent((*closed, *running[:-1]), running[-1] if running else None)


def ticker_quote(result: object, at_ms: int) -> Quote:
    """The quote of a Ticker answer for one pair; ``at_ms`` is when it was read.

    Raises:
        WireError: the answer is not what it should be.
    """
    where = "Ticker"
    values = list(mapping_of(result, where).values())
    if len(values) != 1:
        raise WireError(where, "it is not about one pair")
    row = Row.of(values[0], where)
    bid, ask, last = (decimal_of(row.items(name)[:1] and row.items(name)[0], where, name) for name in "bac")
    if min(bid, ask, last) <= 0:
        raise WireError(where, "a price is zero or negative")
    return Quote(bid, ask, last, at_ms)


def _rows(members: Mapping[str, object], where: str) -> list[object]:
    lists = [value for name, value in members.items() if name != "last"]
    if len(lists) != 1 or not isinstance(lists[0], list):
        raise WireError(where, "it is not about one pair")
    return lists[0]


def _candle(row: object) -> Candle:
    where = "OHLC"
    if not isinstance(row, list) or len(row) < 8:
        raise WireError(where, "a row is not a candle")
    begin, opened, high, low, close, _vwap, volume, trades = row[:8]
    return Candle(
        begin=integer_of(begin, where, "time"),
        open=decimal_of(opened, where, "open"),
        high=decimal_of(high, where, "high"),
        low=decimal_of(low, where, "low"),
        close=decimal_of(close, where, "close"),
        volume=decimal_of(volume, where, "volume"),
        trades=integer_of(trades, where, "count"),
    )
