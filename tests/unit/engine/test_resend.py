"""One more attempt for an entry that is proved absent, where the person allows it and all gates are open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.market import LIMITS
from tests.support.model import LONG, SHORT, Fate, Stand, buying, longing, turning_settings
from tui_bot.engine.commands import Pause, Settle
from tui_bot.engine.events import Refused
from tui_bot.engine.memory import Run
from tui_bot.engine.settings import BotSettings
from tui_bot.market.order import OrderState

PAST_BOUND_S = (LIMITS.order_deadline_ms + LIMITS.view_lag_ms) / 1000 + 20

#: The signal of a minute's candle is past before absence can be proved; this one is not.
SLOW = replace(LIMITS, decide_within_ms=600_000, collar=Decimal("0.01"))


def slow(**changes: object) -> BotSettings:
    return replace(turning_settings(resend=True), limits=SLOW, **changes)  # type: ignore[arg-type]


def lost(settings: BotSettings, *more: Fate) -> Stand:
    stand = Stand(settings)
    stand.fates.extend([Fate.LOSE, *more])
    stand.start()
    stand.buy_signal()
    return stand


def test_by_default_nothing_is_sent_again() -> None:
    stand = lost(slow(resend=False))
    stand.wait(PAST_BOUND_S)
    assert stand.order().state is OrderState.NOT_PLACED
    assert len(stand.sent) == 1


def test_a_proved_absent_entry_is_sent_once_more_under_a_new_id() -> None:
    stand = lost(slow())
    stand.wait(PAST_BOUND_S)
    first, second = stand.sent
    assert (first.signal, first.leg, first.volume) == (second.signal, second.leg, second.volume)
    assert (first.attempt, second.attempt) == (1, 2)
    assert first.cl_ord_id != second.cl_ord_id
    assert stand.held == stand.exchange.position == LONG
    assert "sent again, once" in stand.notes()


def test_i3_a_second_loss_is_the_last() -> None:
    stand = lost(slow(), Fate.LOSE)
    stand.wait(3 * PAST_BOUND_S)
    assert len(stand.sent) == 2
    assert {order.state for order in stand.bot.state.tracker.orders.values()} == {OrderState.NOT_PLACED}
    assert stand.held == 0


def test_nothing_is_sent_again_when_the_signal_is_past() -> None:
    stand = lost(replace(slow(), limits=replace(SLOW, decide_within_ms=60_000)))
    stand.wait(PAST_BOUND_S)
    assert "the signal is no longer current" in stand.notes()
    assert len(stand.sent) == 1


def test_nothing_is_sent_again_when_the_price_has_moved_beyond_the_collar() -> None:
    stand = lost(slow())
    stand.wait(60)
    stand.quote(stand.exchange.last + 700)
    stand.wait(PAST_BOUND_S)
    assert "the price has moved too far" in stand.notes()
    assert len(stand.sent) == 1


def test_nothing_is_sent_again_while_paused_or_barred() -> None:
    stand = lost(slow())
    stand.command(Pause())
    stand.wait(PAST_BOUND_S)
    assert len(stand.sent) == 1
    barred = lost(replace(slow(), limits=replace(SLOW, orders_per_day=1)))
    barred.wait(PAST_BOUND_S)
    assert len(barred.sent) == 1
    assert "not sent again: orders/day" in barred.notes()


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda stand: stand.fates.append(Fate.LOSE), "this was the second attempt"),
        (lambda stand: stand.step(1), "the signal is no longer current"),
        (lambda stand: setattr(stand.bot.state, "target", SHORT), "it would not lead to what is wanted"),
    ],
)
def test_a_second_attempt_that_is_given_up_says_why(happens: Callable[[Stand], None], reason: str) -> None:
    stand = lost(slow())
    happens(stand)
    stand.wait(2 * PAST_BOUND_S)
    assert f"not sent again: {reason}" in stand.notes()


def test_an_order_by_hand_is_not_sent_again_and_that_is_said() -> None:
    stand = Stand(slow()).start()
    stand.fates.append(Fate.LOSE)
    stand.command(buying())
    stand.wait(PAST_BOUND_S)
    assert len(stand.sent) == 1
    assert "not sent again: an order by hand is the person's to repeat" in stand.notes()


def test_a_person_s_word_is_no_proof_for_a_second_send() -> None:
    stand = lost(slow())
    stand.wait(10)
    stand.command(Settle(stand.sent[0].cl_ord_id, exists=False))
    assert stand.order().state is OrderState.NOT_PLACED
    stand.wait(PAST_BOUND_S)
    assert len(stand.sent) == 1
    assert "not sent again: that takes proof, and a person's word is none" in stand.notes()


@pytest.mark.parametrize("error", ["EOrder:Insufficient funds", "EAPI:Invalid nonce"])
def test_f07_f08_a_refused_second_attempt_speaks_for_the_first_and_halts(error: str) -> None:
    stand = lost(slow())
    stand.fates.append(Refused(error, ""))
    stand.wait(PAST_BOUND_S)
    assert len(stand.sent) == 2
    assert stand.run() is Run.HALTED


@pytest.mark.parametrize("error", ["EOrder:Insufficient funds", "EAPI:Invalid nonce", "EOrder:Duplicate"])
def test_f07_f08_no_refusal_settles_an_order_whose_answer_was_lost(error: str) -> None:
    late = longing(Fate.LOSE)
    late.answer(Refused(error, ""))
    assert late.order().state is OrderState.UNKNOWN
    assert late.run() is Run.RUN


def test_after_a_restart_a_second_attempt_is_remembered() -> None:
    stand = lost(slow())
    stand.wait(PAST_BOUND_S)
    after = stand.recovered()
    assert [order.intent.attempt for order in after.bot.state.tracker.orders.values()] == [1, 2]
    assert after.held == LONG
    after.sell_signal()
    assert after.held == SHORT
