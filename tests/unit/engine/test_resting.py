"""A person's hand on resting orders: one is cancelled, or replaced once it is known to have ended."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.model import HELD, Fate, Stand, buying, turning_settings
from tui_bot.engine.actions import CancelOrder
from tui_bot.engine.commands import CancelOrders, Flatten, Replace
from tui_bot.market.order import OrderState

D = Decimal


def resting(leverage: int = 2, volume: str = "0.001") -> Stand:
    at = Stand(turning_settings(leverage=leverage)).start()
    at.command(buying(volume, price="59000"))
    return at


def other(at: Stand, price: str = "58000", volume: str = "0.001") -> Replace:
    return Replace(at.sent[0].cl_ord_id, D(volume), D(price), HELD)


def test_one_order_is_cancelled() -> None:
    at = resting()
    at.command(CancelOrders(at.sent[0].cl_ord_id))
    at.wait(3)
    assert at.order().state is OrderState.CANCELED


@pytest.mark.parametrize("cl_ord_id", ["nobody", "", None])
def test_an_unknown_or_ended_order_is_not_cancelled(cl_ord_id: str | None) -> None:
    at = Stand().start()
    at.command(buying())
    at.command(CancelOrders(at.sent[0].cl_ord_id if cl_ord_id is None else cl_ord_id))
    assert at.acted[CancelOrder] == 0
    assert "not cancelled" in at.notes() or not cl_ord_id


def test_a_stop_is_not_cancelled_one_by_one() -> None:
    at = Stand(turning_settings(stop_loss=D("0.02"))).start()
    at.buy_signal()
    at.tick(1_500)
    at.command(CancelOrders(at.sent[-1].cl_ord_id))
    assert at.acted[CancelOrder] == 0
    assert "the stop would be placed anew" in at.notes()


@pytest.mark.parametrize("leverage", [0, 2])
def test_another_price_is_ordered_only_after_the_old_order_has_ended(leverage: int) -> None:
    at = resting(leverage)
    at.cancel_error = "no connection"
    at.command(other(at))
    at.wait(3)
    assert len(at.sent) == 1
    assert at.order().state is OrderState.OPEN
    at.exchange.cancel("O00000")
    at.wait(12)
    assert [intent.price for intent in at.sent] == [D(59000), D(58000)]
    assert at.order(0).state is OrderState.CANCELED
    assert at.order(1).state is OrderState.OPEN
    assert at.sent[0].cl_ord_id != at.sent[1].cl_ord_id


def test_all_of_the_money_may_be_moved_to_another_price() -> None:
    at = Stand(turning_settings(leverage=0)).start()
    at.exchange.cash = D(60)
    at.wait(90)
    at.command(buying(price="59000"))
    at.command(other(at, "58500"))
    at.wait(12)
    assert [intent.price for intent in at.sent] == [D(59000), D(58500)]


def test_what_is_filled_meanwhile_is_not_ordered_again() -> None:
    at = resting(volume="0.004")
    at.cancel_error = "no connection"
    at.command(other(at, volume="0.004"))
    at.exchange.last = D(59000)
    at.exchange.execute(at.sent[0].cl_ord_id, D("0.003"))
    at.exchange.cancel("O00000")
    at.wait(12)
    assert at.held == D("0.003")
    assert at.sent[1].volume == D("0.001")


def test_an_order_that_is_filled_first_is_not_followed_by_another() -> None:
    at = resting()
    at.cancel_error = "no connection"
    at.command(other(at))
    at.exchange.last = D(59000)
    at.exchange.execute(at.sent[0].cl_ord_id)
    at.wait(12)
    assert len(at.sent) == 1
    assert "the new order is not sent: the old one was filled before it could be cancelled" in at.notes()


@pytest.mark.parametrize(
    ("price", "volume", "said"),
    [
        ("58000.05", "0.001", "multiple of the tick size"),
        ("58000", "0.00001", "below the minimum"),
        ("58000", "0.02", "position: 0.02 of 0.01"),
        ("58000", "NaN", "the volume is not a positive number"),
        ("-1", "0.001", "the price is not a positive number"),
        ("59000", "0.001", "already"),
    ],
)
def test_what_the_guards_refuse_leaves_the_old_order_alone(price: str, volume: str, said: str) -> None:
    at = resting()
    at.command(other(at, price, volume))
    assert at.acted[CancelOrder] == 0
    assert at.order().state is OrderState.OPEN
    assert said in at.notes()


def test_a_cancel_that_is_never_confirmed_sends_nothing_new() -> None:
    at = resting()
    at.cancel_error = "no connection"
    at.command(other(at))
    at.wait(70)
    assert "the cancel of the old one was not confirmed in time" in at.notes()
    at.exchange.cancel("O00000")
    at.wait(60)
    assert len(at.sent) == 1


@pytest.mark.parametrize("then", [Flatten(HELD), CancelOrders()])
def test_a_later_word_takes_back_the_new_order(then: Flatten | CancelOrders) -> None:
    at = resting()
    at.cancel_error = "no connection"
    at.command(other(at))
    at.cancel_error = ""
    at.command(then)
    at.wait(10)
    assert len(at.sent) == 1
    assert at.order().state is OrderState.CANCELED


def test_an_order_of_unknown_fate_is_not_replaced() -> None:
    at = Stand().start()
    at.fates.append(Fate.LOSE_RESTING)
    at.deaf = True
    at.command(buying(price="59000"))
    at.command(other(at))
    assert "not replaced: the order is unknown" in at.notes()


def test_a_restart_between_the_two_leaves_none() -> None:
    at = resting()
    at.cancel_error = "no connection"
    at.command(other(at))
    at.exchange.cancel("O00000")
    again = at.recovered()
    again.wait(30)
    assert again.sent == []
