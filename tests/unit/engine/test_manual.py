"""What a person does by hand: orders, contracts, flattening."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.model import (
    BUY,
    HELD,
    LONG,
    SELL,
    SHORT,
    Fate,
    Stand,
    buying,
    longing,
    overridden,
    turning_settings,
)
from tui_bot.engine.commands import (
    CancelOrders,
    Contract,
    Flatten,
    Pause,
    Release,
    Resume,
    Trade,
    Until,
)
from tui_bot.engine.memory import Run
from tui_bot.engine.records import Outcome
from tui_bot.market.order import OrderState, Origin

NEXT = Contract(Until.NEXT_SIGNAL)


def selling(volume: str = "0.001", contract: Contract = HELD) -> Trade:
    return Trade(SELL, Decimal(volume), None, contract)


# -- orders by hand ----------------------------------------------------------------------------------


def test_an_order_by_hand_is_sent_and_takes_over() -> None:
    stand = overridden()
    assert (stand.sent[0].origin, stand.sent[0].side, stand.sent[0].volume) == (Origin.MANUAL, BUY, LONG)
    assert stand.held == LONG
    assert stand.overridden()
    assert stand.bot.state.target == LONG


@pytest.mark.parametrize(
    ("trade", "reason"),
    [
        (buying("0.00001"), "minimums: 0.00001000 is below the minimum"),
        (buying("0.02"), "position: 0.02 of 0.01"),
        (buying(price="59000.05"), "multiple of the tick size"),
        (buying(price="NaN"), "the price is not a positive number"),
        (buying("0"), "the volume is not a positive number"),
        (buying("-1"), "the volume is not a positive number"),
        (buying("NaN"), "the volume is not a positive number"),
    ],
)
def test_i7_an_order_by_hand_that_the_guards_refuse_changes_nothing(trade: Trade, reason: str) -> None:
    stand = Stand().start()
    stand.command(trade)
    assert stand.sent == []
    assert not stand.overridden()
    assert "BLOCKED" in stand.notes()
    assert reason in stand.notes()


@pytest.mark.parametrize("stop", ["pause", "halt"])
def test_a_person_may_trade_while_the_bot_may_not(stop: str) -> None:
    stand = Stand().start()
    if stop == "pause":
        stand.command(Pause())
    else:
        stand.bot.state.halt("test")
    stand.command(buying())
    assert stand.held == LONG


def test_an_order_by_hand_beyond_the_position_turns_it_in_two_orders() -> None:
    stand = overridden()
    stand.command(selling("0.003"))
    assert [(intent.leg, intent.volume) for intent in stand.sent[1:]] == [
        ("close", LONG),
        ("open", Decimal("0.002")),
    ]
    assert stand.held == Decimal("-0.002")


def test_a_turn_by_hand_whose_second_half_is_refused_sends_nothing() -> None:
    stand = overridden()
    stand.command(selling("0.012"))
    assert len(stand.sent) == 1
    assert stand.held == LONG
    assert "BLOCKED SELL by hand: position: 0.011 of 0.01" in stand.notes()


def test_on_spot_a_sale_of_more_than_is_held_sends_nothing() -> None:
    stand = Stand(turning_settings(leverage=0)).start()
    stand.command(buying())
    stand.exchange.coins += LONG  # the person's own
    stand.command(selling("0.002"))
    assert len(stand.sent) == 1
    assert "spot cannot go short — sell at most what the bot holds" in stand.notes()
    stand.command(selling("0.001"))
    assert stand.held == 0


def test_a_limit_order_by_hand_rests_and_can_be_cancelled() -> None:
    stand = Stand().start()
    stand.command(buying(price="59000"))
    assert stand.order().state is OrderState.OPEN
    stand.command(CancelOrders())
    stand.wait(10)
    assert stand.order().state is OrderState.CANCELED
    assert stand.held == 0


def test_a_limit_order_that_only_closes_is_reduce_only() -> None:
    stand = overridden()
    stand.command(Trade(SELL, LONG, Decimal(61_000), HELD))
    assert (stand.sent[-1].reduce_only, stand.sent[-1].opens) == (True, False)


def test_f09_a_cancel_that_is_not_confirmed_says_so_and_can_be_repeated() -> None:
    stand = Stand().start()
    stand.command(buying(price="59000"))
    stand.cancel_error = "connection lost"
    stand.command(CancelOrders())
    assert "may still fill" in stand.notes()
    stand.cancel_error = ""
    stand.command(CancelOrders())
    stand.wait(10)
    assert stand.order().state is OrderState.CANCELED


def test_an_order_by_hand_that_is_refused_leaves_a_flip_its_second_leg() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.old_account = stand.exchange.account()
    stand.sell_signal()
    stand.command(buying("0.00001"))
    stand.old_account = None
    stand.wait(10)
    assert stand.held == SHORT


def test_an_order_by_hand_takes_the_place_of_a_flip_s_second_leg() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.old_account = stand.exchange.account()
    stand.sell_signal()
    stand.old_account = None
    stand.command(buying("0.002"))
    stand.wait(10)
    assert stand.held == Decimal("0.002")


def test_adding_by_hand_goes_at_the_leverage_of_the_position() -> None:
    stand = overridden()
    stand.bot.state.settings = turning_settings(leverage=3)
    stand.command(buying())
    assert stand.sent[-1].leverage == 2


# -- contracts ---------------------------------------------------------------------------------------


def test_i13_while_a_person_has_taken_over_signals_are_held() -> None:
    stand = overridden()
    stand.buy_signal()
    stand.sell_signal()
    assert [made.outcome for made in stand.decisions()] == [Outcome.HELD] * 2
    assert [made.note for made in stand.decisions()] == ["a person has taken over"] * 2
    assert stand.held == LONG


def test_the_next_signal_ends_a_contract_until_then() -> None:
    stand = overridden(NEXT)
    stand.step(-1)
    assert stand.overridden()
    stand.buy_signal()
    assert not stand.overridden()
    assert (stand.held, stand.decisions()[-1].note) == (LONG, "already long")
    stand.sell_signal()
    assert stand.held == SHORT


def test_a_contract_of_n_candles_ends_after_n_candles_and_does_not_trade_by_that() -> None:
    stand = overridden(Contract(Until.CANDLES, 3))
    for left in (2, 1):
        stand.step(-1)
        override = stand.bot.state.override
        assert override is not None
        assert override.left == left
    stand.step(-1)
    assert not stand.overridden()
    stand.step(-1)
    assert len(stand.sent) == 1
    stand.buy_signal()
    stand.sell_signal()
    assert stand.held == SHORT


def test_released_hands_back_what_is_held_and_nothing_is_sold() -> None:
    stand = overridden()
    stand.command(Release())
    for _ in range(3):
        stand.step(-1)
    assert (stand.held, len(stand.sent)) == (LONG, 1)
    assert stand.bot.state.target == LONG


def test_an_exit_still_owed_is_forgiven_when_a_person_hands_back() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.fates.append(Fate.REFUSE)
    stand.sell_signal()
    stand.command(Trade(BUY, LONG, Decimal(50_000), HELD))
    stand.command(CancelOrders())
    stand.wait(10)
    stand.command(Release())
    stand.step(-1)
    assert stand.held == LONG
    assert len(stand.sent) == 3


def test_releasing_nothing_says_so() -> None:
    stand = Stand().start()
    stand.command(Release())
    assert "nothing to release" in stand.notes()


# -- pause, resume, halt -----------------------------------------------------------------------------


def test_i12_paused_takes_no_new_exposure_and_a_missed_entry_is_not_made_up() -> None:
    stand = Stand().start()
    stand.command(Pause())
    stand.buy_signal()
    made = stand.decisions()[-1]
    assert (made.outcome, made.note) == (Outcome.HELD, "paused: no new exposure")
    stand.command(Resume())
    stand.step(1)
    assert stand.sent == []
    assert stand.run() is Run.RUN


@pytest.mark.parametrize("flip", ["TWO_ORDERS", "ONE_ORDER"])
def test_paused_still_exits_whatever_the_way_of_flipping(flip: str) -> None:
    kind = type(turning_settings().flip)[flip]
    stand = Stand(turning_settings(flip=kind)).start()
    stand.buy_signal()
    stand.command(Pause())
    stand.sell_signal()
    assert stand.exchange.position == stand.held == 0
    assert (stand.sent[-1].leg, stand.sent[-1].reduce_only) == ("close", True)


def test_halted_does_nothing_by_itself() -> None:
    stand = Stand().start()
    stand.buy_signal()
    stand.bot.state.halt("the reason")
    stand.sell_signal()
    stand.step(-1)
    made = stand.decisions()[-2]
    assert (made.outcome, made.note) == (Outcome.HELD, "halted: the reason")
    assert (stand.held, len(stand.sent)) == (LONG, 1)
    stand.command(Pause())
    assert stand.run() is Run.HALTED


def test_halting_again_keeps_the_first_reason() -> None:
    stand = Stand().start()
    stand.bot.state.halt("first")
    stand.bot.state.halt("second")
    assert stand.why() == "first"


def test_a_flatten_reports_what_it_closed_at_which_price_and_fee() -> None:
    stand = longing()
    stand.command(Flatten(HELD))
    assert "flatten: closed 0.00100000 of 0.00100000 at 60000.0, fee 0.24" in stand.notes()


def test_a_flatten_goes_on_round_by_round_while_each_brings_something() -> None:
    stand = longing()
    stand.fates.extend([Fate.REST] * 6)
    stand.command(Flatten(HELD))
    for number in range(1, 7):
        stand.fill(volume="0.0001")
        stand.exchange.cancel(stand.order(number).txid or "")
        stand.wait(3)
    stand.wait(6)
    assert stand.held == stand.exchange.position == 0
    assert [intent.leg for intent in stand.sent[1:]] == [f"flatten {number}" for number in range(1, 8)]
    assert "closed 0.00100000 of 0.00100000" in stand.notes()


def test_a_flatten_that_gives_up_says_why_and_what_is_left() -> None:
    stand = longing()
    stand.fates.extend([Fate.REFUSE] * 3)
    stand.command(Flatten(HELD))
    stand.wait(10)
    told = "flatten: closed 0 of 0.00100000; 0.00100000 is left: not enough money (EOrder:Insufficient funds)"
    assert told in stand.notes()
    assert "gave up: 0.00100000 is still held; try again" in stand.notes()


def test_on_spot_flat_is_said_only_when_the_balance_shows_it() -> None:
    stand = longing(leverage=0)
    stand.exchange.coins += Decimal(1)  # the person's own
    stand.wait(63)
    stuck = stand.exchange.account()
    stand.old_account = replace(stuck, at_ms=stand.exchange.now_ms + 600_000)
    stand.command(Flatten(HELD))
    stand.wait(30)
    assert "own view" not in stand.notes()
    stand.old_account = None
    stand.wait(3)
    assert "flat, by the exchange's own view" in stand.notes()
    assert stand.exchange.coins == 1


def test_on_spot_a_balance_that_never_shows_it_is_told() -> None:
    stand = longing(leverage=0)
    stand.wait(63)
    stuck = stand.exchange.account()
    stand.old_account = replace(stuck, at_ms=stand.exchange.now_ms + 600_000)
    stand.command(Flatten(HELD))
    stand.wait(120)
    assert "flat by the fills, but Kraken shows more; look there" in stand.notes()
    assert stand.bot.manual.flattener.flattening is None
