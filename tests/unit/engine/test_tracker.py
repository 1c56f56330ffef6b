"""The order state machine, move by move."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_bot.engine.events import Acked, Answer, Lost, NotSent, Refused
from tui_bot.engine.tracker import KEEP_FILLS, KEEP_FINISHED, OrderTracker
from tui_bot.market.order import MOVES, Fill, Intent, Order, OrderReport, OrderState, Origin, Side

S = OrderState
ONE = Decimal(1)


def intent(name: str = "id", volume: Decimal = ONE) -> Intent:
    return Intent(name, "BTC/USD", Side.BUY, volume, None, 2, False, Origin.BOT, name, "open", ONE, 0, 5)


def report(state: OrderState, executed: str = "0", txid: str = "O1") -> OrderReport:
    return OrderReport(txid, "id", "BTC/USD", Side.BUY, ONE, Decimal(executed), ONE, Decimal(executed), state)


def fill(trade_id: str, volume: str, txid: str = "O1") -> Fill:
    return Fill(trade_id, txid, "BTC/USD", Side.BUY, ONE, Decimal(volume), Decimal(volume), Decimal(0), 1)


def tracker_in(state: OrderState, executed: str = "0") -> tuple[OrderTracker, Order]:
    tracker = OrderTracker()
    txid = None if state in (S.SENT, S.UNKNOWN) else "O1"
    order = Order(intent(), state, txid, Decimal(executed))
    tracker._put(order, 0)
    return tracker, order


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (Acked("O1"), S.OPEN),
        (Refused("E", "why"), S.REJECTED),
        (NotSent("why"), S.NOT_SENT),
        (Lost("why"), S.UNKNOWN),
    ],
)
def test_answers_move_what_is_sent_and_an_ack_what_is_unknown(
    before: OrderState, answer: Answer, after: OrderState
) -> None:
    tracker, _ = tracker_in(before)
    moved = tracker.answer("id", answer, 9)
    if before is S.SENT or (before is S.UNKNOWN and after in (S.OPEN, S.UNKNOWN)):
        assert moved is not None
        assert (moved.state, moved.changed_ms) == (after, 9)
    else:
        assert moved is None
        assert tracker.orders["id"].state is before


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("seen", [S.OPEN, S.PARTIAL, S.CLOSED, S.CANCELED, S.EXPIRED])
def test_a_view_moves_an_order_only_along_the_table(before: OrderState, seen: OrderState) -> None:
    tracker, order = tracker_in(before)
    executed = "1" if seen is S.CLOSED else "0.5" if seen is S.PARTIAL else "0"
    if executed != "0":
        tracker.book(order, fill("T1", executed))
    moved = tracker.report(order, report(seen, executed), 9)
    state = tracker.orders["id"].state
    assert state is before or state in MOVES[before]
    if seen in MOVES[before]:
        assert moved is not None
        assert state is seen
        assert ("id" in tracker.watches) == (not state.is_final)


@pytest.mark.parametrize("before", [S.CLOSED, S.CANCELED, S.EXPIRED, S.REJECTED, S.NOT_SENT, S.NOT_PLACED])
def test_a_finished_order_stays_finished(before: OrderState) -> None:
    tracker, order = tracker_in(before)
    tracker.report(order, report(S.OPEN), 9)
    tracker.absent(order, "x", 9)
    assert tracker.orders["id"].state is before
    assert tracker.live() == ()


def test_only_an_unknown_order_can_be_absent() -> None:
    for before in S:
        tracker, order = tracker_in(before)
        tracker.absent(order, "x", 9)
        absent = before in (S.UNKNOWN, S.HALTED_UNKNOWN, S.NOT_PLACED)
        assert (tracker.orders["id"].state is S.NOT_PLACED) == absent


views = st.lists(
    st.tuples(st.sampled_from([S.OPEN, S.PARTIAL, S.CLOSED, S.CANCELED, S.EXPIRED]), st.integers(0, 4)),
    max_size=12,
)


@given(views, st.sampled_from([S.SENT, S.UNKNOWN, S.OPEN]))
def test_f19_whatever_the_order_of_views_volume_and_rank_never_go_down(
    seen: list[tuple[OrderState, int]], start: OrderState
) -> None:
    tracker, order = tracker_in(start)
    rank = {S.SENT: 0, S.UNKNOWN: 0, S.OPEN: 1, S.PARTIAL: 2, S.CLOSED: 3, S.CANCELED: 3, S.EXPIRED: 3}
    booked = 0
    for number, (state, quarters) in enumerate(seen):
        if quarters > booked:
            tracker.book(order, fill(f"T{number}", str(Decimal(quarters - booked) / 4)))
            booked = quarters
        before = tracker.orders["id"]
        tracker.report(before, report(state, str(Decimal(quarters) / 4)), number)
        after = tracker.orders["id"]
        assert after.executed >= before.executed
        assert rank[after.state] >= rank[before.state]
        assert not before.state.is_final or after.state is before.state


def test_a_view_without_fills_of_an_executed_end_stays_partial() -> None:
    tracker, order = tracker_in(S.UNKNOWN)
    moved = tracker.report(order, report(S.CLOSED, "1"), 9)
    assert moved is not None
    assert (moved.state, moved.executed, moved.txid) == (S.PARTIAL, ONE, "O1")
    tracker.book(moved, fill("T1", "1"))
    ended = tracker.report(moved, report(S.CLOSED, "1"), 9)
    assert ended is not None
    assert ended.state is S.CLOSED


def test_an_unknown_order_found_with_its_fills_ends_in_one_look() -> None:
    tracker, order = tracker_in(S.UNKNOWN)
    tracker.book(order, fill("T1", "1"))
    moved = tracker.report(order, report(S.CLOSED, "1"), 9)
    assert moved is not None
    assert moved.state is S.CLOSED


def test_a_report_that_lags_behind_the_fills_shows_what_the_fills_show() -> None:
    tracker, order = tracker_in(S.OPEN)
    tracker.book(order, fill("T1", "0.5"))
    moved = tracker.report(order, report(S.CANCELED, "0"), 9)
    assert moved is not None
    assert (moved.state, moved.executed, moved.remaining) == (S.CANCELED, Decimal("0.5"), Decimal("0.5"))


def test_a_booked_fill_carries_the_leverage_of_its_intent_and_is_known() -> None:
    tracker, order = tracker_in(S.OPEN)
    assert tracker.is_new(fill("T1", "1"))
    assert tracker.book(order, fill("T1", "1")).leverage == 2
    assert not tracker.is_new(fill("T1", "1"))


@pytest.mark.parametrize(
    ("kept", "taken_up"),
    [
        (S.INTENT, S.UNKNOWN),
        (S.SENT, S.UNKNOWN),
        (S.OPEN, S.OPEN),
        (S.UNKNOWN, S.UNKNOWN),
        (S.CLOSED, S.CLOSED),
    ],
)
def test_f12_an_order_without_a_known_answer_is_unknown_after_a_restart(
    kept: OrderState, taken_up: OrderState
) -> None:
    tracker = OrderTracker()
    tracker.remember([Order(intent(), kept)], [fill("T1", "1")], 5)
    assert tracker.orders["id"].state is taken_up
    assert len(tracker.live()) == (0 if taken_up.is_final else 1)
    assert not tracker.is_new(fill("T1", "1"))
    assert tracker.booked("O1") == 1


def test_an_order_is_found_by_client_id_or_by_txid_and_others_are_foreign() -> None:
    tracker, order = tracker_in(S.OPEN)
    assert tracker.owner_of("id", "O2") == order
    assert tracker.owner_of("i-d", "O2") == order
    assert tracker.owner_of(None, "O1") == order
    assert tracker.owner_of(None, "O2") is None
    assert OrderTracker().owner_of(None, "O1") is None


def test_i26_old_finished_orders_are_forgotten_but_never_a_live_one() -> None:
    tracker = OrderTracker()
    tracker.add(intent("lasting"), 0)
    for number in range(KEEP_FINISHED * 2):
        name = f"n{number}"
        tracker.add(intent(name), 0)
        tracker.answer(name, NotSent("x"), 0)
    assert len(tracker.orders) <= KEEP_FINISHED + 1
    assert "lasting" in tracker.orders
    assert f"n{KEEP_FINISHED * 2 - 1}" in tracker.orders


def test_i26_old_executions_are_forgotten_but_none_of_an_order_that_is_kept() -> None:
    tracker = OrderTracker()
    tracker.add(intent("resting"), 0)
    resting = tracker.report(tracker.orders["resting"], report(S.PARTIAL, "0.5", "OREST"), 1)
    assert resting is not None
    tracker.book(resting, fill("TREST", "0.5", "OREST"))
    for number in range(KEEP_FILLS + 10):
        order = tracker.add(intent(f"n{number}"), number)
        tracker.book(order, fill(f"T{number}", "1", f"O{number}"))
        tracker.report(order, report(S.CLOSED, "1", f"O{number}"), number)
    assert len(tracker._seen_fills) == KEEP_FILLS
    assert len(tracker._booked) <= KEEP_FINISHED + 2
    assert tracker.booked("OREST") == Decimal("0.5")
    newest = KEEP_FILLS + 9
    assert tracker.booked(f"O{newest}") == ONE
    assert not tracker.is_new(fill(f"T{newest - 100}", "1"))
