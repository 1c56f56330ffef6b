"""What one text frame of Kraken's WebSocket v2 says.

Source: Kraken API Center, the pages of the v2 channels, and recorded frames. Numbers are JSON
numbers with trailing zeros and go through Decimal. Unknown members and channels are tolerated.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tui_bot.kraken.decode import DecodeError, decode
from tui_bot.kraken.executions import PushedExecution, execution
from tui_bot.kraken.fields import Row, WireError, decimal_of
from tui_bot.kraken.times import nanoseconds
from tui_bot.market.candle import Candle
from tui_bot.sanitise import sanitise

#: The longest frame that is read, in bytes.
MAX_FRAME = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Alive:
    """A heartbeat, or the answer to the ping of that number: the connection lives, nothing else."""

    pong: int | None = None


@dataclass(frozen=True, slots=True)
class SystemTold:
    """The state of the exchange, pushed on connecting and on every change."""

    system: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The answer to a request; ``error`` is empty when it was accepted. There is one for each symbol.

    ``most_rate_count`` is what the counter of a pair's orders may reach (``maxratecount`` of executions).
    """

    method: str
    req_id: int | None
    symbol: str
    error: str
    most_rate_count: int | None = None


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


@dataclass(frozen=True, slots=True)
class PushedBalance:
    """All there is of an asset, in the name people use (``BTC``). What is tied up in orders is not told."""

    asset: str
    balance: Decimal

    @property
    def symbol(self) -> str:
        """It belongs to no pair."""
        return ""


Pushed = PushedCandle | PushedTicker | PushedTrade | PushedPair | PushedBook | PushedExecution | PushedBalance


@dataclass(frozen=True, slots=True)
class Data:
    """Rows of one channel, oldest first. A snapshot replaces what was known.

    ``at_ns`` is when Kraken sent it or made its newest row, where that is told. ``sequence`` numbers the
    messages of a private subscription from 1; a number left out is a message lost.
    """

    channel: str
    snapshot: bool
    rows: tuple[Pushed, ...]
    at_ns: int | None = None
    sequence: int | None = None


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
    number = row.members.get("req_id")
    if method == "pong":
        return Alive(number if isinstance(number, int) else None)
    if not row.has("error") and not row.has("success"):
        return Odd(f"an answer to {sanitise(method or 'nothing', 40)}")
    error = row.text("error", "")
    if not error and row.members.get("success") is not True:
        error = "refused without a reason"
    result = row.row("result") if row.has("result") else row
    symbol = result.text("symbol", "")
    most = result.integer("maxratecount") if result.has("maxratecount") else None
    return Acknowledged(method, number if isinstance(number, int) else None, symbol, error, most)


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
    sequence = row.integer("sequence") if row.has("sequence") else None
    return Data(where, _is_snapshot(row), tuple(map(reader, members)), _sent_ns(row, members), sequence)


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


def _balance(row: Row) -> Pushed:
    return PushedBalance(row.text("asset"), row.decimal("balance"))


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


_READERS = {
    "ohlc": _candle,
    "ticker": _ticker,
    "trade": _trade,
    "book": _book,
    "executions": execution,
    "balances": _balance,
}
