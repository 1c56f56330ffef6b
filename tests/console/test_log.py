"""The log follows the newest line, and holds still while older ones are read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.console.play import console
from tests.console.stage import NOW_MS, D, fill, order
from tui_bot.console.log_words import record_rows
from tui_bot.console.rows import text_of, width_of
from tui_bot.engine.commands import Change, Contract, Until
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.records import (
    Body,
    Filled,
    IntentMade,
    Note,
    OrderMoved,
    OverrideChanged,
    Record,
    RunChanged,
    SettingsChanged,
)
from tui_bot.market.order import OrderState


def note(number: int) -> Record:
    return Record(NOW_MS + number * 1000, Note("info", f"line {number:03d}"))


@pytest.mark.anyio
async def test_it_follows_until_it_is_read_and_then_holds() -> None:
    log = tuple(note(number) for number in range(40))
    async with console(log=log) as play:
        assert "line 039" in play.text
        await play.press("k", "k")
        assert "line 037" in play.text
        assert "held" in play.text
        await play.publish(log=(*log, note(40), note(41)))
        assert "line 037" in play.text
        assert "line 041" not in play.text
        assert "2 new ↓" in play.text
        await play.press("end")
        assert "line 041" in play.text
        assert "new ↓" not in play.text
        await play.publish(log=(*log, note(40), note(41), note(42)))
        assert "line 042" in play.text


@pytest.mark.anyio
async def test_it_holds_while_the_oldest_records_fall_out_of_the_snapshot() -> None:
    log = tuple(note(number) for number in range(500))
    async with console(log=log) as play:
        await play.press("pageup", "pageup")
        shown = [line for line in play.text.splitlines() if "line " in line]
        for step in range(1, 11):
            await play.publish(log=tuple(note(number) for number in range(step * 10, step * 10 + 500)))
        assert [line for line in play.text.splitlines() if "line " in line] == shown
        assert "100 new ↓" in play.text


@pytest.mark.anyio
async def test_keys_reach_both_ends() -> None:
    log = tuple(note(number) for number in range(40))
    async with console(log=log) as play:
        await play.press("home")
        assert "line 000" in play.text
        await play.press("up", "pagedown", "pagedown", "j", "down")
        assert "line 000" not in play.text
        await play.press("l", "k")
        assert "v filter / search y copy" in play.text
        await play.press("end", "l")
        assert "line 039" in play.text


@pytest.mark.anyio
async def test_a_resize_wraps_anew_and_keeps_every_word() -> None:
    long = Record(NOW_MS, Note("warning", " ".join(f"word{number}" for number in range(30))))
    async with console((60, 30), log=(long,)) as play:
        assert "word29" in play.text
        await play.pilot.resize_terminal(100, 30)
        await play.settle()
        assert "word0 " in play.text
        assert "word29" in play.text


STATE = RunState(Run.HALTED, "order o-1 is UNKNOWN", NOW_MS)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (Filled(fill(NOW_MS), "c-1"), "FILLED    SELL 0.0010 @ 67,647.2  fee 0.27"),
        (IntentMade(order().intent), "ORDER     SELL 0.0010 market · bot · s-840"),
        (
            OrderMoved(order(OrderState.UNKNOWN, reason="no answer")),
            "UNKNOWN   SELL 0.0010 UNKNOWN  no answer",
        ),
        (
            OrderMoved(order(OrderState.REJECTED, reason="EOrder:x")),
            "order     SELL 0.0010 REJECTED  EOrder:x",
        ),
        (RunChanged(STATE), "HALTED    order o-1 is UNKNOWN"),
        (OverrideChanged(None, "released by hand"), "OVERRIDE  ended  released by hand"),
        (
            OverrideChanged(Override(Contract(Until.CANDLES, 3), 3, NOW_MS), ""),
            "OVERRIDE  for 3 candles",
        ),
        (
            SettingsChanged((Change("strategy.period", "20", "30"),), "d"),
            "SETTINGS  strategy.period: 20 → 30",
        ),
        (Note("error", "boom", {"a": "b"}), "ERROR     boom  a=b"),
        (Note("info", "started"), "note      started"),
    ],
)
def test_each_record_is_a_sentence(body: Body, said: str) -> None:
    lines = [text_of(line) for line in record_rows(Record(NOW_MS, body), 100, 1)]
    assert lines[0].startswith(f" 14:14:23 {said}"), lines


def test_nothing_is_wider_than_the_panel() -> None:
    hostile = "x" * 300 + " 漢字" * 40
    for width in (40, 80, 160):
        lines = record_rows(Record(NOW_MS, Note("error", hostile, {"key": "v" * 90})), width, 1)
        assert all(width_of(line) <= width for line in lines)


def test_volumes_and_prices_are_written_in_full() -> None:
    moved = OrderMoved(order(OrderState.CANCELED, executed=D("0.00012345"), average=Decimal("67647.25")))
    (line,) = record_rows(Record(NOW_MS, moved), 120, 1)
    assert "0.00012345 executed at 67,647.2" in text_of(line)
    unpriced = OrderMoved(order(OrderState.CANCELED, executed=D("0.00012345")))
    (line,) = record_rows(Record(NOW_MS, unpriced), 120, 1)
    assert "0.00012345 executed" in text_of(line)
    assert "?" not in text_of(line)


@pytest.mark.parametrize("state", [OrderState.OPEN, OrderState.PARTIAL, OrderState.CLOSED])
def test_what_the_fills_of_a_market_order_say_is_not_said_twice(state: OrderState) -> None:
    assert record_rows(Record(NOW_MS, OrderMoved(order(state, executed=D("0.0010")))), 120, 1) == []
