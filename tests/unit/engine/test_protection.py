"""Stops and take-profits at the exchange: placed after an entry, gone before a close, told as they are."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.model import BUY, LONG, SELL, SHORT, Fate, Stand, turning_settings
from tui_bot.engine.actions import CancelOrder
from tui_bot.engine.commands import CancelOrders, Configure, Contract, Flatten, Pause, Release, Trade, Until
from tui_bot.engine.events import AccountReported, Broken
from tui_bot.engine.farewell import farewell
from tui_bot.engine.memory import Run
from tui_bot.engine.settings import Flip
from tui_bot.market.order import OrderState

HELD = Contract(Until.RELEASED)
STOP = Decimal("0.02")
PROFIT = Decimal("0.03")


def stand(leverage: int = 2, profit: Decimal = Decimal(0), **changes: object) -> Stand:
    """A started bot that wants a stop two percent away."""
    return Stand(turning_settings(leverage=leverage, stop_loss=STOP, take_profit=profit, **changes)).start()


def entered(leverage: int = 2, profit: Decimal = Decimal(0)) -> Stand:
    """The same, long at 60,000 with its stop resting."""
    at = stand(leverage, profit)
    at.buy_signal()
    at.tick(1_500)
    return at


def legs(at: Stand) -> list[str]:
    return [intent.leg for intent in at.sent]


@pytest.mark.parametrize("leverage", [0, 2])
def test_after_an_entry_a_stop_of_its_size_rests(leverage: int) -> None:
    at = entered(leverage)
    stop = at.sent[1]
    assert legs(at) == ["open", "stop"]
    assert (stop.side, stop.volume, stop.leverage, stop.reduce_only) == (SELL, LONG, leverage, leverage > 0)
    assert (stop.trigger, stop.price, stop.takes_profit) == (Decimal("58800.0"), None, False)
    assert at.order().state is OrderState.OPEN
    assert at.snapshot().stop == Decimal("58800.0")
    assert "stop at 58800.0 rests" in farewell(at.snapshot())
    at.wait(200)
    assert len(at.sent) == 2


def test_a_short_has_its_stop_above_and_prices_are_rounded_away_from_the_entry() -> None:
    at = entered()
    at.sell_signal()
    at.tick(1_500)
    average = at.bot.state.position.average
    stop = at.sent[-1]
    assert at.held == SHORT
    assert (stop.leg, stop.side) == ("stop", BUY)
    assert stop.trigger is not None
    assert 0 <= stop.trigger - average * Decimal("1.02") < Decimal("0.1")


def test_a_flip_of_one_order_takes_the_stop_away_and_turns_round() -> None:
    at = stand(flip=Flip.ONE_ORDER)
    at.buy_signal()
    at.tick(1_500)
    at.sell_signal()
    at.tick(1_500)
    at.tick(1_500)
    assert legs(at) == ["open", "stop", "flip", "stop"]
    assert at.held == SHORT
    assert [order.intent.leg for order in at.bot.state.tracker.protecting()] == ["stop"]
    assert at.order(1).state is OrderState.CANCELED


def test_without_a_setting_nothing_rests_and_the_line_says_so() -> None:
    at = Stand().start()
    at.buy_signal()
    at.wait(10)
    assert legs(at) == ["open"]
    assert at.snapshot().stop is None
    assert "no stop rests" in farewell(at.snapshot())


def test_a_partial_entry_gets_its_stop_when_it_has_ended() -> None:
    at = stand()
    at.fates.append(Fate.REST)
    at.buy_signal()
    at.fill(volume="0.0004")
    at.wait(3)
    assert legs(at) == ["open"]
    at.exchange.cancel("O00000")
    at.wait(6)
    assert (at.sent[-1].leg, at.sent[-1].volume) == ("stop", Decimal("0.0004"))


@pytest.mark.parametrize("leverage", [0, 2])
def test_f28_f86_a_close_cancels_the_stop_and_confirms_before_it_sends(leverage: int) -> None:
    at = entered(leverage)
    stop = at.sent[1].cl_ord_id
    at.meanwhile = lambda: _expect(at.order_known(stop) is OrderState.CANCELED)
    at.sell_signal()
    assert legs(at)[:3] == ["open", "stop", "close"]
    assert at.exchange.coins == 0
    if leverage:
        at.tick(1_500)
        assert legs(at) == ["open", "stop", "close", "open", "stop"]
        assert at.held == at.exchange.position == SHORT


def _expect(holds: bool) -> None:
    assert holds


def test_f09_while_the_cancel_of_the_stop_is_not_confirmed_nothing_is_closed() -> None:
    at = entered()
    at.cancel_error = "connection lost"
    at.sell_signal()
    at.wait(20)
    assert legs(at) == ["open", "stop"]
    at.cancel_error = ""
    at.wait(6)
    assert "close" in legs(at)
    assert at.held == SHORT


def test_f27_a_spot_close_waits_until_the_coins_of_the_stop_are_free() -> None:
    at = entered(0)
    before = at.exchange.account()
    at.old_account = before
    at.sell_signal()
    at.old_account = replace(before, open_orders=(), at_ms=at.exchange.now_ms + 5_000)
    at.wait(6)
    assert legs(at) == ["open", "stop"]
    at.old_account = None
    at.wait(6)
    assert legs(at) == ["open", "stop", "close"]
    assert at.held == at.exchange.coins == 0


def test_f40_a_cancel_that_fails_is_asked_for_again_with_pauses_and_never_given_up() -> None:
    at = entered(2, PROFIT)
    at.cancel_error = "connection lost"
    at.quote(Decimal(58_700))  # the stop fires, and the take-profit has nothing to do any more
    at.wait(60)
    asked = at.acted[CancelOrder]
    assert at.held == 0
    assert 3 < asked < 15
    at.cancel_error = ""
    at.wait(30)
    assert at.acted[CancelOrder] == asked + 1
    assert not at.bot.state.tracker.live()


@pytest.mark.parametrize("leverage", [0, 2])
def test_a_stop_that_fires_is_ours_and_the_bot_waits_flat_for_the_next_signal(leverage: int) -> None:
    at = entered(leverage)
    at.quote(Decimal(58_700))
    at.wait(35)
    assert at.held == at.bot.state.target == at.exchange.position + at.exchange.coins == 0
    assert "the stop has closed the position; the bot waits for the next signal" in at.notes()
    assert at.run() is Run.RUN
    at.wait(120)
    assert at.run() is Run.RUN
    assert legs(at) == ["open", "stop"]
    assert at.recovered().bot.state.target == 0


def test_f86_a_stop_that_fires_while_it_is_being_cancelled_leaves_no_second_close() -> None:
    at = entered()
    at.exchange.execute(at.sent[1].cl_ord_id)
    at.sell_signal()
    at.wait(10)
    assert "what rested has closed the position meanwhile" in at.notes()
    assert (legs(at), at.held, at.exchange.position) == (["open", "stop"], Decimal(0), Decimal(0))


def test_a_flatten_cancels_the_stop_first_and_places_no_new_one() -> None:
    at = entered()
    at.command(Flatten(HELD))
    at.wait(10)
    assert legs(at) == ["open", "stop", "flatten 1"]
    assert at.exchange.open_orders() == ()
    assert at.held == at.exchange.position == 0


def test_cancelling_the_resting_orders_leaves_the_stop() -> None:
    at = entered()
    at.command(CancelOrders())
    at.wait(6)
    assert at.snapshot().stop is not None
    assert legs(at) == ["open", "stop"]


def test_a_stop_that_somebody_cancels_is_placed_again() -> None:
    at = entered()
    at.exchange.cancel("O00001")
    at.wait(70)
    assert legs(at) == ["open", "stop", "stop"]
    assert len({intent.cl_ord_id for intent in at.sent}) == 3


def test_another_stop_setting_replaces_the_stop() -> None:
    at = entered()
    at.command(Configure(replace(at.settings, stop_loss=Decimal("0.01")), ()))
    at.wait(10)
    assert at.snapshot().stop == Decimal("59400.0")
    at.command(Configure(replace(at.settings, stop_loss=Decimal(0)), ()))
    at.wait(10)
    assert (at.snapshot().stop, at.exchange.open_orders()) == (None, ())


def test_a_position_that_grows_by_hand_gets_a_stop_of_its_new_size() -> None:
    at = entered()
    at.command(Trade(BUY, LONG, None, HELD))
    at.wait(10)
    (resting,) = at.exchange.open_orders()
    assert resting.volume == Decimal("0.002")
    at.command(Release())


def test_a_refused_stop_is_tried_a_few_times_then_told_and_bars_more_exposure() -> None:
    at = stand()
    at.fates.extend([Fate.FILL, *[Fate.REFUSE] * 5])
    at.buy_signal()
    at.wait(60)
    assert legs(at) == ["open", "stop", "stop", "stop"]
    reading = next(one for one in at.snapshot().guards if one.name == "stop")
    assert not reading.ok
    assert at.snapshot().stop is None
    at.command(Trade(BUY, LONG, None, HELD))
    assert len(at.sent) == 4
    assert "BLOCKED BUY by hand: stop" in at.notes()


def test_a_lost_answer_of_a_stop_follows_the_rules_of_unknown_orders() -> None:
    at = stand()
    at.fates.extend([Fate.FILL, Fate.LOSE_RESTING])
    at.buy_signal()
    assert at.order().state is OrderState.OPEN
    lost = stand()
    lost.fates.extend([Fate.FILL, Fate.LOSE])
    lost.buy_signal()
    assert lost.order().state is OrderState.UNKNOWN
    assert lost.snapshot().stop is None  # never more than is known
    lost.wait(130)
    assert [lost.order_known(intent.cl_ord_id) for intent in lost.sent[1:2]] == [OrderState.NOT_PLACED]
    assert lost.sent[-1].leg == "stop"
    assert lost.snapshot().stop is not None


def test_a_restart_finds_its_stop_again_and_places_no_second() -> None:
    at = entered()
    after = at.recovered()
    after.wait(70)
    assert after.sent == []
    assert after.snapshot().stop == Decimal("58800.0")
    assert after.bot.state.foreign == ()
    after.sell_signal()
    assert after.held == SHORT


def test_a_stop_that_fired_while_the_bot_was_away_is_recognised() -> None:
    at = entered()
    at.exchange.last = Decimal(58_000)
    at.exchange.fire()
    after = at.recovered()
    after.wait(10)
    assert (after.held, after.bot.state.target, after.run()) == (Decimal(0), Decimal(0), Run.RUN)
    assert "the stop has closed the position" in after.notes()


def test_f34_a_difference_is_seen_although_a_stop_rests() -> None:
    at = entered()
    at.exchange.position = Decimal("0.004")
    at.wait(200)
    assert at.run() is Run.HALTED
    assert "fills say" in at.why()


def test_halted_places_nothing_and_paused_protects() -> None:
    at = stand()
    at.fates.append(Fate.REST)
    at.buy_signal()
    at.command(Pause())
    at.fill()
    at.wait(6)
    assert legs(at) == ["open", "stop"]
    halted = stand()
    halted.fates.append(Fate.REST)
    halted.buy_signal()
    halted.play(Broken(halted.exchange.now_ms, "broken"))
    halted.fill()
    halted.wait(6)
    assert legs(halted) == ["open"]
    assert "no stop rests" in farewell(halted.snapshot())


# -- take-profit -------------------------------------------------------------------------------------


def test_on_margin_both_rest_and_the_one_that_is_left_is_cancelled() -> None:
    at = entered(2, PROFIT)
    assert legs(at) == ["open", "stop", "take profit"]
    assert (at.sent[2].takes_profit, at.sent[2].trigger) == (True, Decimal("61800.0"))
    at.quote(Decimal(61_900))
    at.wait(40)
    assert at.held == at.exchange.position == 0
    assert "the take-profit has closed the position" in at.notes()
    assert at.exchange.open_orders() == ()
    assert at.bot.state.tracker.live() == ()


def test_on_spot_only_the_stop_rests_and_the_bot_takes_the_profit_itself() -> None:
    at = entered(0, PROFIT)
    assert legs(at) == ["open", "stop"]
    at.quote(Decimal(61_700))
    assert legs(at) == ["open", "stop"]
    at.wait(10)
    at.quote(Decimal(61_800))
    at.wait(6)
    assert legs(at) == ["open", "stop", "close"]
    assert at.held == at.exchange.coins == at.bot.state.target == 0
    assert "the take-profit is reached" in at.notes()


def test_an_old_account_places_no_stop() -> None:
    at = stand(0)
    at.old_account = at.exchange.account()
    at.buy_signal()
    at.wait(20)
    assert legs(at) == ["open"]
    at.old_account = None
    at.play(AccountReported(at.exchange.now_ms, at.exchange.account()))
    at.wait(6)
    assert legs(at) == ["open", "stop"]
