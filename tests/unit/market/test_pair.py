"""Pair rules: grids, and the two minimums."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.market import RULES
from tui_bot.market.number import is_on_grid, on_grid, parse_decimal, plain, sign
from tui_bot.market.order import Side
from tui_bot.market.pair import PairRules

prices = st.decimals(Decimal("0.0001"), Decimal(1_000_000), places=7)
volumes = st.decimals(Decimal(0), Decimal(10_000), places=12)
steps = st.sampled_from([Decimal(text) for text in ("0.1", "0.5", "0.01", "0.00001", "1", "5", "0.25")])
rules = st.builds(
    lambda lots, tick: replace(RULES, lot_decimals=lots, tick_size=tick), st.integers(0, 10), steps
)


@given(rules, volumes)
def test_f78_f79_a_volume_is_never_rounded_up_and_lies_on_the_lot_grid(
    pair: PairRules, volume: Decimal
) -> None:
    rounded = pair.round_volume(volume)
    assert 0 <= volume - rounded < pair.lot_step
    assert is_on_grid(rounded, pair.lot_step)
    assert Decimal(pair.format_volume(rounded)) == rounded


@given(rules, prices)
def test_f78_a_rounded_price_lies_on_the_tick_grid_and_next_to_the_price(
    pair: PairRules, price: Decimal
) -> None:
    down, up, near = (pair.round_price(price, way) for way in ("down", "up", "nearest"))
    assert down <= price <= up
    assert up - down in (0, pair.tick_size)
    assert near in (down, up)
    assert abs(near - price) <= pair.tick_size / 2
    assert pair.price_fault(up) is None


@given(steps, st.decimals(Decimal(-1000), Decimal(1000), places=6))
def test_toward_zero_shortens_both_signs(step: Decimal, value: Decimal) -> None:
    assert abs(on_grid(value, step, "toward_zero")) == on_grid(abs(value), step, "down")


@pytest.mark.parametrize(
    ("volume", "price", "fault"),
    [
        ("0.00005", "60000", None),
        ("0.00004", "60000", "below the minimum of 0.00005 BTC"),
        ("0.00005", "9999.9", "less than the minimum of 0.5 USD"),
        ("0.00005", "10000", None),
        ("0.000050001", "60000", "more than 8 decimals"),
        ("0", "60000", "not a positive number"),
        ("-1", "60000", "not a positive number"),
        ("NaN", "60000", "not a positive number"),
    ],
)
def test_f80_both_minimums_count(volume: str, price: str, fault: str | None) -> None:
    found = RULES.volume_fault(Decimal(volume), Decimal(price))
    assert found == fault if fault is None else found is not None and fault in found


@pytest.mark.parametrize(
    ("price", "fault"),
    [
        ("60000.1", None),
        ("60000.15", "multiple of the tick size 0.1"),
        ("0", "positive"),
        ("NaN", "positive"),
    ],
)
def test_a_price_off_the_tick_grid_is_named(price: str, fault: str | None) -> None:
    found = RULES.price_fault(Decimal(price))
    assert found == fault if fault is None else found is not None and fault in found


def test_f24_dust_is_what_cannot_be_sold() -> None:
    price = Decimal(60_000)
    assert RULES.is_dust(Decimal("0.00004"), price)
    assert RULES.is_dust(Decimal("-0.00004"), price)
    assert RULES.is_dust(Decimal("0.00005"), Decimal(9_000))
    assert not RULES.is_dust(Decimal("0.00005"), price)
    assert not RULES.is_dust(Decimal(0), price)


def test_names_and_leverages_are_those_of_the_pair() -> None:
    pair = replace(RULES, leverage_buy=(2, 3), leverage_sell=(2,))
    assert (pair.base_name, pair.quote_name) == ("BTC", "USD")
    assert pair.leverages(Side.BUY) == (2, 3)
    assert pair.leverages(Side.SELL) == (2,)
    assert pair.taker_rate == Decimal("0.004")
    assert replace(pair, taker_fees=()).taker_rate == 0


@given(st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**15), max_value=10**15))
def test_a_number_survives_being_written_and_read(value: Decimal) -> None:
    assert parse_decimal(plain(value)) == value


@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "1e5", "1_000", "", " 1", "+1", "1.", ".5", "٣", "１", "0x10", "9" * 31, "1\n"],
)
def test_only_plain_ascii_digits_are_a_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain decimal number"):
        parse_decimal(text)


@pytest.mark.parametrize(("value", "expected"), [("3", 1), ("-0.1", -1), ("0", 0), ("-0", 0)])
def test_sign(value: str, expected: int) -> None:
    assert sign(Decimal(value)) == expected
