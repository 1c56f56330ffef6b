"""One pair's order book, kept from the book channel and verified with every message.

Source: Kraken API Center, "Book" and the guide to its checksum. Levels that fall out of the depth vanish
without a word, so each side is cut after every message.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal

from tui_bot.kraken.frames import Level, PushedBook

DEPTHS = (10, 25, 100, 500, 1000)
_CHECKED = 10


class OutOfStep(Exception):
    """The book is not Kraken's any more; it has to be subscribed to again."""


class OrderBook:
    """Both sides at one depth. After ``OutOfStep`` it is empty until the next snapshot.

    Prices and quantities are kept as integers at the pair's decimals: written without their point and
    without leading zeros they are what the checksum runs over.
    """

    def __init__(self, depth: int, price_decimals: int, volume_decimals: int = 8) -> None:
        if depth not in DEPTHS:
            raise ValueError(f"a book has a depth of {', '.join(map(str, DEPTHS))}, not {depth}")
        self._price_unit = Decimal(1).scaleb(-price_decimals)
        self._volume_unit = Decimal(1).scaleb(-volume_decimals)
        self._asks = _Side(depth, rising=True)
        self._bids = _Side(depth, rising=False)
        self.is_known = False

    @property
    def asks(self) -> list[Level]:
        """Price and quantity, lowest price first."""
        return self._plain(self._asks)

    @property
    def bids(self) -> list[Level]:
        """Price and quantity, highest price first."""
        return self._plain(self._bids)

    def take(self, told: PushedBook, *, snapshot: bool) -> None:
        """Take in one message.

        Raises:
            OutOfStep: the checksum differs, a number is off the pair's grid, or nothing was known yet.
        """
        if not snapshot and not self.is_known:
            raise OutOfStep("an update without a snapshot")
        if snapshot:
            self._asks.clear()
            self._bids.clear()
        try:
            self._asks.apply(self._whole(level) for level in told.asks)
            self._bids.apply(self._whole(level) for level in told.bids)
            self._verify(told.checksum)
        except OutOfStep:
            self.forget()
            raise
        self.is_known = True

    def forget(self) -> None:
        """Empty it, until a snapshot comes."""
        self._asks.clear()
        self._bids.clear()
        self.is_known = False

    def _verify(self, checksum: int) -> None:
        digits = self._asks.digits() + self._bids.digits()
        if zlib.crc32(digits.encode()) != checksum:
            raise OutOfStep("the checksum differs")

    def _whole(self, level: Level) -> tuple[int, int]:
        price, volume = level[0] / self._price_unit, level[1] / self._volume_unit
        ticks, lots = int(price), int(volume)
        if ticks != price or lots != volume or ticks <= 0 or lots < 0:
            raise OutOfStep("a level is off the pair's grid")
        return ticks, lots

    def _plain(self, side: _Side) -> list[Level]:
        return [(ticks * self._price_unit, lots * self._volume_unit) for ticks, lots in side.levels()]


class _Side:
    """Levels sorted from the best; keys are prices with the sign that makes the best the smallest."""

    def __init__(self, depth: int, *, rising: bool) -> None:
        self._depth = depth
        self._sign = 1 if rising else -1
        self._keys: list[int] = []
        self._lots: dict[int, int] = {}

    def clear(self) -> None:
        self._keys.clear()
        self._lots.clear()

    def apply(self, levels: Iterable[tuple[int, int]]) -> None:
        """Set or delete levels in the order given (a message can name a price twice), then cut."""
        for ticks, lots in levels:
            key = self._sign * ticks
            if lots:
                if key not in self._lots:
                    self._keys.insert(bisect_left(self._keys, key), key)
                self._lots[key] = lots
            elif self._lots.pop(key, None) is not None:
                del self._keys[bisect_left(self._keys, key)]
        for key in self._keys[self._depth :]:
            del self._lots[key]
        del self._keys[self._depth :]

    def levels(self) -> list[tuple[int, int]]:
        return [(abs(key), self._lots[key]) for key in self._keys]

    def digits(self) -> str:
        return "".join(f"{abs(key)}{self._lots[key]}" for key in self._keys[:_CHECKED])
