"""The order's life as a table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tui_bot.market.order import MOVES, Intent, OrderState, Origin, Side

S = OrderState
FOUND = {S.OPEN, S.PARTIAL, S.CLOSED, S.CANCELED, S.EXPIRED}
FINAL = {S.CLOSED, S.CANCELED, S.EXPIRED, S.REJECTED, S.NOT_SENT, S.NOT_PLACED, S.VALIDATED}

WAYS: dict[OrderState, set[OrderState]] = {
    S.INTENT: {S.SENT, S.NOT_SENT, S.UNKNOWN},
    S.SENT: FOUND | {S.REJECTED, S.NOT_SENT, S.UNKNOWN, S.VALIDATED},
    S.OPEN: {S.PARTIAL, S.CLOSED, S.CANCELED, S.EXPIRED},
    S.PARTIAL: {S.PARTIAL, S.CLOSED, S.CANCELED, S.EXPIRED},
    S.UNKNOWN: FOUND | {S.NOT_PLACED, S.HALTED_UNKNOWN},
    S.HALTED_UNKNOWN: FOUND | {S.NOT_PLACED},
}


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("after", list(S))
def test_the_ways_are_those_of_the_table(before: OrderState, after: OrderState) -> None:
    assert (after in MOVES[before]) == (after in WAYS.get(before, set()))


def test_i4_unknown_is_left_only_by_a_finding_a_proof_or_a_person() -> None:
    assert not MOVES[S.UNKNOWN] & {S.REJECTED, S.NOT_SENT, S.SENT, S.INTENT}


@pytest.mark.parametrize("state", list(S))
def test_final_states_are_those_without_a_way_out(state: OrderState) -> None:
    assert state.is_final == (state in FINAL)
    assert state.is_uncertain == (state in {S.INTENT, S.SENT, S.UNKNOWN, S.HALTED_UNKNOWN})
    assert state.never_existed == (state in {S.REJECTED, S.NOT_SENT, S.NOT_PLACED, S.VALIDATED})


def test_a_side_knows_its_sign_and_its_opposite() -> None:
    assert (Side.BUY.sign, Side.SELL.sign) == (1, -1)
    assert Side.BUY.opposite is Side.SELL
    assert Side.SELL.opposite is Side.BUY


@pytest.mark.parametrize(
    ("side", "leverage", "reduce_only", "opens"),
    [
        (Side.BUY, 0, False, True),
        (Side.SELL, 0, False, False),
        (Side.BUY, 2, False, True),
        (Side.SELL, 2, False, True),
        (Side.BUY, 2, True, False),
        (Side.SELL, 2, True, False),
    ],
)
def test_what_opens_exposure(side: Side, leverage: int, reduce_only: bool, opens: bool) -> None:
    one = Decimal(1)
    intent = Intent("id", "BTC/USD", side, one, None, leverage, reduce_only, Origin.BOT, "s", "l", one, 0, 0)
    assert intent.opens is opens
    assert intent.is_market
