"""The log is filtered, searched and copied by keyboard, and a line leads to its decision."""

from __future__ import annotations

import base64
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.console.play import Play, console
from tests.console.stage import NOW_MS, decision, fill, log_of, order, walk
from tui_bot.console.log_book import LogBook
from tui_bot.console.log_kind import Kind
from tui_bot.console.log_panel import COPIED
from tui_bot.console.rows import text_of
from tui_bot.console.words import time_of
from tui_bot.engine.identity import candle_signal
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.records import (
    Body,
    DecisionMade,
    Filled,
    FlattenMoved,
    IntentMade,
    Note,
    OrderMoved,
    Outcome,
    Record,
    RunChanged,
)
from tui_bot.market.order import OrderState
from tui_bot.strategy.decision import Verdict

CANDLES = walk(200)
JUDGED = decision(CANDLES)
BOUGHT = replace(JUDGED, verdict=Verdict.BUY)


def record(body: Body, number: int = 0) -> Record:
    return Record(NOW_MS + number * 1000, body)


def note(number: int, text: str = "", level: str = "info") -> Record:
    return record(Note(level, text or f"line {number:03d}"), number)


LOG = tuple(note(number, "an apple" if number in (5, 20) else "") for number in range(40))


def lines(play: Play) -> list[str]:
    """The rows of the log panel."""
    return [text_of(line) for line in play.app.main.log_panel.rows[1:]]


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (DecisionMade(JUDGED, Outcome.NO_TRADE, Decimal(0), (), "", "d"), ()),
        (DecisionMade(BOUGHT, Outcome.SIGNAL, Decimal(0), (), "", "d"), (Kind.SIGNALS,)),
        (DecisionMade(BOUGHT, Outcome.HELD, Decimal(0), (), "", "d"), (Kind.SIGNALS,)),
        (DecisionMade(BOUGHT, Outcome.BLOCKED, Decimal(0), (), "", "d"), (Kind.SIGNALS, Kind.ERRORS)),
        (IntentMade(order().intent), (Kind.ORDERS,)),
        (Filled(fill(NOW_MS), "c"), (Kind.ORDERS,)),
        (OrderMoved(order(OrderState.UNKNOWN)), (Kind.ORDERS, Kind.ERRORS)),
        (OrderMoved(order(OrderState.REJECTED)), (Kind.ORDERS, Kind.ERRORS)),
        (OrderMoved(order(OrderState.OPEN)), (Kind.ORDERS,)),
        (FlattenMoved(False, "error", "gave up"), (Kind.ORDERS, Kind.ERRORS)),
        (RunChanged(RunState(Run.HALTED, "x", 0)), (Kind.ERRORS,)),
        (RunChanged(RunState(Run.PAUSED, "x", 0)), ()),
        (Note("warning", "x"), (Kind.ERRORS,)),
        (Note("info", "x"), ()),
    ],
)
def test_a_line_is_of_its_kinds(body: Body, kinds: tuple[Kind, ...]) -> None:
    assert [kind for kind in Kind if kind.takes(record(body))] == [Kind.ALL, *kinds]


@pytest.mark.anyio
async def test_the_filter_goes_round_and_says_what_is_shown() -> None:
    log = (note(1), note(2, "it burns", "error"), record(Filled(fill(NOW_MS), "c-1"), 3), note(4))
    async with console((100, 40), log=log) as play:
        seen = []
        for _ in Kind:
            await play.press("v")
            seen.append((play.app.main.log_panel.book.kind, len(lines(play))))
            assert ("None of these lines yet; v shows others." in play.text) is (len(seen) == 1)
        assert seen == [(Kind.SIGNALS, 1), (Kind.ORDERS, 1), (Kind.ERRORS, 1), (Kind.ALL, 4)]
        await play.press("v", "v", "v")
        assert "errors only" in play.text
        await play.publish(log=(*log, note(5), note(6, "it still burns", "error")))
        assert ["burns" in line for line in lines(play)] == [True, True]


@pytest.mark.anyio
async def test_a_search_walks_back_through_the_hits_and_round_the_end() -> None:
    async with console((100, 30), log=LOG) as play:
        await play.press("slash")
        await play.type("APPLE")
        await play.press("enter")
        panel = play.app.main.log_panel
        assert "/APPLE 2 of 2" in play.text
        assert panel.book.here == LOG[20]
        await play.press("n")
        assert (panel.book.here, "1 of 2" in play.text) == (LOG[5], True)
        await play.press("n")
        assert panel.book.here == LOG[20]
        await play.press("N")
        assert panel.book.here == LOG[5]
        assert any(line.startswith("▸") and "an apple" in line for line in lines(play))


