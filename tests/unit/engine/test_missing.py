"""Orders found nowhere: proved absent, or settled by a person."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.market import LIMITS
from tests.support.model import LONG, SHORT, Fate, Stand, longing
from tui_bot.engine.commands import Resume, Settle
from tui_bot.engine.events import Acked, LookedUp, Refused
from tui_bot.engine.looks import APART_MS
from tui_bot.engine.memory import Run
from tui_bot.engine.missing import PATIENCE
from tui_bot.market.order import OrderState

PAST_BOUND_S = (LIMITS.order_deadline_ms + LIMITS.view_lag_ms) / 1000 + 3


def test_i4_absence_is_proved_only_after_deadline_and_view_lag() -> None:
    stand = longing(Fate.LOSE)
    stand.wait(PAST_BOUND_S - 5)
    assert stand.order().state is OrderState.UNKNOWN
    stand.wait(20)
    assert stand.order().state is OrderState.NOT_PLACED
    assert "found" not in stand.notes()
    stand.sell_signal()
    assert stand.held == SHORT


def test_i4_one_look_past_the_bound_is_not_enough() -> None:
    stand = longing(Fate.LOSE)
    stand.exchange.now_ms += int(PAST_BOUND_S * 1000)
    now, cl_ord_id = stand.exchange.now_ms, stand.sent[0].cl_ord_id
    stand.play(LookedUp(now, cl_ord_id, None))
    assert stand.order().state is OrderState.UNKNOWN
    stand.play(LookedUp(now + 100, cl_ord_id, None))
    assert stand.order().state is OrderState.UNKNOWN
    stand.play(LookedUp(now + APART_MS - 1, cl_ord_id, None))
    assert stand.order().state is OrderState.UNKNOWN
    stand.play(LookedUp(now + APART_MS, cl_ord_id, None))
    assert stand.order().state is OrderState.NOT_PLACED


@pytest.mark.parametrize(("coins", "cash"), [("0.001", "0"), ("0", "-60"), ("0.00000002", "0"), ("0", "25")])
def test_i4_on_spot_absence_is_not_proved_while_a_balance_changed_without_a_fill(
    coins: str, cash: str
) -> None:
    stand = longing(Fate.LOSE, leverage=0)
    stand.exchange.coins += Decimal(coins)
    stand.exchange.cash += Decimal(cash)
    stand.wait(PAST_BOUND_S + 600)
    assert stand.order().state is OrderState.HALTED_UNKNOWN
    assert stand.run() is Run.HALTED
    assert "the account's" in stand.why()
    stand.command(Resume())
    stand.close(stand.closes[-1] - 500)
    assert len(stand.sent) == 1


def test_i4_on_spot_absence_is_proved_where_our_fills_explain_the_balances() -> None:
    stand = longing(Fate.FILL, leverage=0)
    stand.fates.append(Fate.LOSE)
    stand.sell_signal()
    assert stand.order().state is OrderState.UNKNOWN
    stand.wait(PAST_BOUND_S + 20)
    assert stand.order().state is OrderState.NOT_PLACED
    assert stand.run() is Run.RUN


def test_what_the_account_held_before_an_order_survives_a_restart() -> None:
    stand = longing(Fate.LOSE, leverage=0).recovered()
    stand.exchange.coins += LONG
    stand.wait(PAST_BOUND_S + 30)
    assert next(iter(stand.bot.state.tracker.orders.values())).state is OrderState.HALTED_UNKNOWN


def unsettled() -> Stand:
    """An order of unknown fate that a person must settle; the exchange can be read again."""
    stand = longing(Fate.LOSE)
    stand.deaf = True
    stand.wait(500)
    assert stand.order().state is OrderState.HALTED_UNKNOWN
    stand.deaf = False
    stand.wait(300)
    assert stand.order().state is OrderState.HALTED_UNKNOWN  # no timer answers for the person
    return stand


def test_a_person_settles_an_order_that_is_not_at_the_exchange() -> None:
    stand = unsettled()
    stand.command(Settle(stand.sent[0].cl_ord_id, exists=False))
    assert stand.order().state is OrderState.NOT_PLACED
    assert "a person says" in stand.order().reason
    stand.command(Resume())
    assert next(one for one in stand.snapshot().guards if one.name == "unknown order").ok


def test_an_order_that_a_person_has_seen_is_looked_for_until_it_is_found() -> None:
    stand = longing(Fate.LOSE)
    stand.command(Settle(stand.sent[0].cl_ord_id, exists=True))
    stand.wait(PAST_BOUND_S + 300)
    assert stand.order().state is OrderState.HALTED_UNKNOWN
    assert stand.recovered().order_known(stand.sent[0].cl_ord_id) is OrderState.HALTED_UNKNOWN
    stand.exchange.accept(stand.sent[0])
    stand.fill(0)
    stand.wait(15)
    assert stand.order().state is OrderState.CLOSED
    assert stand.held == LONG


def test_an_order_that_may_still_arrive_cannot_be_settled_as_absent() -> None:
    stand = longing(Fate.LOSE)
    stand.command(Settle(stand.sent[0].cl_ord_id, exists=False))
    assert stand.order().state is OrderState.UNKNOWN
    assert "may still arrive for 5 s" in stand.notes()


def test_i4_absence_is_not_proved_while_the_account_cannot_be_read() -> None:
    stand = longing(Fate.LOSE)
    stand.deaf = True
    stand.exchange.now_ms += int(PAST_BOUND_S * 1000)
    for later in range(5):
        stand.play(LookedUp(stand.exchange.now_ms + later * 5_000, stand.sent[0].cl_ord_id, None))
    assert stand.order().state is OrderState.UNKNOWN


def test_i4_absence_is_not_proved_while_the_account_has_changed_and_a_person_decides() -> None:
    stand = longing(Fate.LOSE)
    stand.exchange.position = LONG  # it was executed, but no list shows it
    stand.wait(PAST_BOUND_S + 30)
    assert stand.order().state is OrderState.UNKNOWN
    stand.wait(120)
    assert stand.run() is Run.HALTED
    assert "fills say 0" in stand.why()
    assert stand.order().state is OrderState.UNKNOWN
    stand.command(Resume())
    stand.wait(10)
    assert stand.held == LONG
    assert stand.order().state is OrderState.NOT_PLACED


def test_i4_absence_is_proved_only_with_a_stream_that_was_read_anew_since_the_bound() -> None:
    stand = Stand()
    stand.stream()
    stand.fates.append(Fate.LOSE)
    stand.start().buy_signal()
    stand.streams = False  # connected, but it tells nothing any more (F58)
    stand.wait(PAST_BOUND_S + 120)
    assert stand.order().state is OrderState.UNKNOWN
    assert "but the account's stream has not been read anew: it waits for that" in stand.notes()
    stand.stream()
    stand.wait(5)
    assert stand.order().state is OrderState.NOT_PLACED


def test_i4_while_the_stream_is_away_absence_waits_says_so_once_and_goes_on_when_it_is_back() -> None:
    stand = Stand()
    stand.stream()
    stand.fates.append(Fate.LOSE)
    stand.start().buy_signal()
    stand.stream("poll", "the account's stream is away: cut")
    stand.wait(PAST_BOUND_S + 120)
    assert stand.order().state is OrderState.UNKNOWN
    assert stand.run() is Run.RUN
    waiting = "an order is in none of the exchange's lists, but the account's stream is away"
    assert stand.notes().count(waiting) == 1
    stand.stream()
    stand.wait(5)
    assert stand.order().state is OrderState.NOT_PLACED


def test_i4_a_stream_that_stays_away_leaves_the_order_to_a_person() -> None:
    stand = Stand()
    stand.stream()
    stand.fates.append(Fate.LOSE)
    stand.start().buy_signal()
    stand.stream("poll", "the account's stream is away: cut")
    stand.wait(PATIENCE * LIMITS.view_lag_ms / 1000 + 20)
    assert stand.order().state is OrderState.HALTED_UNKNOWN
    assert stand.run() is Run.HALTED
    assert "in none of the exchange's lists, but the account's stream is away" in stand.why()
    stand.command(Settle(stand.sent[0].cl_ord_id, exists=False))
    assert stand.order().state is OrderState.NOT_PLACED


def test_i4_a_bot_that_only_reads_has_no_stream_to_wait_for() -> None:
    stand = longing(Fate.LOSE)
    stand.stream("poll", "this API key may not use the account's stream")
    stand.wait(PAST_BOUND_S + 20)
    assert stand.order().state is OrderState.NOT_PLACED


def test_i4_failed_looks_prove_nothing_and_in_the_end_halt() -> None:
    stand = longing(Fate.LOSE)
    stand.deaf = True
    stand.wait(300)
    assert stand.order().state is OrderState.UNKNOWN
    assert stand.run() is Run.RUN
    stand.wait(200)
    assert stand.order().state is OrderState.HALTED_UNKNOWN
    assert stand.run() is Run.HALTED
    assert "order page" in stand.why()


def test_f03_an_order_proved_absent_that_appears_after_all_halts() -> None:
    stand = longing(Fate.LOSE)
    stand.wait(PAST_BOUND_S + 15)
    assert stand.order().state is OrderState.NOT_PLACED
    stand.exchange.accept(stand.sent[0])
    stand.wait(70)
    assert stand.run() is Run.HALTED
    assert "O00000 is at the exchange although it was not placed" in stand.why()


def test_f07_a_refusal_of_an_unknown_order_does_not_settle_it() -> None:
    stand = longing(Fate.LOSE)
    stand.answer(Refused("EOrder:Insufficient funds", ""))
    assert stand.order().state is OrderState.UNKNOWN


def test_a_late_acknowledgement_settles_an_unknown_order() -> None:
    stand = longing(Fate.LOSE)
    txid = stand.exchange.accept(stand.sent[0])
    stand.answer(Acked(txid))
    assert stand.order().state is OrderState.OPEN
