"""The book channel: snapshots, differences and the checksum (Kraken API Center, Book and its checksum
guide).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from tui_bot.paper.exchange import Exchange
from tui_bot.paper.instruments import Pair
from tui_bot.paper.market import Market
from tui_bot.paper.public import book_side
from tui_bot.paper.ws.text import Number, dumps, timestamp

DEPTHS = (10, 25, 100, 500, 1000)
_CHECKED = 10
Side = dict[int, int]


def checksum(asks: Iterable[tuple[str, str]], bids: Iterable[tuple[str, str]]) -> int:
    """CRC32 over the top ten levels, asks from low to high, then bids from high to low.

    Price and quantity texts lose their point and their leading zeros.
    """
    digits = "".join(
        text.replace(".", "").lstrip("0") for level in (*asks, *bids) for text in level
    )  # fmt: skip
    return zlib.crc32(digits.encode())


def difference(before: Side, after: Side, depth: int, *, rising: bool) -> Side:
    """The levels a subscriber must be told, 0 for gone, so that cutting to `depth` gives `after`.

    Levels pushed out of the depth by better ones vanish without a word. What is gone comes first, as in
    recorded frames: then a client may cut to the depth after every row and loses nothing.
    """
    full = len(after) >= depth
    worst = (max(after) if rising else min(after)) if full else 0
    gone = {}
    for ticks in before:
        beyond = full and (ticks > worst if rising else ticks < worst)
        if ticks not in after and not beyond:
            gone[ticks] = 0
    return gone | {ticks: lots for ticks, lots in after.items() if before.get(ticks) != lots}


class BookFeed:
    """One pair's book at one depth, as all its subscribers hold it."""

    def __init__(self, exchange: Exchange, market: Market, depth: int) -> None:
        self._exchange = exchange
        self._market = market
        self._depth = depth
        self._asks: Side = {}
        self._bids: Side = {}
        self._look()

    def snapshot(self) -> str:
        """The whole book."""
        return self._frame("snapshot", self._asks, self._bids)

    def update(self) -> str | None:
        """What changed since the last frame, or None."""
        asks, bids = self._asks, self._bids
        self._look()
        changed_asks = difference(asks, self._asks, self._depth, rising=True)
        changed_bids = difference(bids, self._bids, self._depth, rising=False)
        if not changed_asks and not changed_bids:
            return None
        return self._frame("update", changed_asks, changed_bids)

    def _look(self) -> None:
        self._asks, self._bids = (
            {
                match.ticks: match.lots
                for match, _ in book_side(self._exchange, self._market, side, self._depth)
            }
            for side in ("sell", "buy")
        )

    def _frame(self, kind: str, asks: Mapping[int, int], bids: Mapping[int, int]) -> str:
        pair = self._market.pair
        row: dict[str, Any] = {
            "symbol": pair.symbol,
            "bids": [_level(pair, *level) for level in bids.items()],
            "asks": [_level(pair, *level) for level in asks.items()],
            "checksum": checksum(_top(pair, self._asks), _top(pair, self._bids)),
            "timestamp": timestamp(self._exchange.now_ns),
        }
        return dumps({"channel": "book", "type": kind, "data": [row]})


def _level(pair: Pair, ticks: int, lots: int) -> dict[str, Number]:
    return {
        "price": Number(pair.price_text(ticks, pair.pair_decimals)),
        "qty": Number(pair.volume_text(lots)),
    }


def _top(pair: Pair, side: Side) -> list[tuple[str, str]]:
    best = list(side.items())[:_CHECKED]
    return [(pair.price_text(ticks, pair.pair_decimals), pair.volume_text(lots)) for ticks, lots in best]
