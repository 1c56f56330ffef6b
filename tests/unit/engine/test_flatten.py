"""Flatten: closes all that is held, in steps that are each confirmed, until the exchange says flat."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.market import LIMITS
from tests.support.model import (
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
from tui_bot.engine.actions import CancelOrder
from tui_bot.engine.commands import CancelForeign, Contract, Flatten, Pause, Release, Until
from tui_bot.engine.events import StatusReported
from tui_bot.engine.foreign import MOST_TRIES
from tui_bot.engine.records import Outcome
from tui_bot.market.order import OrderReport, OrderState, Origin, Side

NEXT = Contract(Until.NEXT_SIGNAL)


@pytest.mark.parametrize("stop", ["run", "pause", "halt"])
def test_flatten_closes_in_every_state_and_says_flat_by_the_exchange_s_view(stop: str) -> None:
    stand = Stand().start()
    stand.buy_signal()
    if stop == "pause":
        stand.command(Pause())
    if stop == "halt":
        stand.bot.state.halt("test")
    stand.command(Flatten(HELD))
    assert stand.exchange.position == stand.held == 0
    assert (stand.sent[-1].reduce_only, stand.sent[-1].origin) == (True, Origin.MANUAL)
    assert "flat, by the exchange's own view" in stand.notes()
    assert stand.bot.manual.flattener.flattening is None


def test_flatten_when_flat_sends_nothing() -> None:
    stand = Stand().start()
    stand.command(Flatten(HELD))
    assert stand.sent == []
    assert "flat, by the exchange's own view" in stand.notes()


def test_flatten_first_cancels_what_rests() -> None:
    stand = overridden()
    stand.command(buying(price="59000"))
    stand.command(Flatten(HELD))
    stand.wait(10)
    assert stand.order(1).state is OrderState.CANCELED
    assert stand.exchange.position == 0


def test_f09_flatten_repeats_a_cancel_that_failed() -> None:
    stand = overridden()
    stand.command(buying(price="59000"))
    stand.cancel_error = "connection lost"
    stand.command(Flatten(HELD))
    stand.wait(10)
    assert stand.exchange.position == LONG
    stand.cancel_error = ""
    stand.wait(10)
    assert stand.exchange.position == 0


def test_flatten_waits_for_an_unknown_order_and_closes_what_it_did() -> None:
    stand = Stand()
    stand.fates.append(Fate.LOSE)
    stand.start().buy_signal()
    stand.command(Flatten(HELD))
    stand.wait(20)
    assert len(stand.sent) == 1
    stand.exchange.accept(stand.sent[0])
    stand.fill(0)
    stand.wait(10)
    assert stand.exchange.position == stand.held == 0


def test_flatten_goes_on_when_the_account_can_be_read_again() -> None:
    stand = overridden()
    stand.deaf = True
    stand.command(Flatten(HELD))
    stand.wait(6)
    stand.deaf = False
    stand.wait(6)
    assert stand.exchange.position == 0


def test_flatten_leaves_dust_and_names_it() -> None:
    stand = Stand()
    stand.fates.append(Fate.REST)
    stand.start().buy_signal()
    stand.fill(volume="0.00002")
    stand.exchange.cancel("O00000")
    stand.wait(3)
    stand.command(Flatten(HELD))
    assert "flat but for dust: 0.00002 is below the minimum" in stand.notes()
    assert len(stand.sent) == 1


def test_flatten_closes_the_rest_of_a_partial_close() -> None:
    stand = overridden()
    stand.fates.append(Fate.REST)
    stand.command(Flatten(HELD))
    stand.fill(volume="0.0004")
    stand.exchange.cancel(stand.exchange.reports[stand.sent[-1].cl_ord_id].txid)
    stand.wait(5)
    assert [str(intent.volume) for intent in stand.sent[1:]] == ["0.00100000", "0.00060000"]
    assert len({intent.cl_ord_id for intent in stand.sent}) == 3
    assert stand.exchange.position == 0


def test_flatten_gives_up_after_three_refusals_and_says_what_is_left() -> None:
    stand = overridden()
    stand.fates.extend([Fate.REFUSE] * 5)
    stand.command(Flatten(HELD))
    stand.wait(20)
    assert len(stand.sent) == 4
    assert "gave up: 0.00100000 is still held" in stand.notes()
    assert stand.bot.manual.flattener.flattening is None


def test_flatten_that_a_guard_refuses_names_the_guard() -> None:
    stand = overridden()
    stand.play(StatusReported(stand.exchange.now_ms, "maintenance", "online"))
    stand.command(Flatten(HELD))
    assert "BLOCKED: exchange: maintenance" in stand.notes()
    assert stand.held == LONG


def test_a_signal_during_a_flatten_is_held_even_where_the_next_signal_ends_the_contract() -> None:
    stand = overridden()
    stand.fates.append(Fate.REST)
    stand.command(Flatten(NEXT))
    stand.buy_signal()
    assert stand.decisions()[-1].outcome is Outcome.HELD
    stand.fill()
    stand.wait(5)
    assert stand.exchange.position == stand.held == 0
    assert len(stand.sent) == 2
    stand.sell_signal()
    assert stand.held == SHORT


def test_a_flatten_goes_on_after_a_release_and_signals_wait_for_its_end() -> None:
    stand = overridden()
    stand.fates.append(Fate.REST)
    stand.command(Flatten(HELD))
    stand.command(Release())
    stand.buy_signal()
    assert stand.decisions()[-1].note == "a person flattens"
    stand.fill()
    stand.wait(5)
    assert stand.exchange.position == stand.held == 0


def test_an_order_by_hand_ends_a_flatten() -> None:
    stand = Stand().start()
    stand.old_account = stand.exchange.account()
    stand.tick(1_000)
    stand.command(buying())
    stand.command(Flatten(HELD))
    stand.command(buying())
    stand.old_account = None
    stand.wait(70)
    assert "ended before the exchange said flat" in stand.notes()
    assert stand.held == Decimal("0.002")


def test_flatten_on_spot_sells_the_bot_s_own_coins_only() -> None:
    stand = Stand(turning_settings(leverage=0))
    stand.exchange.coins = Decimal(5)
    stand.start().buy_signal()
    stand.command(Flatten(HELD))
    assert (stand.sent[-1].volume, stand.sent[-1].reduce_only) == (LONG, False)
    assert stand.exchange.coins == 5


# -- in orders of an allowed size ----------------------------------------------------------------------


def big(held: str, **limits: object) -> Stand:
    """A person holds more than one order may be."""
    stand = Stand().start()
    stand.command(buying(held))
    small = replace(LIMITS, **limits)  # type: ignore[arg-type]
    stand.bot.state.settings = replace(stand.settings, limits=small)
    return stand


@pytest.mark.parametrize(
    ("held", "limits", "closes"),
    [
        ("0.01", {"max_position": Decimal("0.004")}, ["0.004", "0.004", "0.002"]),
        ("0.004", {"max_position": Decimal("0.004")}, ["0.004"]),
        ("0.01", {"max_notional": Decimal(299)}, ["0.005", "0.005"]),  # of the price, rounded down
        ("0.00403", {"max_position": Decimal("0.004")}, ["0.002015", "0.002015"]),
        ("0.01", {"max_notional": Decimal("0.1")}, ["0.01"]),  # a limit below the pair's minimum bars no exit
    ],
)
def test_flatten_splits_what_is_more_than_one_order_may_be(
    held: str, limits: dict[str, object], closes: list[str]
) -> None:
    stand = big(held, **limits)
    stand.command(Flatten(HELD))
    stand.wait(10)
    sent = [intent.volume for intent in stand.sent[1:]]
    assert sent == [Decimal(volume) for volume in closes]
    assert all(intent.reduce_only and not intent.opens for intent in stand.sent[1:])
    assert len({intent.cl_ord_id for intent in stand.sent}) == len(stand.sent)
    assert stand.exchange.position == stand.held == 0
    assert "flat, by the exchange's own view" in stand.notes()


def test_each_part_of_a_flatten_is_confirmed_before_the_next_leaves() -> None:
    stand = big("0.01", max_position=Decimal("0.004"))
    stand.fates.extend([Fate.REST, Fate.LOSE_FILLED])
    stand.command(Flatten(HELD))
    stand.wait(10)
    assert len(stand.sent) == 2
    stand.fill()
    stand.deaf = True
    stand.wait(10)
    assert len(stand.sent) == 2  # nobody has read what became of it
    stand.deaf = False
    stand.wait(10)
    assert [intent.volume for intent in stand.sent[1:]] == [
        Decimal("0.004"), Decimal("0.004"), Decimal("0.002")
    ]  # fmt: skip
    assert stand.exchange.position == stand.held == 0


def test_i4_a_part_whose_answer_is_lost_holds_the_flatten_until_its_fate_is_known() -> None:
    stand = big("0.01", max_position=Decimal("0.004"))
    stand.fates.append(Fate.LOSE)
    stand.command(Flatten(HELD))
    stand.wait(60)
    assert len(stand.sent) == 2
    stand.wait(120)
    assert stand.order(1).state is OrderState.NOT_PLACED
    assert stand.exchange.position == stand.held == 0
    assert "flat, by the exchange's own view" in stand.notes()


# -- orders that are not the bot's -----------------------------------------------------------------------


def foreign(txid: str, side: Side = SELL, volume: str = "0.5") -> OrderReport:
    return OrderReport(
        txid, None, "BTC/USD", side, Decimal(volume), Decimal(0), None, Decimal(0), OrderState.OPEN,
        Decimal(70_000),
    )  # fmt: skip


def among_others(*txids: str) -> Stand:
    stand = overridden()
    stand.exchange.foreign = [foreign(txid) for txid in txids]
    stand.wait(70)
    assert len(stand.bot.state.foreign) == len(txids)
    return stand


def cancels(stand: Stand) -> list[str]:
    return [one.txid for actions in stand.answers for one in actions if isinstance(one, CancelOrder)]


def test_f34_flatten_leaves_foreign_orders_alone_and_lists_them() -> None:
    stand = among_others("OFOREIGN-1", "OFOREIGN-2")
    stand.command(Flatten(HELD))
    stand.wait(10)
    assert stand.exchange.position == 0
    assert cancels(stand) == []
    assert "left alone, as not the bot's: EXTERNAL sell 0.5 at 70000 (OFOREIGN-1), EXTERNAL" in stand.notes()


def test_f34_only_the_foreign_orders_that_were_named_are_cancelled_and_confirmed() -> None:
    stand = among_others("OFOREIGN-1", "OFOREIGN-2")
    stand.command(CancelForeign(("OFOREIGN-1", "ONOBODY")))
    assert cancels(stand) == ["OFOREIGN-1"]
    stand.exchange.foreign.pop(0)
    stand.wait(5)
    assert "EXTERNAL OFOREIGN-1 is gone from the exchange's list" in stand.notes()
    assert [report.txid for report in stand.bot.state.foreign] == ["OFOREIGN-2"]
    assert set(cancels(stand)) == {"OFOREIGN-1"}


def test_f09_a_flatten_waits_for_the_foreign_cancels_a_person_asked_for_and_repeats_them() -> None:
    stand = among_others("OFOREIGN-1")
    stand.command(CancelForeign(("OFOREIGN-1",)))
    stand.command(Flatten(HELD))
    stand.wait(3)
    assert len(cancels(stand)) >= 2
    assert stand.exchange.position == LONG
    stand.exchange.foreign.clear()
    stand.wait(5)
    assert stand.exchange.position == 0
    assert "flat, by the exchange's own view" in stand.notes()


def test_a_foreign_order_that_cannot_be_cancelled_holds_up_no_flatten_for_ever() -> None:
    stand = among_others("OFOREIGN-1")
    stand.command(CancelForeign(("OFOREIGN-1",)))
    stand.command(Flatten(HELD))
    stand.wait(30)
    assert len(cancels(stand)) == MOST_TRIES
    assert "EXTERNAL OFOREIGN-1 is still there after 5 cancels: look at Kraken" in stand.notes()
    assert stand.exchange.position == 0


def test_a_foreign_order_that_is_not_on_the_list_is_not_cancelled() -> None:
    stand = longing(Fate.REST)
    stand.command(CancelForeign(("O00000", "ONOBODY")))
    assert cancels(stand) == []
    assert "no EXTERNAL order to cancel" in stand.notes()
