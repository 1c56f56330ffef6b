"""An exit of the bot's is never held up by an order of ours that rests: that goes first, and must be gone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.model import BUY, LONG, SELL, Fate, Stand, turning_settings
from tui_bot.engine.actions import CancelOrder, PlaceOrder
from tui_bot.engine.commands import Contract, Pause, Release, Trade, Until
from tui_bot.engine.forecast import forecast
from tui_bot.engine.records import Outcome
from tui_bot.market.order import Intent, OrderState, Side

D = Decimal
TO_SIGNAL = Contract(Until.NEXT_SIGNAL)


def resting(side: Side, price: str, leverage: int = 0, volume: str = "0.001", **changes: object) -> Stand:
    """The bot is long, and a person's limit order rests beside that; the next signal hands back."""
    stand = Stand(turning_settings(leverage=leverage, **changes)).start()
    stand.buy_signal()
    stand.wait(90)
    stand.command(Trade(side, D(volume), D(price), TO_SIGNAL))
    stand.wait(3)
    assert stand.held == LONG
    assert stand.order().state is OrderState.OPEN, stand.notes()
    return stand


def closes(stand: Stand) -> list[Intent]:
    """The exits that were sent."""
    return [intent for intent in stand.sent if intent.leg == "close"]


@pytest.mark.parametrize("leverage", [0, 2])
@pytest.mark.parametrize(("side", "price"), [(SELL, "90000"), (BUY, "30000")])
def test_the_exit_after_an_override_cancels_what_rests_and_then_goes_out(
    side: Side, price: str, leverage: int
) -> None:
    stand = resting(side, price, leverage)
    by_hand = stand.sent[-1]
    foreseen = forecast(stand.snapshot())
    assert foreseen is not None
    assert foreseen.barred == ""  # and the screen says so beforehand
    stand.sell_signal()
    stand.wait(15)
    assert stand.order_known(by_hand.cl_ord_id) is OrderState.CANCELED
    (close,) = closes(stand)
    assert (close.side, close.volume) == (SELL, LONG)
    assert stand.held == (-LONG if leverage else 0)
    assert stand.decisions()[-1].outcome is Outcome.SIGNAL
    assert all(reading.ok for reading in stand.decisions()[-1].readings)
    assert "the exit waits until 1 resting order of ours is cancelled and gone" in stand.notes()


def test_the_exit_leaves_only_once_the_order_is_known_to_be_gone() -> None:
    stand = resting(SELL, "90000")
    stand.cancel_error = "EService:Unavailable"
    stand.sell_signal()
    stand.wait(20)
    assert closes(stand) == []
    assert stand.acted[CancelOrder] > 1  # asked for again and again
    stand.cancel_error = ""
    stand.wait(10)
    assert [intent.volume for intent in closes(stand)] == [LONG]
    assert stand.held == 0


def test_an_exit_that_was_given_up_is_tried_again_at_the_next_close_though_the_order_still_rests() -> None:
    stand = resting(SELL, "90000")
    stand.cancel_error = "EService:Unavailable"
    stand.sell_signal()
    stand.wait(70)
    assert (
        "is not sent: the exchange did not cancel what rested and free what it held in time" in stand.notes()
    )
    stand.cancel_error = ""
    stand.step(0)
    stand.wait(10)
    assert stand.held == 0
    assert len(closes(stand)) == 1


@pytest.mark.parametrize("leverage", [0, 2])
def test_i6_what_fills_while_it_is_cancelled_is_not_sold_twice(leverage: int) -> None:
    stand = resting(SELL, "90000", leverage)
    by_hand = stand.sent[-1]
    stand.cancel_error = "EOrder:Unknown order"
    stand.sell_signal()
    stand.exchange.execute(by_hand.cl_ord_id)
    stand.cancel_error = ""
    stand.wait(30)
    assert stand.held == 0
    assert closes(stand) == []
    assert "what rested has closed the position meanwhile" in stand.notes()


def test_i5_of_what_filled_in_part_only_the_rest_is_sold() -> None:
    stand = resting(SELL, "90000")
    by_hand = stand.sent[-1]
    stand.cancel_error = "no connection"
    stand.sell_signal()
    stand.exchange.execute(by_hand.cl_ord_id, D("0.0004"))
    stand.cancel_error = ""
    stand.wait(30)
    assert sum(intent.volume for intent in closes(stand)) == D("0.0006")
    assert stand.held == 0


def test_f01_an_order_of_unknown_fate_still_bars_the_exit() -> None:
    stand = Stand(turning_settings(leverage=0)).start()
    stand.buy_signal()
    stand.wait(90)
    stand.fates.append(Fate.LOSE)
    stand.command(Trade(SELL, LONG, D(90_000), TO_SIGNAL))
    stand.sell_signal()
    stand.wait(5)
    assert closes(stand) == []
    assert "unknown order" in [reading.name for reading in stand.decisions()[-1].blocks]


def test_while_the_person_holds_the_pair_nothing_of_theirs_is_cancelled() -> None:
    stand = Stand(turning_settings(leverage=0)).start()
    stand.buy_signal()
    stand.wait(90)
    stand.command(Trade(SELL, LONG, D(90_000), Contract(Until.RELEASED)))
    stand.sell_signal()
    stand.wait(10)
    assert stand.acted[CancelOrder] == 0
    assert stand.decisions()[-1].outcome is Outcome.HELD


def test_an_entry_and_an_exit_by_hand_still_wait_for_a_person_s_order() -> None:
    stand = resting(SELL, "90000", volume="0.0005")
    stand.command(Trade(SELL, D("0.0005"), None, TO_SIGNAL))
    stand.wait(10)
    assert stand.acted[CancelOrder] == 0
    assert "live order: 1 of 0" in stand.notes()


def test_paused_the_exit_clears_its_way_as_well() -> None:
    stand = resting(SELL, "90000")
    stand.command(Pause())
    stand.sell_signal()
    stand.wait(15)
    assert stand.held == 0


def test_a_profit_that_is_watched_here_is_taken_though_an_order_rests() -> None:
    stand = resting(BUY, "30000", stop_loss=D("0.05"), take_profit=D("0.01"))
    stand.command(Release())
    stand.quote(D(62_000))
    stand.wait(20)
    assert stand.held == 0
    assert [intent.side for intent in closes(stand)] == [SELL]
    assert stand.acted[PlaceOrder] >= 3
