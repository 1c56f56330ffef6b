"""The columns of a history: slices are views that count their own holes, prices are exact."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from tui_bot.backtest.history import History


def history(minutes: list[int], *, filled: bool = False, volume: list[float] | None = None) -> History:
    """One candle a minute given; the close is 1000 ticks and its place."""
    close = np.arange(len(minutes), dtype=np.int32) + 1000
    begin = np.array(minutes, np.int64) * 60
    holes = minutes[-1] - minutes[0] + 1 - len(minutes) if minutes else 0
    if filled:
        holes = (volume or []).count(0)
    volumes = np.array(volume or [1.0] * len(minutes))
    return History(
        "BTC/USD", 60, Decimal("0.1"), begin, close, close + 2, close - 2, close, volumes, holes, filled
    )


def test_a_price_is_exact_whatever_the_integer() -> None:
    made = history([1, 2])
    assert made.price(made.close[1]) == Decimal("100.1")
    assert str(made.price(3)) == "0.3"


def test_a_slice_is_a_view_of_every_column() -> None:
    whole = history([1, 2, 3, 4])
    part = whole.slice(1, -1)
    assert len(part) == 2
    assert part.end == 4 * 60
    for name in ("begin", "open", "high", "low", "close", "volume"):
        assert np.shares_memory(getattr(part, name), getattr(whole, name))
        assert list(getattr(part, name)) == list(getattr(whole, name))[1:-1]


@pytest.mark.parametrize(
    ("start", "stop", "holes"), [(0, None, 5), (1, None, 4), (0, 2, 1), (1, 2, 0), (2, 2, 0)]
)
def test_a_slice_counts_the_holes_inside_it(start: int, stop: int | None, holes: int) -> None:
    assert history([1, 3, 6, 9]).slice(start, stop).holes == holes


def test_a_slice_of_a_filled_history_counts_those_that_were_filled() -> None:
    whole = history([1, 2, 3, 4], filled=True, volume=[1, 0, 0, 2])
    assert (whole.holes, whole.slice(0, 2).holes, whole.slice(3).holes) == (2, 1, 0)


def test_nothing_has_no_end() -> None:
    assert (len(history([])), history([]).end, history([1]).slice(1).end) == (0, 0, 0)
