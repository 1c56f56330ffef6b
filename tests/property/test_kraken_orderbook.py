"""The local order book against a plain one, over random markets and the checksum's definition."""

from __future__ import annotations

import random
import zlib
from decimal import Decimal

import pytest

from tui_bot.kraken.frames import Level, PushedBook
from tui_bot.kraken.orderbook import DEPTHS, OrderBook

UPDATES = {10: 5_000, 25: 2_000, 100: 1_000, 1000: 200}
Side = dict[int, int]


def checksum(asks: list[tuple[int, int]], bids: list[tuple[int, int]], decimals: int) -> int:
    """As the guide words it: texts at the pair's decimals, without point and leading zeros."""
    texts = []
    for ticks, lots in (*asks[:10], *bids[:10]):
        price = format(Decimal(ticks).scaleb(-decimals), f".{decimals}f")
        volume = format(Decimal(lots).scaleb(-8), ".8f")
        texts += [text.replace(".", "").lstrip("0") for text in (price, volume)]
    return zlib.crc32("".join(texts).encode())


class Venue:
    """The exchange's whole book; tells what a subscriber of a depth is told."""

    def __init__(self, chance: random.Random, depth: int, decimals: int) -> None:
        self.chance, self.depth, self.decimals = chance, depth, decimals
        self.middle = 3_000_000
        self.asks: Side = {}
        self.bids: Side = {}
        for _ in range(depth + 5):
            self._touch()

    def _touch(self) -> list[tuple[bool, int, int]]:
        """Changes one price once or twice; returns (is an ask, ticks, lots)."""
        is_ask = self.chance.random() < 0.5
        side = self.asks if is_ask else self.bids
        away = 1 + int(self.chance.expovariate(1 / (2 * self.depth)))
        ticks = self.middle + away if is_ask else self.middle - away
        changes = []
        for _ in range(self.chance.choice((1, 1, 1, 2))):
            lots = 0 if self.chance.random() < 0.35 else self.chance.choice((1, 10**8, 123_456_789, 50))
            if lots:
                side[ticks] = lots
            else:
                side.pop(ticks, None)
            changes.append((is_ask, ticks, lots))
        return changes

    def top(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        return sorted(self.asks.items())[: self.depth], sorted(self.bids.items(), reverse=True)[: self.depth]

    def snapshot(self) -> PushedBook:
        asks, bids = self.top()
        return PushedBook("X/Y", self._levels(bids), self._levels(asks), checksum(asks, bids, self.decimals))

    def update(self) -> PushedBook:
        """What changed within the depth, and what came into it, before or after."""
        before_asks, before_bids = map(dict, self.top())
        changes = [change for _ in range(self.chance.randint(1, 3)) for change in self._touch()]
        asks, bids = self.top()
        told: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
        for is_ask, ticks, lots in changes:
            known = before_asks if is_ask else before_bids
            if ticks in known or ticks in dict(asks if is_ask else bids):
                told[is_ask].append((ticks, lots))
        for is_ask, now, before in ((True, asks, before_asks), (False, bids, before_bids)):
            named = {ticks for ticks, _ in told[is_ask]}
            told[is_ask] += [level for level in now if level[0] not in before and level[0] not in named]
        return PushedBook(
            "X/Y", self._levels(told[False]), self._levels(told[True]), checksum(asks, bids, self.decimals)
        )

    def _levels(self, side: list[tuple[int, int]]) -> tuple[Level, ...]:
        return tuple((Decimal(t).scaleb(-self.decimals), Decimal(lots).scaleb(-8)) for t, lots in side)


@pytest.mark.parametrize(("depth", "decimals"), [(10, 1), (10, 5), (25, 2), (100, 1), (1000, 0)])
def test_the_book_follows_the_venue(depth: int, decimals: int) -> None:
    assert depth in DEPTHS
    follow(depth, decimals, UPDATES[depth])


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_book_follows_for_100_000_updates() -> None:
    follow(10, 1, 100_000)


def follow(depth: int, decimals: int, updates: int) -> None:
    """Take in so many updates, each with its checksum, and compare the whole book in the end."""
    chance = random.Random(depth * 10 + decimals)
    venue = Venue(chance, depth, decimals)
    book = OrderBook(depth, decimals)
    book.take(venue.snapshot(), snapshot=True)
    for _ in range(updates):
        book.take(venue.update(), snapshot=False)
    asks, bids = venue.top()
    assert [(int(price.scaleb(decimals)), int(lots.scaleb(8))) for price, lots in book.asks] == asks
    assert [(int(price.scaleb(decimals)), int(lots.scaleb(8))) for price, lots in book.bids] == bids
