"""The rule on closes small enough to be checked by eye."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.market import BEGIN, MINUTE, candles
from tui_bot.strategy.decision import Verdict
from tui_bot.strategy.sma_slope import SmaSlope, Ties

TWO = SmaSlope(period=2)
CARRY = SmaSlope(period=2, ties=Ties.CARRY)


def verdict(strategy: SmaSlope, *closes: int | str) -> Verdict:
    return strategy.decide(candles(closes)).verdict


def test_a_v_buys_and_its_mirror_sells() -> None:
    assert verdict(TWO, 10, 9, 8, 10) is Verdict.BUY
    assert verdict(TWO, 10, 11, 12, 10) is Verdict.SELL


def test_going_on_is_no_turn() -> None:
    assert verdict(TWO, 10, 11, 12, 13) is Verdict.NONE
    assert verdict(TWO, 13, 12, 11, 10) is Verdict.NONE


def test_it_warms_up_with_period_plus_two() -> None:
    assert TWO.warmup == 4
    decision = TWO.decide(candles([10, 9, 8]))
    assert decision.verdict is Verdict.NONE
    assert decision.reason == "warming up: 3 of 4 candles"
    assert (decision.sums, decision.slopes, decision.averages, decision.slope) == ((), (), (), None)


def test_a_decision_carries_its_numbers() -> None:
    decision = TWO.decide(candles([10, 9, 8, 10]))
    assert decision.candle == BEGIN + 3 * MINUTE
    assert decision.sums == (Decimal(19), Decimal(17), Decimal(18))
    assert decision.slopes == (Decimal(-2), Decimal(1))
    assert decision.averages == (Decimal("9.5"), Decimal("8.5"), Decimal(9))
    assert decision.slope == Decimal("0.5")
    assert decision.reason == "the average turned up"


def test_strict_a_flat_step_before_the_turn_hides_it() -> None:
    assert verdict(TWO, 10, 9, 8, 9, 10) is Verdict.NONE  # steps -2, 0, +2
    assert TWO.decide(candles([10, 9, 8, 9, 10])).reason == "no turn: the average stood still before"


def test_carry_a_flat_step_does_not_hide_the_turn() -> None:
    assert verdict(CARRY, 10, 9, 8, 9, 10) is Verdict.BUY


def test_carry_a_flat_step_does_not_invent_a_turn() -> None:
    assert verdict(CARRY, 10, 9, 8, 9) is Verdict.NONE  # -2, 0: nothing yet
    assert verdict(CARRY, 10, 9, 8, 9, 7) is Verdict.NONE  # -2, 0, -1: it goes on


def test_carry_without_any_direction_before_has_no_turn() -> None:
    assert verdict(CARRY, 5, 5, 5, 5, 6) is Verdict.NONE
    assert verdict(TWO, 5, 5, 5, 5, 6) is Verdict.NONE


@pytest.mark.parametrize(
    ("newest", "expected"), [("9.0", Verdict.NONE), ("9.1", Verdict.BUY), ("8.9", Verdict.NONE)]
)
def test_a_turn_needs_a_close_strictly_beyond_that_of_n_candles_ago(newest: str, expected: Verdict) -> None:
    assert verdict(TWO, 10, 9, 8, newest) is expected


@pytest.mark.parametrize(
    ("newest", "expected"), [("10.0", Verdict.NONE), ("10.1", Verdict.BUY), ("9.9", Verdict.NONE)]
)
def test_min_slope_is_a_dead_band_for_the_turn(newest: str, expected: Verdict) -> None:
    band = SmaSlope(period=2, min_slope=Decimal("0.5"))  # half a unit a candle: one unit over two
    assert verdict(band, 10, 9, 8, newest) is expected


def test_min_slope_makes_a_gentle_slope_before_the_turn_flat() -> None:
    gentle = (10, 9, "9.5", 11)  # steps -0.5, +2
    assert verdict(TWO, *gentle) is Verdict.BUY
    assert verdict(SmaSlope(2, Decimal("0.5")), *gentle) is Verdict.NONE


def test_no_threshold_while_the_average_stands_still() -> None:
    outlook = TWO.outlook(candles([10, 9, 8, 9]))
    assert outlook.next is None
    assert "stands still" in outlook.why


def test_carried_ties_keep_the_threshold_through_a_flat_step() -> None:
    outlook = CARRY.outlook(candles([10, 9, 8, 9]))
    assert outlook.next is not None
    assert (outlook.next.price, outlook.next.verdict) == (Decimal(8), Verdict.BUY)


def test_the_outlook_warms_up_one_candle_earlier_than_the_decision() -> None:
    assert TWO.outlook(candles([10, 9])).why == "warming up"
    outlook = TWO.outlook(candles([10, 9, 8]))
    assert outlook.next is not None
    assert outlook.next.begin == BEGIN + 3 * MINUTE
    assert [one.price for one in (outlook.next, *outlook.ladder)] == [Decimal(9), Decimal(8)]


def test_the_line_begins_where_the_average_does() -> None:
    assert TWO.line(candles([10, 9, 8])) == (None, Decimal("9.5"), Decimal("8.5"))
    assert SmaSlope(5).line(candles([1, 2])) == (None, None)
