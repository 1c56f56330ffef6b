"""The report of a flatten: start, executed, average price, residue, and what could not be done and why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.support.model import HELD, SELL, Fate, Stand, overridden
from tui_bot.control.flattened import RELEASE, FlattenReport
from tui_bot.engine.commands import Flatten
from tui_bot.engine.snapshot import Phase
from tui_bot.market.order import OrderReport, OrderState


def flattened(stand: Stand, seconds: float = 20.0) -> FlattenReport:
    """Flatten and listen to all that is kept."""
    report = FlattenReport(stand.snapshot())
    stand.command(Flatten(HELD))
    report.follow(stand.snapshot())
    stand.wait(seconds)
    report.follow(stand.snapshot())
    report.follow(stand.snapshot())
    return report


def told(report: FlattenReport, stand: Stand) -> list[str]:
    """Its lines, less the last."""
    *lines, last = report.lines(replace(stand.snapshot(), phase=Phase.READY))
    assert last == RELEASE
    return lines


def test_all_of_it() -> None:
    stand = overridden()
    stand.quote(stand.exchange.last - 100)
    report = flattened(stand)
    assert report.is_flat
    assert told(report, stand) == [
        "start     LONG 0.0010 BTC @ 59,800.0 x2",
        "executed  0.00100000 at 59,700.0 on average, fee 0.24",
        "left      flat, no open orders",
        "result    flat, by the exchange's own view",
    ]


def test_two_parts_at_two_prices_are_averaged() -> None:
    stand = overridden()
    stand.fates.append(Fate.REST)
    report = FlattenReport(stand.snapshot())
    stand.command(Flatten(HELD))
    stand.fill(volume="0.0004")
    stand.exchange.cancel(stand.exchange.reports[stand.sent[-1].cl_ord_id].txid)
    stand.quote(Decimal(60_800))
    stand.wait(5)
    report.follow(stand.snapshot())
    assert "executed  0.00100000 at 60,400.0 on average, fee 0.24" in told(report, stand)


def test_what_could_not_be_done_is_told_with_its_reason() -> None:
    stand = overridden()
    stand.fates.extend([Fate.REFUSE] * 5)
    report = flattened(stand)
    assert not report.is_flat
    lines = told(report, stand)
    assert lines[1] == "executed  nothing"
    assert lines[2] == "left      LONG 0.0010 BTC @ 59,800.0 x2, no stop rests, no open orders"
    refusal = "rejected: not enough money (EOrder:Insufficient funds)"
    assert f"trouble   the close of 0.00100000 is {refusal}" in lines
    assert lines[-1] == "result    gave up: 0.00100000 is still held; try again"


def test_until_it_has_ended_it_says_that_it_goes_on() -> None:
    stand = overridden()
    stand.fates.append(Fate.REST)
    report = flattened(stand, 1)
    assert report.end is None
    assert told(report, stand)[-1] == "result    not confirmed yet; the flatten goes on"


def test_f34_what_is_not_the_bot_s_is_named_as_left() -> None:
    stand = overridden()
    stand.exchange.foreign = [
        OrderReport(
            "OFOREIGN-1", None, "BTC/USD", SELL, Decimal("0.5"), Decimal("0.1"), None, Decimal(0),
            OrderState.PARTIAL, Decimal(70_000),
        )
    ]  # fmt: skip
    lines = told(flattened(stand), stand)
    assert "left      EXTERNAL sell 0.4 at 70000 (OFOREIGN-1); --foreign cancels it" in lines


def test_an_order_by_hand_is_no_part_of_it() -> None:
    stand = Stand().start()
    report = FlattenReport(stand.snapshot())
    for body in overridden().kept:
        report.hear(body)
    assert told(report, stand)[1] == "executed  nothing"
