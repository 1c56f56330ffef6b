"""Orders that are only checked: never taken for placed, never repeated, never stacked."""

from __future__ import annotations

import pytest

from tests.support.model import BUY, LONG, Fate, Stand, turning_settings
from tui_bot.engine.commands import Contract, Flatten, Trade, Until
from tui_bot.engine.events import Acked, Answer, Validated
from tui_bot.engine.memory import Run
from tui_bot.market.number import ZERO
from tui_bot.market.order import OrderState

CHECKED = Validated("buy 0.00100000 XBTUSD @ market")


def validating(*fates: Fate | Answer) -> Stand:
    stand = Stand(turning_settings(validate=True))
    stand.fates.extend(fates or [CHECKED] * 9)
    return stand.start()


def test_a_validated_order_ends_as_what_it_is_and_moves_nothing() -> None:
    stand = validating()
    stand.buy_signal()
    (intent,) = stand.sent
    order = stand.bot.state.tracker.orders[intent.cl_ord_id]
    assert intent.validate
    assert order.state is OrderState.VALIDATED
    assert order.state.is_final
    assert order.reason == "validated only, nothing was placed: buy 0.00100000 XBTUSD @ market"
    assert (order.txid, stand.held, stand.bot.state.position.size) == (None, ZERO, ZERO)
    assert stand.run() is Run.RUN


def test_each_signal_is_checked_once_and_candles_between_repeat_nothing() -> None:
    stand = validating()
    stand.buy_signal()
    for way in (1, 1, 1):
        stand.step(way)
    assert len(stand.sent) == 1
    stand.step(-1)
    stand.step(-1)
    assert [intent.side.value for intent in stand.sent] == ["buy", "sell"]


def test_an_exit_that_was_only_validated_is_not_tried_again_at_each_close() -> None:
    stand = Stand().start()
    stand.buy_signal()
    after = stand.recovered(validate=True)
    after.fates.extend([CHECKED] * 9)
    after.sell_signal()
    for way in (-1, -1, -1):
        after.step(way)
    assert len(after.sent) == 1
    assert after.held == LONG


def test_a_flatten_says_that_nothing_was_closed() -> None:
    stand = Stand().start()
    stand.buy_signal()
    after = stand.recovered(validate=True)
    after.fates.extend([CHECKED] * 9)
    after.command(Flatten(Contract(Until.RELEASED)))
    for _ in range(8):
        after.wait(2)
    assert len(after.sent) == 1
    assert "orders are validated only: nothing was closed" in str(after.kept)
    assert after.held == LONG


def test_an_order_that_was_placed_although_only_a_check_was_asked_for_is_followed_as_placed() -> None:
    stand = validating(Fate.FILL)
    stand.buy_signal()
    assert (stand.held, stand.bot.state.position.size) == (LONG, LONG)


def test_a_validated_order_that_shows_up_at_the_exchange_halts() -> None:
    stand = validating()
    stand.buy_signal()
    stand.exchange.accept(stand.sent[0])
    stand.wait(120)
    assert stand.run() is Run.HALTED
    assert "although it was validated" in stand.why()


@pytest.mark.parametrize("validate", [True, False])
def test_an_order_by_hand_is_checked_as_well(validate: bool) -> None:
    stand = Stand(turning_settings(validate=validate))
    stand.fates.append(CHECKED if validate else Acked("O1"))
    stand.start().command(Trade(BUY, LONG, None, Contract(Until.RELEASED)))
    assert stand.sent[0].validate is validate
