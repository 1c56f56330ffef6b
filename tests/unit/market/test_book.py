"""What a market order would get from a book."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_bot.market.book import Book, Level
from tui_bot.market.order import Side

D = Decimal
BOOK = Book(
    bids=((D("99.9"), D(1)), (D("99.0"), D(2))), asks=((D("100.0"), D(1)), (D("101.0"), D(3))), at_ms=7
)


@pytest.mark.parametrize(
    ("side", "volume", "average", "worst", "slippage"),
    [
        (Side.BUY, "0.5", "100", "100", "0"),
        (Side.BUY, "1", "100", "100", "0"),
        (Side.BUY, "2", "100.5", "101", "0.005"),
        (Side.SELL, "1", "99.9", "99.9", "0"),
        (Side.SELL, "3", "99.3", "99.0", None),
    ],
)
def test_an_order_takes_the_best_levels_first(
    side: Side, volume: str, average: str, worst: str, slippage: str | None
) -> None:
    sweep = BOOK.sweep(side, D(volume))
    assert sweep is not None
    assert (sweep.volume, sweep.average, sweep.worst) == (D(volume), D(average), D(worst))
    assert sweep.slippage == (1 - D("99.3") / D("99.9") if slippage is None else D(slippage))


def test_beyond_the_known_levels_there_is_only_so_much() -> None:
    sweep = BOOK.sweep(Side.BUY, D(10))
    assert sweep is not None
    assert (sweep.volume, sweep.worst) == (D(4), D(101))


def test_an_empty_side_and_no_volume_give_nothing() -> None:
    assert Book((), BOOK.asks, 0).sweep(Side.SELL, D(1)) is None
    assert BOOK.sweep(Side.BUY, D(0)) is None


prices = st.integers(1, 10**6).map(lambda ticks: D(ticks) / 10)
volumes = st.integers(1, 10**10).map(lambda lots: D(lots).scaleb(-8))
sides = st.dictionaries(prices, volumes, min_size=1, max_size=12)


@given(bids=sides, asks=sides, side=st.sampled_from(Side), volume=volumes)
def test_the_average_lies_between_best_and_worst(
    bids: dict[Decimal, Decimal], asks: dict[Decimal, Decimal], side: Side, volume: Decimal
) -> None:
    def ranked(levels: dict[Decimal, Decimal], falling: bool) -> tuple[Level, ...]:
        return tuple(sorted(levels.items(), reverse=falling))

    sweep = Book(ranked(bids, True), ranked(asks, False), 0).sweep(side, volume)
    assert sweep is not None
    low, high = sorted((sweep.best, sweep.worst))
    assert low * (1 - D("1e-20")) <= sweep.average <= high * (1 + D("1e-20"))
    assert sweep.slippage >= -D("1e-20")
    offered = sum((asks if side is Side.BUY else bids).values())
    assert sweep.volume == min(volume, offered)
