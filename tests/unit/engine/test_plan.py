"""From what is held to what is wanted, as a table."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.market import settings
from tui_bot.engine.forecast import is_exit, target_of
from tui_bot.engine.identity import client_order_id
from tui_bot.engine.plan import closing_leg, exit_part, legs_to
from tui_bot.engine.settings import Flip
from tui_bot.market.order import Side
from tui_bot.market.position import Position
from tui_bot.strategy.decision import Verdict

sizes = st.integers(-4, 4).map(Decimal)
flips = st.sampled_from(list(Flip))


def held(size: int | Decimal, leverage: int = 2) -> Position:
    return Position(Decimal(size), Decimal(100), leverage=leverage if size else 0)


def shape(
    target: int, position: Position, flip: Flip = Flip.TWO_ORDERS, leverage: int = 2, dust: bool = False
) -> list[str]:
    legs = legs_to(Decimal(target), position, settings(flip=flip, leverage=leverage), dust)
    return [
        f"{leg.name} {leg.side.value} {leg.volume} x{leg.leverage}{' reduce' * leg.reduce_only}"
        f"{' opens' * leg.opens}"
        for leg in legs
    ]


@pytest.mark.parametrize(
    ("size", "target", "legs"),
    [
        (0, 0, []),
        (2, 2, []),
        (0, 2, ["open buy 2 x2 opens"]),
        (0, -2, ["open sell 2 x2 opens"]),
        (1, 3, ["open buy 2 x2 opens"]),
        (-1, -3, ["open sell 2 x2 opens"]),
        (3, 1, ["close sell 2 x2 reduce"]),
        (-3, -1, ["close buy 2 x2 reduce"]),
        (2, 0, ["close sell 2 x2 reduce"]),
        (2, -1, ["close sell 2 x2 reduce", "open sell 1 x2 opens"]),
        (-2, 1, ["close buy 2 x2 reduce", "open buy 1 x2 opens"]),
    ],
)
def test_legs_on_margin(size: int, target: int, legs: list[str]) -> None:
    assert shape(target, held(size)) == legs


def test_legs_on_spot_carry_neither_leverage_nor_reduce_only() -> None:
    assert shape(1, held(0, 0), leverage=0) == ["open buy 1 x0 opens"]
    assert shape(0, held(1, 0), leverage=0) == ["close sell 1 x0"]


def test_one_order_flips_on_margin_only() -> None:
    assert shape(-1, held(2), Flip.ONE_ORDER) == ["flip sell 3 x2 opens"]
    assert shape(0, held(2), Flip.ONE_ORDER) == ["close sell 2 x2 reduce"]
    assert shape(-1, held(2, 0), Flip.ONE_ORDER) == ["close sell 2 x0", "open sell 1 x2 opens"]


def test_f84_a_position_is_closed_and_grown_at_its_own_leverage() -> None:
    assert shape(-1, held(2, 3)) == ["close sell 2 x3 reduce", "open sell 1 x2 opens"]
    assert shape(3, held(2, 3)) == ["open buy 1 x3 opens"]
    assert shape(3, held(2, 0)) == ["open buy 1 x0 opens"]


def test_f24_dust_is_not_closed_by_an_order_of_its_own() -> None:
    assert shape(-2, held(1), dust=True) == ["open sell 3 x2 opens"]
    assert shape(2, held(1), dust=True) == ["open buy 1 x2 opens"]
    assert shape(0, held(1), dust=True) == []


@given(sizes, sizes, flips, st.booleans())
def test_i6_the_legs_lead_there_and_a_close_never_opens(
    size: Decimal, target: Decimal, flip: Flip, dust: bool
) -> None:
    legs = legs_to(target, held(size), settings(flip=flip), dust)
    at = size
    for leg in legs:
        after = at + leg.side.sign * leg.volume
        if not leg.opens:
            assert is_exit(at, after)
        assert leg.volume > 0
        assert leg.reduce_only is not leg.opens
        at = after
    assert at == (size if dust and target == 0 else target)


@given(sizes, sizes)
def test_the_exit_part_only_takes_exposure_away(size: Decimal, target: Decimal) -> None:
    part = exit_part(size, target)
    assert part == size or is_exit(size, part) or size == 0
    if is_exit(size, target):
        assert part == target


@given(sizes)
def test_the_closing_leg_ends_the_position_exactly(size: Decimal) -> None:
    leg = closing_leg(held(size))
    if leg is None:
        assert size == 0
    else:
        assert size + leg.side.sign * leg.volume == 0
        assert not leg.opens
        assert leg.side is (Side.SELL if size > 0 else Side.BUY)


@pytest.mark.parametrize(
    ("verdict", "size", "can_short", "target"),
    [
        (Verdict.BUY, 0, True, 1),
        (Verdict.BUY, -1, True, 1),
        (Verdict.BUY, 3, True, 3),
        (Verdict.SELL, 0, True, -1),
        (Verdict.SELL, 3, True, -1),
        (Verdict.SELL, -3, True, -3),
        (Verdict.SELL, 0, False, 0),
        (Verdict.SELL, 3, False, 0),
    ],
)
def test_a_buy_never_sells_and_a_sell_never_buys(
    verdict: Verdict, size: int, can_short: bool, target: int
) -> None:
    assert target_of(verdict, Decimal(size), Decimal(1), can_short) == target


def test_an_order_id_names_journal_cause_and_leg() -> None:
    ids = {client_order_id(journal, cause, leg) for journal in "ab" for cause in "cd" for leg in "ef"}
    assert len(ids) == 8
    assert client_order_id("a", "c", "e") in ids
    assert all(len(one) == 32 and int(one, 16) >= 0 for one in ids)
