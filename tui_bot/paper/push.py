"""What comes in at /box/market: a quote, candles and states, as their source showed them.

JSON members, all but `now_ms` optional: `now_ms` (the source's clock, Unix milliseconds); `quote` (`bid`,
`ask`, `last`); `closed` and `running`: rows of [begin in seconds, open, high, low, close, volume, count];
`system` and `pair_status` (Kraken's words). Prices and volumes are texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tui_bot.paper.candles import CLOSED_ROWS, Candle
from tui_bot.paper.clock import NS_PER_MS
from tui_bot.paper.exchange import STATUSES
from tui_bot.paper.instruments import Pair
from tui_bot.paper.refusal import Refusal

_COLUMNS = 7
_FAR = 2**53


@dataclass(frozen=True, slots=True)
class Quote:
    """Best bid, best ask and last price in ticks."""

    bid: int
    ask: int
    last: int


@dataclass(frozen=True, slots=True)
class Push:
    """What a source showed at `now_ns` of its own clock. States may be empty: as before.

    `closed` are candles that are over, oldest first; `running` is one that is not.
    """

    now_ns: int
    quote: Quote | None = None
    closed: Sequence[Candle] = ()
    running: Candle | None = None
    system: str = ""
    pair_status: str = ""


def read_push(members: Mapping[str, Any], pair: Pair, interval: int) -> Push:
    """Reads and checks; `interval` is in minutes. Raises Refusal, which names what is wrong."""
    quote, running = members.get("quote"), members.get("running")
    closed = members.get("closed", [])
    if not isinstance(closed, list) or len(closed) > CLOSED_ROWS:
        raise _wrong("closed", f"not a list of at most {CLOSED_ROWS} rows")
    return Push(
        now_ns=_whole(members.get("now_ms"), "now_ms") * NS_PER_MS,
        quote=None if quote is None else _quote(quote, pair),
        closed=[_candle(row, pair, interval, f"closed row {place}") for place, row in enumerate(closed, 1)],
        running=None if running is None else _candle(running, pair, interval, "running"),
        system=_status(members, "system"),
        pair_status=_status(members, "pair_status"),
    )


def _quote(members: Any, pair: Pair) -> Quote:
    if not isinstance(members, dict):
        raise _wrong("quote", "not an object")
    bid, ask, last = (_ticks(members.get(name), pair, f"quote {name}") for name in ("bid", "ask", "last"))
    if bid > ask:
        raise _wrong("quote", f"bid {members['bid']} is above ask {members['ask']}")
    return Quote(bid, ask, last)


def _candle(row: Any, pair: Pair, interval: int, where: str) -> Candle:
    if not isinstance(row, list) or len(row) != _COLUMNS:
        raise _wrong(where, f"not a row of {_COLUMNS} members")
    begin = _whole(row[0], where)
    if begin % (interval * 60):
        raise _wrong(where, f"begin {begin} is not on the grid of {interval} minutes")
    first, high, low, close = (_ticks(cell, pair, where) for cell in row[1:5])
    if not low <= min(first, close) <= max(first, close) <= high:
        raise _wrong(where, "high and low do not enclose open and close")
    lots = int(_amount(row[5], where).scaleb(pair.lot_decimals))  # a finer volume is no reason to show none
    # nobody tells the average price, so there is none
    return Candle(begin // 60, first, high, low, close, 0, lots, _whole(row[6], where))


def _ticks(text: Any, pair: Pair, where: str) -> int:
    ticks = pair.ticks(_amount(text, where))
    if not ticks:
        raise _wrong(where, f"price {text} is zero or has more than {pair.pair_decimals} decimals")
    return ticks


def _amount(text: Any, where: str) -> Decimal:
    if isinstance(text, str) and len(text) <= 40 and text.isascii() and text.replace(".", "", 1).isdigit():
        return Decimal(text)
    raise _wrong(where, f"{str(text)[:40]!r} is not a plain number")


def _whole(text: Any, where: str) -> int:
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 17 and int(text) < _FAR:
        return int(text)
    raise _wrong(where, f"{str(text)[:40]!r} is not a whole number")


def _status(members: Mapping[str, Any], name: str) -> str:
    """The word, or maintenance for one that nobody here knows: nothing is traded on a guess."""
    word = members.get(name, "")
    if not isinstance(word, str):
        raise _wrong(name, "not a word")
    return word if word in STATUSES or not word else "maintenance"


def _wrong(where: str, what: str) -> Refusal:
    return Refusal(f"EGeneral:Invalid arguments:{where}: {what}")
