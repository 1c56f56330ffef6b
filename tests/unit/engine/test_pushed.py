"""What is pushed of the account: taken at once, once, and never against what is known already."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.market import RULES
from tests.support.model import LONG, Fate, Stand, longing
from tui_bot.engine.actions import LookUp, ReadAccount
from tui_bot.engine.events import (
    Acked,
    Lost,
    Reconnected,
)
from tui_bot.engine.memory import Run
from tui_bot.engine.news import AccountSource, BalanceMoved, Executed, OrderReported
from tui_bot.engine.records import Filled
from tui_bot.market.order import Fill, OrderReport, OrderState

HALF = str(LONG / 2)


def deaf(fate: Fate) -> Stand:
    """A bot that has sent its first order and can read nothing."""
    stand = Stand()
    stand.fates.append(fate)
    stand.start()
    stand.deaf = True
    stand.buy_signal()
    return stand


def push(stand: Stand, fill: Fill, name: bool = True) -> None:
    cl_ord_id = stand.sent[-1].cl_ord_id if name else None
    stand.play(Executed(stand.exchange.now_ms, fill, cl_ord_id))


def tell(stand: Stand, **changes: object) -> None:
    report = replace(stand.exchange.reports[stand.sent[-1].cl_ord_id], **changes)  # type: ignore[arg-type]
    stand.play(OrderReported(stand.exchange.now_ms, report))


def executed(stand: Stand, volume: str | None = None) -> Fill:
    fill = stand.fill(volume=volume)
    assert fill is not None
    return fill


def booked(stand: Stand) -> list[str]:
    return [body.fill.trade_id for body in stand.kept if isinstance(body, Filled)]


def test_f20_a_pushed_execution_is_booked_before_anything_is_read() -> None:
    stand = deaf(Fate.REST)
    push(stand, executed(stand, HALF))
    assert stand.held == LONG / 2
    assert (stand.order().state, stand.order().executed) == (OrderState.PARTIAL, LONG / 2)
    push(stand, executed(stand))
    tell(stand)
    assert stand.held == LONG
    assert stand.order().state is OrderState.CLOSED
    assert stand.acted[LookUp] == 1  # that of the answer


def test_f29_push_and_look_book_an_execution_once_in_any_order() -> None:
    for pushed_first in (True, False):
        stand = deaf(Fate.REST)
        fill = executed(stand)
        if pushed_first:
            push(stand, fill)
        stand.deaf = False
        stand.wait(30)
        for _ in range(3):
            push(stand, fill)
            tell(stand)
        assert booked(stand) == [fill.trade_id]
        assert stand.held == LONG == stand.exchange.position
        assert stand.order().state is OrderState.CLOSED


def test_a_push_that_overtakes_the_answer_is_taken_and_the_answer_changes_nothing() -> None:
    for answer in (Acked("O00000"), Lost("the connection broke")):
        stand = deaf(Fate.SILENT)
        assert stand.order().state is OrderState.SENT
        push(stand, executed(stand))
        tell(stand)
        assert stand.order().state is OrderState.CLOSED
        stand.answer(answer)
        assert stand.order().state is OrderState.CLOSED
        assert stand.held == LONG


@pytest.mark.parametrize("by", ["execution", "report"])
def test_f02_a_pushed_row_settles_an_unknown_order(by: str) -> None:
    stand = deaf(Fate.LOSE_RESTING)
    assert stand.order().state is OrderState.UNKNOWN
    if by == "execution":
        push(stand, executed(stand, HALF))
        assert stand.order().state is OrderState.PARTIAL
    else:
        tell(stand)
        assert stand.order().state is OrderState.OPEN
    assert stand.order().txid == "O00000"
    assert stand.bot.state.tracker.uncertain() == ()


def test_f03_a_pushed_row_of_an_order_proved_absent_halts() -> None:
    stand = longing(Fate.LOSE)
    stand.wait(200)
    assert stand.order().state is OrderState.NOT_PLACED
    stand.exchange.accept(stand.sent[0])
    tell(stand)
    assert stand.run() is Run.HALTED
    assert "although it was not placed" in stand.why()


@pytest.mark.parametrize("end", [OrderState.CANCELED, OrderState.CLOSED, OrderState.EXPIRED])
def test_f22_i9_an_end_counts_only_with_its_executions_booked(end: OrderState) -> None:
    stand = deaf(Fate.REST)
    fill = executed(stand, HALF)
    looks = stand.acted[LookUp]
    tell(stand, state=end, executed=fill.volume)
    assert stand.order().state is OrderState.PARTIAL
    assert stand.acted[LookUp] == looks + 1
    push(stand, fill)
    tell(stand, state=end, executed=fill.volume)
    assert stand.order().state is end
    assert stand.held == LONG / 2


def test_f19_an_older_view_does_not_undo_a_pushed_one() -> None:
    stand = deaf(Fate.REST)
    old = stand.exchange.reports[stand.sent[0].cl_ord_id]
    push(stand, executed(stand, HALF))
    stand.play(OrderReported(stand.exchange.now_ms, old))
    assert (stand.order().state, stand.order().executed) == (OrderState.PARTIAL, LONG / 2)
    push(stand, executed(stand))
    tell(stand)
    stand.play(OrderReported(stand.exchange.now_ms, old))
    assert (stand.order().state, stand.order().executed) == (OrderState.CLOSED, LONG)


def test_a_flip_goes_on_by_push() -> None:
    stand = longing()
    stand.fates.append(Fate.SILENT)
    stand.sell_signal()
    push(stand, executed(stand))
    tell(stand)
    stand.wait(3)
    assert len(stand.sent) == 3
    assert stand.held == stand.exchange.position == -LONG


def foreign(stand: Stand, trade_id: str = "TX", at_ms: int | None = None) -> Fill:
    at_ms = stand.exchange.now_ms if at_ms is None else at_ms
    side = stand.sent[0].side
    return Fill(trade_id, "OX", "BTC/USD", side, Decimal(1), Decimal(1), Decimal(1), Decimal(0), at_ms)


def test_f34_a_foreign_execution_is_told_once_and_never_booked() -> None:
    stand = longing()
    for _ in range(2):
        stand.play(Executed(stand.exchange.now_ms, foreign(stand), None))
    assert stand.notes().count("EXTERNAL execution") == 1
    assert stand.held == LONG
    stand.play(Executed(stand.exchange.now_ms, foreign(stand, "TY", stand.bot.state.started_ms - 1), None))
    assert stand.notes().count("EXTERNAL execution") == 1  # the snapshot's history is no news


def test_f34_a_foreign_order_is_told_shown_and_gone_when_it_ends() -> None:
    stand = longing()
    report = OrderReport(
        "OX", None, "BTC/USD", stand.sent[0].side, LONG, Decimal(0), None, Decimal(0), OrderState.OPEN
    )
    for _ in range(2):
        stand.play(OrderReported(stand.exchange.now_ms, report))
    assert stand.notes().count("EXTERNAL order") == 1
    assert stand.snapshot().foreign == (report,)
    stand.play(OrderReported(stand.exchange.now_ms, replace(report, state=OrderState.CANCELED)))
    assert stand.snapshot().foreign == ()


def test_a_nameless_row_is_not_called_foreign_while_an_order_has_no_txid() -> None:
    stand = deaf(Fate.SILENT)
    looks = stand.acted[LookUp]
    fill = executed(stand)
    push(stand, fill, name=False)
    tell(stand, cl_ord_id=None)
    assert stand.acted[LookUp] == looks + 2
    assert "EXTERNAL" not in stand.notes()
    stand.deaf = False
    stand.answer(Acked(fill.txid))
    stand.wait(3)
    assert stand.held == LONG


def test_moves_of_the_balance_have_the_account_read_but_not_for_each() -> None:
    stand = longing()
    stand.wait(45)
    reads = stand.acted[ReadAccount]
    for _ in range(20):
        stand.play(BalanceMoved(stand.exchange.now_ms))
        stand.tick()
    assert reads < stand.acted[ReadAccount] <= reads + 2


def test_f60_after_a_gap_live_orders_are_looked_at() -> None:
    stand = longing(Fate.REST)
    looks = stand.acted[LookUp]
    stand.play(Reconnected(stand.exchange.now_ms))
    assert stand.acted[LookUp] == looks + 1


def test_looks_are_rarer_while_push_is_on_but_not_for_an_unknown_order() -> None:
    counts = {}
    for source in ("push", "poll"):
        for fate in (Fate.REST, Fate.LOSE):
            stand = longing(fate)
            stand.play(AccountSource(stand.exchange.now_ms, source, "so it is"))
            assert stand.snapshot().feed.account == source
            looks = stand.acted[LookUp]
            stand.tick(500, 120)
            counts[source, fate] = stand.acted[LookUp] - looks
    assert counts["push", Fate.REST] * 3 < counts["poll", Fate.REST]
    assert counts["push", Fate.LOSE] == counts["poll", Fate.LOSE]
    assert RULES.name in stand.sent[0].pair


def test_the_source_of_the_account_is_noted_and_shown() -> None:
    stand = longing()
    assert (stand.snapshot().feed.account, stand.snapshot().feed.account_since_ms) == ("poll", None)
    stand.play(AccountSource(stand.exchange.now_ms, "push", ""))
    stand.play(AccountSource(stand.exchange.now_ms + 5, "poll", "the key has no WebSocket right"))
    feed = stand.snapshot().feed
    assert (feed.account, feed.account_since_ms) == ("poll", stand.exchange.now_ms + 5)
    assert stand.notes().endswith("the key has no WebSocket right")
