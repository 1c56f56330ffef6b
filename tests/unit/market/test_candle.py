"""Candles: what is believed, and the series that holds them without holes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.market import BEGIN, MINUTE, candle
from tui_bot.market.candle import Candle, CandleSeries, Upsert, candle_fault


def series(*closes: int, keep: int = 720) -> CandleSeries:
    made = CandleSeries(MINUTE, keep)
    made.extend(candle(minute, close) for minute, close in enumerate(closes))
    return made


def closes_of(held: CandleSeries) -> list[int]:
    return [int(one.close) for one in held.closed]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"open": Decimal("NaN")}, "not a finite number"),
        ({"high": Decimal("Infinity")}, "not a finite number"),
        ({"volume": Decimal("NaN")}, "not a finite number"),
        ({"low": Decimal(0)}, "zero or negative"),
        ({"open": Decimal(-1)}, "zero or negative"),
        ({"begin": BEGIN + 1}, "off the 60 s grid"),
        ({"high": Decimal(99)}, "do not enclose"),
        ({"low": Decimal(101)}, "do not enclose"),
        ({"volume": Decimal(-1)}, "negative"),
        ({"trades": -1}, "negative"),
    ],
)
def test_f51_f54_f55_a_candle_that_cannot_be_is_named(changes: dict[str, object], fault: str | None) -> None:
    found = candle_fault(candle(0, 100, **changes), MINUTE)
    assert found == fault if fault is None else found is not None and fault in found


def test_a_new_candle_is_added_and_becomes_the_last() -> None:
    held = series(100)
    assert held.close(candle(1, 101)) is Upsert.ADDED
    assert held.last == candle(1, 101)
    assert len(held) == 2


def test_f52_the_same_candle_twice_changes_nothing() -> None:
    held = series(100, 101)
    before = held.closed
    assert held.close(candle(1, 101)) is Upsert.UNCHANGED
    assert held.closed is before


def test_f52_a_candle_that_comes_again_otherwise_corrects_in_its_place() -> None:
    held = series(100, 101, 102)
    assert held.close(candle(1, 99)) is Upsert.CORRECTED
    assert closes_of(held) == [100, 99, 102]


def test_f52_a_candle_before_the_oldest_is_too_old() -> None:
    held = CandleSeries(MINUTE)
    held.close(candle(5, 100))
    assert held.close(candle(4, 100)) is Upsert.TOO_OLD
    assert len(held) == 1


def test_f48_a_hole_is_filled_flat_and_marked() -> None:
    held = series(100)
    held.close(candle(3, 103))
    assert closes_of(held) == [100, 100, 100, 103]
    assert [one.filled for one in held.closed] == [False, True, True, False]
    assert held.closed[1] == Candle.flat(BEGIN + MINUTE, Decimal(100))


def test_a_hole_longer_than_what_is_kept_leaves_no_hole() -> None:
    held = series(100, keep=5)
    held.close(candle(1000, 103))
    begins = [one.begin for one in held.closed]
    assert begins == [BEGIN + minute * MINUTE for minute in range(996, 1001)]


def test_a_corrected_candle_moves_the_holes_behind_it() -> None:
    held = series(100)
    held.close(candle(4, 104))
    held.close(candle(1, 105))
    assert closes_of(held) == [100, 105, 105, 105, 104]
    assert held.closed[2].filled
    held.close(candle(0, 90))
    assert closes_of(held) == [90, 105, 105, 105, 104]


def test_no_more_than_keep_candles_are_held() -> None:
    held = series(1, 2, 3, 4, 5, keep=3)
    assert closes_of(held) == [3, 4, 5]
    assert [int(one.close) for one in held.window(2)] == [4, 5]


def test_f47_the_forming_candle_is_never_among_the_closed() -> None:
    held = series(100)
    assert held.form(candle(1, 105)) is Upsert.ADDED
    assert held.form(candle(1, 105)) is Upsert.UNCHANGED
    assert closes_of(held) == [100]
    held.close(candle(1, 106))
    assert held.forming is None
    assert closes_of(held) == [100, 106]


def test_a_forming_candle_that_is_over_or_older_is_too_old() -> None:
    held = series(100, 101)
    assert held.form(candle(1, 99)) is Upsert.TOO_OLD
    held.form(candle(3, 99))
    assert held.form(candle(2, 99)) is Upsert.TOO_OLD
    assert held.forming == candle(3, 99)


def test_a_late_closed_candle_leaves_the_forming_one_alone() -> None:
    held = series(100)
    held.form(candle(2, 105))
    held.close(candle(1, 101))
    assert held.forming == candle(2, 105)


def test_closed_is_the_same_object_until_something_changes() -> None:
    held = series(100, 101)
    before = held.closed
    held.form(candle(2, 1))
    assert held.closed is before
    held.close(candle(2, 1))
    assert held.closed is not before


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), min_size=1), st.integers(1, 12))
def test_whatever_comes_the_series_has_no_hole_and_is_in_order(
    arrivals: list[tuple[int, int]], keep: int
) -> None:
    held = CandleSeries(MINUTE, keep)
    told: dict[int, Decimal] = {}
    for minute, close in arrivals:
        one = candle(minute, close)
        if held.close(one) is not Upsert.TOO_OLD:
            told[one.begin] = one.close
    begins = [one.begin for one in held.closed]
    assert begins == list(range(begins[0], begins[0] + len(begins) * MINUTE, MINUTE))
    assert len(begins) <= keep
    assert all(one.close == told[one.begin] for one in held.closed if not one.filled)
    for before, one in zip(held.closed, held.closed[1:], strict=False):
        assert not one.filled or one.close == before.close
