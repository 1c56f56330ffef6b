"""The position, against an accountant who keeps every lot in fractions and knows no average."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_bot.market.order import Fill, Side
from tui_bot.market.position import ROLLOVER_RATE, Position, position_of

CLOSE_ENOUGH = Fraction(1, 10**15)


def fill(side: Side, volume: str, price: str, fee: str = "0", at_ms: int = 0, leverage: int = 0) -> Fill:
    size, each = Decimal(volume), Decimal(price)
    return Fill("t", "o", "BTC/USD", side, each, size, size * each, Decimal(fee), at_ms, leverage)


@dataclass
class Accountant:
    """Cash in, cash out, and the coins held; at average cost."""

    size: Fraction = Fraction(0)
    cost: Fraction = Fraction(0)
    realised: Fraction = Fraction(0)
    fees: Fraction = Fraction(0)
    cash: Fraction = Fraction(0)
    open_fees: Fraction = Fraction(0)

    def book(self, one: Fill) -> None:
        """One unit of account at a time: what closes, then what opens."""
        volume, price, fee = Fraction(one.volume), Fraction(one.price), Fraction(one.fee)
        signed = volume * one.side.sign
        self.cash -= signed * price + fee
        self.fees += fee
        closing = min(volume, abs(self.size)) if self.size * signed < 0 else Fraction(0)
        if closing:
            part = closing / abs(self.size)
            way = 1 if self.size > 0 else -1
            self.realised += way * closing * price - self.cost * part
            self.cost -= self.cost * part
            self.open_fees -= self.open_fees * part
            self.size -= way * closing
        opening = volume - closing
        if opening:
            self.size += one.side.sign * opening
            self.cost += one.side.sign * opening * price
            self.open_fees += fee * opening / volume


fills = st.lists(
    st.builds(
        fill,
        st.sampled_from(list(Side)),
        st.integers(1, 400).map(lambda steps: str(Decimal(steps).scaleb(-4))),
        st.integers(1, 10_000_000).map(lambda ticks: str(Decimal(ticks).scaleb(-1))),
        st.integers(0, 10_000).map(lambda cents: str(Decimal(cents).scaleb(-2))),
    ),
    max_size=30,
)


def near(ours: Decimal, theirs: Fraction) -> bool:
    return abs(Fraction(ours) - theirs) <= CLOSE_ENOUGH * max(Fraction(1), abs(theirs))


@given(fills, st.integers(1, 10_000_000))
def test_size_realised_and_fees_are_those_of_the_accountant(booked: list[Fill], ticks: int) -> None:
    books = Accountant()
    for one in booked:
        books.book(one)
    position = position_of(booked)
    price = Decimal(ticks).scaleb(-1)
    assert Fraction(position.size) == books.size
    assert Fraction(position.fees) == books.fees
    assert near(position.realised, books.realised)
    assert near(position.open_fees, books.open_fees)
    if books.size:
        assert near(position.average, books.cost / books.size)
    wealth = books.cash + books.size * Fraction(price)
    assert near(position.realised - position.fees + position.unrealised(price), wealth)


@given(fills, st.integers(0, 100))
def test_at_break_even_the_open_size_earns_exactly_its_fees(booked: list[Fill], rate: int) -> None:
    position = position_of(booked)
    exit_rate = Decimal(rate).scaleb(-4)
    level = position.break_even(exit_rate, 0)
    assert (level is None) == position.is_flat
    if level is not None:
        scale = max(Decimal(1), abs(position.size * level))
        assert abs(position.net(level, exit_rate, 0)) < Decimal("1e-15") * scale
        gain = position.net(level + position.size / abs(position.size), exit_rate, 0)
        assert gain > 0


@given(fills)
def test_net_closing_equals_closing(booked: list[Fill]) -> None:
    before = position_of(booked)
    if before.is_flat:
        return
    price, rate = Decimal(54_321), Decimal("0.004")
    side = Side.SELL if before.size > 0 else Side.BUY
    fee = abs(before.size) * price * rate
    after = before.book(fill(side, str(abs(before.size)), str(price), str(fee)))
    assert after.is_flat
    assert near(after.realised_net - before.realised_net, Fraction(before.net(price, rate, 0)))


def test_a_flip_realises_the_old_size_and_opens_the_rest_at_the_new_price() -> None:
    held = position_of([fill(Side.BUY, "1", "100", "1", at_ms=5, leverage=2)])
    turned = held.book(fill(Side.SELL, "3", "110", "3", at_ms=9, leverage=3))
    assert (turned.size, turned.average, turned.realised) == (Decimal(-2), Decimal(110), Decimal(10))
    assert (turned.fees, turned.open_fees) == (Decimal(4), Decimal(2))
    assert (turned.opened_ms, turned.leverage, turned.word) == (9, 3, "SHORT")
    assert turned.rollovers == held.rollover(9) == Decimal("0.025")


def test_a_closed_position_forgets_entry_time_and_leverage_but_not_its_result() -> None:
    held = position_of([fill(Side.SELL, "1", "100", "1", at_ms=5, leverage=2)])
    flat = held.book(fill(Side.BUY, "1", "90", "1", at_ms=6))
    assert flat == Position(realised=Decimal(10), fees=Decimal(2), rollovers=Decimal("0.025"))
    assert (flat.realised_net, flat.word) == (Decimal("7.975"), "FLAT")
    assert flat.break_even(Decimal(0), 0) is None


@pytest.mark.parametrize(
    ("side", "level"),
    [(Side.BUY, Decimal("101") / Decimal("0.99")), (Side.SELL, Decimal("99") / Decimal("1.01"))],
)
def test_f81_break_even_holds_both_fees(side: Side, level: Decimal) -> None:
    held = position_of([fill(side, "1", "100", "1")])
    found = held.break_even(Decimal("0.01"), 0)
    assert found is not None
    assert near(found, Fraction(level))


@pytest.mark.parametrize("side", [Side.BUY, Side.SELL])
def test_f90_rollover_is_part_of_every_net_result_on_margin_and_of_none_on_spot(side: Side) -> None:
    hour = 3_600_000
    held = position_of([fill(side, "2", "100", "1", at_ms=hour, leverage=3)])
    for hours, times in ((1, 1), (4.99, 1), (5, 2), (25, 7)):
        at_ms = int(hours * hour)
        cost = times * ROLLOVER_RATE * 200
        assert held.rollover(at_ms) == cost
        assert held.net(Decimal(100), Decimal(0), at_ms) == -1 - cost
        level = held.break_even(Decimal(0), at_ms)
        assert level is not None
        assert held.net(level, Decimal(0), at_ms) == 0
    half = held.book(fill(side.opposite, "1", "100", "0", at_ms=25 * hour))
    assert half.rollovers == held.rollover(25 * hour) / 2 == half.rollover(25 * hour)
    whole = half.book(fill(side.opposite, "1", "100", "0", at_ms=25 * hour))
    assert whole.realised_net == held.net(Decimal(100), Decimal(0), 25 * hour)
    spot = position_of([fill(side, "2", "100", "1", at_ms=hour)])
    assert spot.rollover(25 * hour) == spot.book(fill(side.opposite, "2", "100", "0")).rollovers == 0