@pytest.mark.anyio
async def test_what_is_not_there_is_told_and_nothing_typed_ends_the_search() -> None:
    async with console((100, 30), log=LOG) as play:
        await play.press("l", "n")
        assert any("nothing is searched for" in text for text in play.notes)
        await play.press("slash")
        await play.type("pear")
        await play.press("enter")
        assert any("not in these lines: pear" in text for text in play.notes)
        assert play.app.main.log_panel.is_following
        await play.press("slash", "ctrl+u", "enter")
        assert "/pear" not in play.text


@pytest.mark.anyio
async def test_reading_holds_still_and_unread_lines_are_counted() -> None:
    async with console((100, 30), log=LOG) as play:
        await play.press(*["k"] * 12)
        shown = lines(play)
        await play.publish(log=(*LOG, note(40), note(41)))
        assert lines(play) == shown
        assert "2 new ↓" in play.text
        await play.press("end")
        assert "line 041" in lines(play)[-1]


@pytest.mark.anyio
async def test_j_beyond_the_newest_line_follows_again() -> None:
    async with console(log=LOG) as play:
        await play.press("k", "k")
        assert "held" in play.text
        await play.press("j", "j", "j")
        assert "held" not in play.text
        assert not any(line.startswith("▸") for line in lines(play))


@pytest.mark.anyio
async def test_a_line_is_copied_without_what_could_steer_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = note(1, "bad \x1b]52;c;AAAA\x07 \x9b31m text " + "x" * 3000, "error")
    async with console(log=(note(0), hostile)) as play:
        sent: list[str] = []
        monkeypatch.setattr(play.app._driver, "write", sent.append)
        await play.press("k", "j", "k", "j", "k", "y")
        await play.press("end", "y")
        copies = [text for text in sent if text.startswith("\x1b]52;c;")]
        assert len(copies) == 2
        texts = [
            base64.b64decode(text.removeprefix("\x1b]52;c;").removesuffix("\x07")).decode() for text in copies
        ]
        assert "line 000" in texts[0]
        assert "bad" in texts[1]
        assert texts[1].isprintable()
        assert len(texts[1]) <= COPIED


@pytest.mark.anyio
async def test_enter_on_a_line_leads_to_its_candle() -> None:
    cause = candle_signal("BTC/USD", 60, CANDLES[-4].begin)
    caused = replace(order(), intent=replace(order().intent, signal=cause))
    log = (*log_of(CANDLES), record(OrderMoved(replace(caused, state=OrderState.CANCELED)), 1), note(2))
    async with console((100, 40), log=log, orders=(caused,)) as play:
        await play.press("l", "k", "enter")
        assert f"candle      {time_of(CANDLES[-4].begin * 1000)} to" in play.text
        await play.press("q", "k", "enter")
        assert f"candle      {time_of(CANDLES[-1].begin * 1000)} to" in play.text


def test_wrapped_lines_stay_whole_around_the_cursor() -> None:
    book = LogBook()
    book.shape(40, 1)
    book.take(tuple(note(number, f"{number} " + "word " * 20) for number in range(30)))
    room = 6
    for _ in range(29):
        book.move(-1, room)
        shown = [number for number, _ in book.window(room)]
        assert len(shown) == room
        assert shown.count(book.cursor or 0) == sum(one == book.cursor for one, _ in book.lines)
    book.move(-1, room)
    assert book.cursor == 0
    for _ in range(29):
        book.move(1, room)
        shown = [number for number, _ in book.window(room)]
        assert shown.count(book.cursor or 0) == sum(one == book.cursor for one, _ in book.lines)
    book.move(1, room)
    assert book.is_following


def test_a_narrow_window_is_survived() -> None:
    book = LogBook()
    book.move(-1, 0)
    book.page(-1, 0)
    book.oldest(0)
    assert not book.hit(-1, 0)
    book.shape(10, 1)
    book.take(LOG)
    for step in (-1, -5, 3, 1):
        book.move(step, 0)
        book.page(step, 1)
    assert book.search("apple", 1)
    assert len(book.window(1)) == 1
