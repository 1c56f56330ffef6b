"""Sent never exceeds intended, whatever desk and tracker believe."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.market import RULES
from tests.support.model import BUY, LONG, Fate, Stand, longing
from tui_bot.engine.commands import Resume
from tui_bot.engine.control import KEEP_LEGS, MOST_SURPRISES, Control
from tui_bot.engine.events import Acked, LookedUp
from tui_bot.engine.memory import Run
from tui_bot.engine.plan import Leg, Plan
from tui_bot.market.order import Fill, Intent, Order, OrderState, Origin

STEP = RULES.lot_step


def intent(number: int = 1, volume: Decimal = LONG, signal: str = "s") -> Intent:
    return Intent(
        f"{signal}-{number}", "BTC/USD", BUY, volume, None, 2, False, Origin.BOT, signal, "open",
        Decimal(60_000), 0, 5_000,
    )  # fmt: skip


def fill(trade: int, volume: Decimal, txid: str = "O1") -> Fill:
    return Fill(f"T{trade}", txid, "BTC/USD", BUY, Decimal(1), volume, volume, Decimal(0), 1)


def test_i5_a_leg_is_ordered_once_and_twice_only_where_a_second_send_is_allowed() -> None:
    control = Control()
    assert control.objection(intent(1), 1, STEP) == ""
    control.ordered(intent(1))
    assert "ordered 1 of 1 times already" in control.objection(intent(2), 1, STEP)
    assert control.objection(intent(2), 2, STEP) == ""
    control.ordered(intent(2))
    assert "ordered 2 of 2 times already" in control.objection(intent(3), 2, STEP)
    assert control.objection(intent(4, signal="another"), 1, STEP) == ""


def test_i5_a_second_send_never_brings_a_leg_above_what_was_intended() -> None:
    control = Control()
    control.ordered(intent(1))
    control.filled(intent(1), fill(1, Decimal("0.0004")))
    assert "0.0014 would be executed where 0.001 was intended" in control.objection(intent(2), 2, STEP)
    assert control.objection(intent(2, Decimal("0.0006")), 2, STEP) == ""


def test_f106_the_sender_lets_each_order_out_once_and_none_that_nobody_ordered() -> None:
    control = Control()
    assert control.release(intent()) == "nobody ordered it"
    control.ordered(intent())
    assert control.release(intent()) == ""
    assert control.release(intent()) == "it was sent already"
    assert "sent already" in control.release(intent(2))


def test_what_an_earlier_run_ordered_counts() -> None:
    order = Order(intent(), OrderState.PARTIAL, "O1", Decimal("0.0002"))
    control = Control()
    control.remember([order], [fill(1, Decimal("0.0003"))])
    assert control.objection(intent(2), 1, STEP)
    assert "0.0013 would be executed" in control.objection(intent(2), 2, STEP)
    assert control.release(order.intent) == "it was sent already"


def test_legs_are_forgotten_oldest_first() -> None:
    control = Control()
    for number in range(KEEP_LEGS + 1):
        control.ordered(intent(1, signal=f"s{number}"))
    assert control.objection(intent(2, signal="s0"), 1, STEP) == ""
    assert control.objection(intent(2, signal="s1"), 1, STEP)


views = st.lists(
    st.tuples(st.booleans(), st.integers(1, 6), st.integers(0, 130), st.sampled_from(["O1", "O2"])),
    max_size=12,
)


@given(views)
def test_i5_whatever_is_reported_in_whatever_order_an_overshoot_is_seen(
    plan: list[tuple[bool, int, int, str]],
) -> None:
    """Reports and trades of two orders of a leg, repeated and out of order, against a count by hand."""
    control = Control()
    control.ordered(intent())
    reported: dict[str, int] = {}
    trades: dict[str, tuple[str, int]] = {}
    for is_report, trade, volume, txid in plan:
        amount = volume * STEP
        if is_report:
            reported[txid] = max(reported.get(txid, 0), volume)
            control.reported(intent(), txid, amount)
        else:
            trades[f"T{trade}"] = txid, volume
            control.filled(intent(), fill(trade, amount, txid))
    booked = {txid: sum(v for owner, v in trades.values() if owner == txid) for txid in ("O1", "O2")}
    true = sum(max(reported.get(txid, 0), booked[txid]) for txid in ("O1", "O2"))
    ordered = int(LONG / STEP)
    left = intent(2, max(STEP, LONG - true * STEP))
    assert (control.objection(left, 2, STEP) == "") == (true + int(left.volume / STEP) <= ordered + 1)
    assert (control.overshoot(replace(intent(), volume=LONG), STEP) > 0) == (true > ordered + 1)


@given(st.lists(st.integers(1, 150_000), min_size=1, max_size=8))
def test_i5_f13_no_plan_of_fills_lets_more_than_one_step_beyond_the_order_pass(parts: list[int]) -> None:
    stand = Stand()
    stand.fates.append(Fate.REST)
    stand.start().buy_signal()
    report, _ = stand.exchange.find(stand.sent[0].cl_ord_id)
    assert report is not None
    fills = tuple(
        replace(fill(number, part * STEP, report.txid), at_ms=stand.exchange.now_ms, leverage=2)
        for number, part in enumerate(parts)
    )
    done = sum((one.volume for one in fills), Decimal(0))
    closed = replace(report, executed=done, state=OrderState.CLOSED, average=Decimal(1))
    stand.play(LookedUp(stand.exchange.now_ms, stand.sent[0].cl_ord_id, closed, fills))
    assert (stand.run() is Run.HALTED) == (done > LONG)
    assert len(stand.sent) == 1


def test_f13_surprises_count_once_each_and_a_person_who_resumes_starts_anew() -> None:
    control = Control()
    assert not control.surprise("a")
    assert not control.surprise("a")
    assert control.surprise("b")
    assert len(control.surprises) == MOST_SURPRISES
    stand = longing(Fate.LOSE)
    stand.wait(120)
    stand.exchange.accept(stand.sent[0])
    stand.wait(70)
    assert (stand.run(), len(stand.bot.state.control.surprises)) == (Run.HALTED, 1)
    stand.command(Resume())
    stand.wait(120)
    assert stand.run() is Run.RUN
    assert not stand.bot.state.control.surprises


@pytest.mark.parametrize("part", ["desk", "tracker"])
def test_i5_f106_a_desk_that_sends_twice_is_stopped_by_the_control(part: str) -> None:
    """The planted bug: the desk forgets that the leg was sent, with or without the tracker's help."""
    stand = longing()
    first = stand.sent[0]
    if part == "tracker":
        stand.bot.state.tracker.orders.clear()
    leg = Leg("open", BUY, LONG, 2, reduce_only=False, opens=True)
    stand.bot.desk._send(leg, Plan(first.signal, Origin.BOT, (leg,), 0))
    assert stand.run() is Run.HALTED
    assert "ordered 1 of 1 times already" in stand.why()
    assert [action for action in stand.bot.state.actions if type(action).__name__ == "PlaceOrder"] == []
    assert stand.bot.release(first) != ""
    stand.answer(Acked("O00000"))
    assert len(stand.sent) == 1
