"""An order from its sending to its end, fault by fault."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.market import LIMITS
from tests.support.model import BUY, LONG, SELL, SHORT, Fate, Stand, longing, turning_settings
from tui_bot.engine.actions import PlaceOrder, ReadRules
from tui_bot.engine.commands import Pause, Settle
from tui_bot.engine.events import (
    AccountReported,
    Acked,
    Broken,
    LookedUp,
    LookUpFailed,
    NotSent,
    Refused,
)
from tui_bot.engine.memory import Run
from tui_bot.engine.records import Filled, Outcome
from tui_bot.engine.settings import Flip
from tui_bot.market.order import OrderState


def test_an_order_that_fills_at_once_is_booked_once_and_kept() -> None:
    stand = longing()
    assert stand.order().state is OrderState.CLOSED
    assert stand.held == stand.exchange.position == LONG
    assert [body.fill.volume for body in stand.kept if isinstance(body, Filled)] == [LONG]
    stand.tick(5_000, 20)
    assert stand.held == LONG
    assert len(stand.sent) == 1


def test_i1_the_intent_is_kept_before_anything_is_answered() -> None:
    stand = longing(Fate.SILENT)
    names = [type(body).__name__ for body in stand.kept]
    assert names.index("DecisionMade") < names.index("IntentMade")
    assert "OrderMoved" not in names
    assert stand.order().state is OrderState.SENT


def test_an_intent_has_an_id_a_cause_and_a_deadline() -> None:
    stand = longing()
    intent = stand.sent[0]
    assert len(intent.cl_ord_id) == 32
    assert intent.signal == f"BTC/USD/60/{intent.created_ms // 60_000 * 60 - 60}"
    assert (intent.side, intent.volume, intent.leg, intent.leverage) == (BUY, LONG, "open", 2)
    assert intent.deadline_ms == intent.created_ms + LIMITS.order_deadline_ms


@pytest.mark.parametrize(
    ("fate", "state", "reason"),
    [
        (Fate.REFUSE, OrderState.REJECTED, "not enough money (EOrder:Insufficient funds)"),
        (Fate.NOT_SENT, OrderState.NOT_SENT, "no connection"),
    ],
)
def test_f14_a_refused_or_unsent_order_is_no_position(fate: Fate, state: OrderState, reason: str) -> None:
    stand = longing(fate)
    assert stand.order().state is state
    assert stand.order().reason == reason
    assert stand.held == 0
    stand.sell_signal()
    assert [intent.volume for intent in stand.sent] == [LONG, LONG]  # never the double size
    assert stand.held == SHORT


def test_f76_a_refusal_asks_for_the_pair_s_rules_again() -> None:
    assert longing(Fate.REFUSE).acted[ReadRules] == 1


@pytest.mark.parametrize("error", ["EAPI:Invalid key", "EAPI:Invalid nonce", "EGeneral:Permission denied"])
def test_f37_f46_a_refused_key_halts(error: str) -> None:
    stand = Stand()
    stand.fates.append(Refused(error, ""))
    stand.start().buy_signal()
    assert stand.run() is Run.HALTED
    assert error in stand.why()


def test_f01_an_executed_order_whose_answer_is_lost_is_found_and_not_sent_again() -> None:
    stand = longing(Fate.LOSE_FILLED)
    assert stand.order().state is OrderState.CLOSED
    assert stand.held == stand.exchange.position == LONG
    assert len(stand.sent) == 1


def test_f01_f06_while_an_order_is_unknown_nothing_is_sent() -> None:
    stand = Stand().start()
    stand.deaf = True
    stand.fates.append(Fate.LOSE_FILLED)
    stand.buy_signal()
    assert stand.order().state is OrderState.UNKNOWN
    stand.sell_signal()
    blocked = stand.decisions()[-1]
    assert blocked.outcome is Outcome.BLOCKED
    assert "unknown order" in [reading.name for reading in blocked.blocks]
    assert len(stand.sent) == 1


def test_f03_an_order_that_arrives_late_is_taken_up() -> None:
    stand = longing(Fate.LOSE)
    stand.wait(40)
    stand.exchange.accept(stand.sent[0])
    stand.fill(0)
    stand.wait(15)
    assert stand.order().state is OrderState.CLOSED
    assert stand.held == LONG


def test_an_order_of_known_fate_needs_no_settling() -> None:
    stand = longing()
    stand.command(Settle(stand.sent[0].cl_ord_id, exists=False))
    stand.command(Settle("nobody's", exists=True))
    assert stand.order().state is OrderState.CLOSED
    assert stand.notes().count("nothing to settle") == 2


def test_f17_an_order_without_any_answer_becomes_unknown_and_is_found() -> None:
    stand = longing(Fate.SILENT)
    stand.fill()
    stand.deaf = True
    stand.wait(20)
    assert stand.order().state is OrderState.SENT
    stand.wait(30)
    assert stand.order().state is OrderState.UNKNOWN
    stand.deaf = False
    stand.wait(15)
    assert stand.order().state is OrderState.CLOSED
    assert stand.held == LONG


def test_an_answer_after_the_look_up_changes_nothing() -> None:
    stand = longing(Fate.LOSE_FILLED)
    before = stand.order()
    for late in (Acked("O00000"), Refused("EOrder:Insufficient funds", ""), NotSent("x")):
        stand.answer(late)
    assert stand.order() == before


def test_f29_the_same_execution_seen_twice_counts_once() -> None:
    stand = longing()
    report, fills = stand.exchange.find(stand.sent[0].cl_ord_id)
    for _ in range(3):
        stand.play(LookedUp(stand.exchange.now_ms, stand.sent[0].cl_ord_id, report, fills * 2))
    assert stand.held == LONG


def test_f22_a_cancelled_order_keeps_what_was_executed() -> None:
    stand = longing(Fate.REST)
    stand.fill(volume="0.0004")
    stand.wait(3)
    assert (stand.order().state, stand.held) == (OrderState.PARTIAL, Decimal("0.0004"))
    stand.fill(volume="0.0002")
    stand.exchange.cancel("O00000")
    stand.wait(3)
    assert (stand.order().state, stand.held) == (OrderState.CANCELED, Decimal("0.0006"))
    assert stand.order().executed == Decimal("0.0006")


def test_i9_an_end_whose_executions_are_not_known_yet_is_not_an_end() -> None:
    stand = longing(Fate.REST)
    stand.fill()
    report, fills = stand.exchange.find(stand.sent[0].cl_ord_id)
    stand.play(LookedUp(stand.exchange.now_ms, stand.sent[0].cl_ord_id, report, ()))
    assert (stand.order().state, stand.held) == (OrderState.PARTIAL, Decimal(0))
    stand.play(LookedUp(stand.exchange.now_ms, stand.sent[0].cl_ord_id, report, fills))
    assert (stand.order().state, stand.held) == (OrderState.CLOSED, LONG)


def test_executions_that_come_after_the_end_are_booked() -> None:
    stand = longing(Fate.REST)
    stand.exchange.cancel("O00000")
    stand.wait(3)
    assert stand.order().state is OrderState.CANCELED
    fill = replace(longing().exchange.fills[0], trade_id="LATE", txid="O00000")
    report, _ = stand.exchange.find(stand.sent[0].cl_ord_id)
    assert report is not None
    late = replace(report, executed=LONG)
    stand.play(LookedUp(stand.exchange.now_ms, stand.sent[0].cl_ord_id, late, (fill,)))
    assert stand.held == LONG
    assert stand.order().executed == LONG


def test_i5_more_executed_than_ordered_halts() -> None:
    stand = longing()
    report, fills = stand.exchange.find(stand.sent[0].cl_ord_id)
    twice = (*fills, replace(fills[0], trade_id="AGAIN"))
    stand.play(LookedUp(stand.exchange.now_ms, stand.sent[0].cl_ord_id, report, twice))
    assert stand.run() is Run.HALTED
    assert "more was executed than ordered" in stand.why()


def test_f19_an_older_view_never_undoes_a_newer_one() -> None:
    stand = longing(Fate.REST)
    young = stand.exchange.account()
    stand.fill()
    stand.wait(3)
    before = stand.order()
    stand.play(AccountReported(stand.exchange.now_ms, young))
    report, _ = stand.exchange.find(stand.sent[0].cl_ord_id)
    assert report is not None
    older = replace(report, executed=Decimal(0), state=OrderState.OPEN)
    stand.play(LookedUp(stand.exchange.now_ms, stand.sent[0].cl_ord_id, older))
    assert stand.order() == before


# -- flips -------------------------------------------------------------------------------------------


def test_f84_f85_a_flip_closes_with_leverage_and_reduce_only_and_then_opens() -> None:
    stand = longing()
    stand.sell_signal()
    close, opening = stand.sent[1:]
    assert (close.side, close.leg, close.reduce_only, close.leverage) == (SELL, "close", True, 2)
    assert (opening.side, opening.leg, opening.reduce_only, opening.leverage) == (SELL, "open", False, 2)
    assert close.signal == opening.signal
    assert close.cl_ord_id != opening.cl_ord_id
    assert stand.exchange.position == stand.held == SHORT


def test_the_one_order_flip_is_one_order_of_both_sizes() -> None:
    stand = Stand(turning_settings(flip=Flip.ONE_ORDER)).start()
    stand.buy_signal()
    stand.sell_signal()
    assert (stand.sent[1].leg, stand.sent[1].volume) == ("flip", Decimal("0.002"))
    assert stand.held == SHORT


@pytest.mark.parametrize("fate", [Fate.REFUSE, Fate.NOT_SENT])
def test_a_flip_whose_close_fails_does_not_open_and_tries_the_exit_at_the_next_close(fate: Fate) -> None:
    stand = longing()
    stand.fates.append(fate)
    stand.sell_signal()
    assert [intent.leg for intent in stand.sent] == ["open", "close"]
    assert stand.held == LONG
    assert "second order of the flip is not sent" in stand.notes()
    stand.step(-1)
    assert [intent.leg for intent in stand.sent] == ["open", "close", "close"]
    assert stand.held == 0
    stand.step(-1)
    assert len(stand.sent) == 3  # an entry is never retried


def test_a_flip_does_not_open_before_the_exchange_says_flat() -> None:
    stand = longing()
    stand.old_account = stand.exchange.account()
    stand.sell_signal()
    stand.wait(20)
    assert [intent.leg for intent in stand.sent] == ["open", "close"]
    stand.old_account = None
    stand.wait(3)
    assert stand.held == SHORT


def test_a_flip_is_not_continued_on_an_account_read_before_the_close() -> None:
    stand = longing()
    flat_before = replace(stand.exchange.account(), position=Decimal(0))
    stand.old_account = flat_before
    stand.sell_signal()
    stand.wait(6)
    assert [intent.leg for intent in stand.sent] == ["open", "close"]


def test_a_flip_that_is_confirmed_too_late_does_not_open() -> None:
    stand = longing()
    stand.old_account = stand.exchange.account()
    stand.sell_signal()
    stand.wait(63)
    assert "the exchange did not confirm the close in time" in stand.notes()
    stand.old_account = None
    stand.wait(130)
    assert [intent.leg for intent in stand.sent] == ["open", "close"]
    assert stand.held == 0


def test_a_pause_between_the_legs_of_a_flip_keeps_it_flat() -> None:
    stand = longing()
    stand.old_account = stand.exchange.account()
    stand.sell_signal()
    stand.command(Pause())
    stand.old_account = None
    stand.wait(10)
    assert stand.held == 0
    assert len(stand.sent) == 2


def test_a_halt_between_the_legs_of_a_flip_keeps_it_flat() -> None:
    stand = longing()
    stand.old_account = stand.exchange.account()
    stand.sell_signal()
    stand.play(Broken(stand.exchange.now_ms, "broken"))
    stand.old_account = None
    stand.wait(10)
    assert stand.held == 0
    assert "the bot is HALTED" in stand.notes()


def test_a_lost_close_holds_the_flip_until_it_is_found() -> None:
    stand = longing()
    stand.deaf = True
    stand.fates.append(Fate.LOSE_FILLED)
    stand.sell_signal()
    stand.wait(9)
    assert len(stand.sent) == 2
    stand.deaf = False
    stand.wait(6)
    assert stand.held == stand.exchange.position == SHORT


def test_f24_a_margin_holding_below_the_minimum_does_not_bar_the_turn() -> None:
    stand = longing(Fate.REST)
    stand.fill(volume="0.00002")
    stand.exchange.cancel("O00000")
    stand.wait(3)
    assert stand.held == Decimal("0.00002")
    stand.sell_signal()
    assert stand.held == stand.exchange.position == SHORT
    assert [intent.leg for intent in stand.sent] == ["open", "open"]


def test_f24_spot_dust_is_flat_for_a_sell_and_topped_up_by_a_buy() -> None:
    stand = Stand(turning_settings(leverage=0))
    stand.fates.append(Fate.REST)
    stand.start().buy_signal()
    stand.fill(volume="0.00002")
    stand.exchange.cancel("O00000")
    stand.wait(3)
    stand.sell_signal()
    assert stand.decisions()[-1].outcome is Outcome.NO_TRADE
    stand.buy_signal()
    assert stand.held == LONG
    assert stand.sent[-1].volume == Decimal("0.00098")


def test_f26_a_spot_sale_that_lacks_its_last_digit_sells_what_there_is() -> None:
    stand = Stand(turning_settings(leverage=0)).start()
    stand.buy_signal()
    stand.exchange.coins -= Decimal("0.0000000001")
    stand.wait(63)
    stand.sell_signal()
    assert stand.sent[-1].volume == Decimal("0.00099999")
    assert stand.exchange.coins < Decimal("0.00000002")


def test_a_limit_price_is_part_of_the_intent_and_market_orders_have_none() -> None:
    assert longing().sent[0].is_market


def test_orders_are_never_sent_by_anything_but_a_signal_or_a_person() -> None:
    stand = longing()
    place = stand.acted[PlaceOrder]
    stand.wait(300)
    stand.quote(Decimal(70_000))
    stand.play(LookUpFailed(stand.exchange.now_ms, stand.sent[0].cl_ord_id, "x"))
    assert stand.acted[PlaceOrder] == place
