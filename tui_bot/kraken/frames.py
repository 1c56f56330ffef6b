"""What one text frame of Kraken's WebSocket v2 says.

Source: Kraken API Center, the pages of the public v2 channels, and recorded frames. Numbers are JSON
numbers with trailing zeros and go through Decimal. Unknown members and channels are tolerated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from tui_bot.kraken.decode import DecodeError, decode
from tui_bot.kraken.fields import Row, WireError, decimal_of
from tui_bot.market.candle import Candle
from tui_bot.sanitise import sanitise

#: The longest frame that is read, in bytes.
MAX_FRAME = 1024 * 1024

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Alive:
    """A heartbeat or a pong: the connection lives, nothing else."""


@dataclass(frozen=True, slots=True)
class SystemTold:
    """The state of the exchange, pushed on connecting and on every change."""

    system: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The answer to a request; ``error`` is empty when it was accepted. There is one for each symbol."""

    method: str
    req_id: int | None
    symbol: str
    error: str


@dataclass(frozen=True, slots=True)
class PushedCandle:
    """A candle as it stands; nothing on this channel tells whether it is closed."""

    symbol: str
    interval: int
    candle: Candle


@dataclass(frozen=True, slots=True)
class PushedTicker:
    """Best prices and the last trade's."""

    symbol: str
    bid: Decimal
    ask: Decimal
    last: Decimal


@dataclass(frozen=True, slots=True)
class PushedTrade:
    """A public trade; ``side`` is the taker's, ``at_ns`` its time in nanoseconds."""

    symbol: str
    side: str
    price: Decimal
    volume: Decimal
    trade_id: int
    at_ns: int


@dataclass(frozen=True, slots=True)
class PushedPair:
    """A pair's state and precision, from the instrument channel."""

    symbol: str
    status: str
    price_decimals: int
    volume_decimals: int


Level = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class PushedBook:
    """Levels of a book as (price, quantity), in the order sent; quantity 0 deletes one."""

    symbol: str
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    checksum: int


Pushed = PushedCandle | PushedTicker | PushedTrade | PushedPair | PushedBook


@dataclass(frozen=True, slots=True)
class Data:
    """Rows of one channel, oldest first. A snapshot replaces what was known.

    ``at_ns`` is when Kraken sent it or made its newest row, where that is told.
    """

    channel: str
    snapshot: bool
    rows: tuple[Pushed, ...]
    at_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Odd:
    """Something else, made harmless: a channel nobody asked for, or the gateway's plain text."""

    text: str


Frame = Alive | SystemTold | Acknowledged | Data | Odd


def read_frame(body: bytes) -> Frame:
    """What a frame says.

    Raises:
        DecodeError: it begins like JSON and is none that can be trusted.
        WireError: it is not what its channel should carry.
    """
    if not body.startswith(b"{"):
        return Odd(sanitise(body[:200].decode(errors="replace"), 80))
    members = decode(body)
    if not isinstance(members, dict):
        raise DecodeError("not an object")
    channel = members.get("channel")
    if channel is None:
        return _answer(Row("an answer", members))
    return _channel(channel, Row(sanitise(channel, 20), members))


def _answer(row: Row) -> Frame:
    method = row.text("method", "")
    if method == "pong":
        return Alive()
    if not row.has("error") and not row.has("success"):
        return Odd(f"an answer to {sanitise(method or 'nothing', 40)}")
    number = row.members.get("req_id")
    error = row.text("error", "")
    if not error and row.members.get("success") is not True:
        error = "refused without a reason"
    result = row.row("result") if row.has("result") else row
    symbol = result.text("symbol", "")
    return Acknowledged(method, number if isinstance(number, int) else None, symbol, error)


def _channel(channel: object, row: Row) -> Frame:
    if channel == "heartbeat":
        return Alive()
    if channel == "status":
        (state,) = row.items("data")[:1] or [None]
        return SystemTold(Row.of(state, "status").text("system", "?"))
    if channel == "instrument":
        pairs = row.row("data").items("pairs")
        return Data("instrument", _is_snapshot(row), tuple(_pair(Row.of(one, "instrument")) for one in pairs))
    reader = _READERS.get(channel) if isinstance(channel, str) else None
    if reader is None:
        return Odd(f"the channel {sanitise(channel, 40)}")
    where = row.where
    members = [Row.of(one, where) for one in row.items("data")]
    return Data(where, _is_snapshot(row), tuple(map(reader, members)), _sent_ns(row, members))


def _sent_ns(row: Row, members: list[Row]) -> int | None:
    """The frame's own time; a ticker has it in its row, where that of a candle is something else (F50)."""
    if not row.has("timestamp") and row.where == "ticker" and members:
        row = members[-1]
    return nanoseconds(row.members["timestamp"], row.where) if row.has("timestamp") else None


def _is_snapshot(row: Row) -> bool:
    return row.text("type", "update") == "snapshot"


def _candle(row: Row) -> Pushed:
    begin_ns = nanoseconds(row.members.get("interval_begin"), row.where)
    begin, fraction = divmod(begin_ns, 1_000_000_000)
    if fraction:
        raise WireError(row.where, "a candle begins between two seconds")
    # the member named timestamp is deprecated: it is the interval's end (F50)
    candle = Candle(
        begin=begin,
        open=row.decimal("open"),
        high=row.decimal("high"),
        low=row.decimal("low"),
        close=row.decimal("close"),
        volume=row.decimal("volume"),
        trades=row.integer("trades"),
    )
    return PushedCandle(row.text("symbol"), row.integer("interval") * 60, candle)


def _ticker(row: Row) -> Pushed:
    return PushedTicker(row.text("symbol"), row.decimal("bid"), row.decimal("ask"), row.decimal("last"))


def _trade(row: Row) -> Pushed:
    return PushedTrade(
        row.text("symbol"),
        row.text("side"),
        row.decimal("price"),
        row.decimal("qty"),
        row.integer("trade_id"),
        nanoseconds(row.members.get("timestamp"), row.where),
    )


def _pair(row: Row) -> Pushed:
    return PushedPair(
        row.text("symbol"),
        row.text("status", "?"),
        row.integer("price_precision"),
        row.integer("qty_precision"),
    )


def _book(row: Row) -> Pushed:
    checksum = row.integer("checksum")
    return PushedBook(row.text("symbol"), _levels(row, "bids"), _levels(row, "asks"), checksum)


def _levels(row: Row, side: str) -> tuple[Level, ...]:
    levels = []
    for one in row.items(side):
        if not isinstance(one, dict):
            raise WireError(row.where, "a level is not an object")
        price = decimal_of(one.get("price"), row.where, "price")
        levels.append((price, decimal_of(one.get("qty"), row.where, "qty")))
    return tuple(levels)


_READERS = {"ohlc": _candle, "ticker": _ticker, "trade": _trade, "book": _book}


def nanoseconds(value: object, where: str) -> int:
    """An RFC 3339 time in UTC with up to nine fractional digits, as nanoseconds since 1970.

    Raises:
        WireError: it is none.
    """
    moment = _moment(value) if isinstance(value, str) and len(value) <= 40 else None
    if moment is None:
        raise WireError(where, f"not a time: {sanitise(value, 40)}")
    return moment


@lru_cache(maxsize=64)  # a candle's begin comes with every trade in it
def _moment(text: str) -> int | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    try:
        second = datetime.fromisoformat(f"{found[1]}+00:00")
    except ValueError:
        return None
    return int(second.timestamp()) * 1_000_000_000 + int((found[2] or "0").ljust(9, "0"))
