"""I33, I34: ten thousand texts from outside, through the sanitiser and every field that shows or logs one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.console.play import Play, console
from tests.console.stage import ACCOUNT, NOW_MS, RULES, decision, foreign, order, walk
from tests.support.hostile import hostile_texts, unsafe, unsafe_letters
from tui_bot.console.log_words import record_rows
from tui_bot.console.rows import text_of
from tui_bot.engine.commands import Change
from tui_bot.engine.events import Holding
from tui_bot.engine.guards import Reading
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.records import (
    DecisionMade,
    Filled,
    FlattenMoved,
    IntentMade,
    Learnt,
    Note,
    OrderMoved,
    Outcome,
    OverrideChanged,
    Record,
    RunChanged,
    SettingsChanged,
)
from tui_bot.engine.snapshot import Feed
from tui_bot.journal.json_lines import json_line
from tui_bot.journal.reader import Entry
from tui_bot.journal.words import line
from tui_bot.market.order import Fill, OrderState, Side
from tui_bot.sanitise import sanitise

COUNT = 10_000
ON_SCREEN = 12

MADE = DecisionMade(decision(walk(40)), Outcome.NO_TRADE, Decimal(0), (), "", "d1")


def test_f113_no_unsafe_character_of_unicode_passes() -> None:
    passed = [hex(ord(letter)) for letter in unsafe_letters() if letter in sanitise(letter)]
    assert passed == []


def test_f108_ten_thousand_hostile_texts_come_out_harmless() -> None:
    for text in hostile_texts(1, COUNT):
        shown = sanitise(text)
        assert not unsafe(shown), ascii(text)
        assert len(shown) <= 200
        shown.encode()


def bodies(text: str, number: int) -> tuple[Any, ...]:
    """Every kind of entry, with the text wherever it has one."""
    bad = Reading(text, False, text, text, text)
    moved = replace(order(OrderState.REJECTED), reason=text, txid=text)
    intent = replace(moved.intent, signal=text, leg=text, cl_ord_id=text, pair=text)
    fill = Fill(text, text, text, Side.BUY, Decimal(1), Decimal(1), Decimal(1), Decimal(0), NOW_MS)
    decided = replace(MADE, outcome=Outcome.BLOCKED, blocks=(bad,), note=text)
    every = (
        Note("error", text, {text: text}), OrderMoved(replace(moved, intent=intent)), IntentMade(intent),
        Filled(fill, text), RunChanged(RunState(Run.HALTED, text, NOW_MS)), OverrideChanged(None, text),
        FlattenMoved(True, text, text), SettingsChanged((Change(text, text, text),), text),
        Learnt(text, text, text, text), decided,
        replace(decided, outcome=Outcome.NO_TRADE, decision=replace(MADE.decision, reason=text)),
    )  # fmt: skip
    return every if number < 0 else (every[number % len(every)],)


def test_f108_every_line_of_the_log_and_of_the_journal_is_harmless() -> None:
    for number, text in enumerate(hostile_texts(2, COUNT)):
        for body in bodies(text, number):
            shown = [text_of(row) for row in record_rows(Record(NOW_MS, body), 100, 1)]
            entry = Entry(number, NOW_MS, NOW_MS, "BTC/USD", body)
            for said in (*shown, line(entry), json_line(entry)):
                assert not unsafe(said), ascii(said)


def screen_of(texts: list[str]) -> dict[str, Any]:
    """A snapshot's fields, with hostile texts wherever something from outside can come."""
    a, b, c, d, e, f, *_ = texts
    moved = replace(order(OrderState.REJECTED), reason=a, txid=b)
    return {
        "log": tuple(Record(NOW_MS, body) for text in texts for body in bodies(text, len(text))),
        "run": RunState(Run.HALTED, c, NOW_MS),
        "guards": (Reading(d, False, e, f, a), Reading(b, True, c, d)),
        "orders": (moved, replace(moved, state=OrderState.UNKNOWN, reason=e)),
        "foreign": (replace(foreign(), reason=f, txid=a, pair=b),),
        "feed": Feed(NOW_MS, c, d, 0),
        "system_status": e,
        "trouble": f,
        "rules": replace(RULES, name=a, key=b, altname=c, base=d, quote=e),
        "account": replace(ACCOUNT, balances={f: Holding(Decimal(1)), a: Holding(Decimal(2))}),
        "values": (("display.theme", b), ("exchange.rest", c), ("pair", d)),
    }


@pytest.mark.anyio
async def test_f109_nothing_on_the_screen_can_be_clicked_and_nothing_steers_it() -> None:
    texts = list(hostile_texts(3, ON_SCREEN * 20))
    async with console((160, 48)) as play:
        for number in range(ON_SCREEN):
            some = texts[number * 20 : number * 20 + 20]
            await play.publish(**screen_of(some))
            play.app.tell(some[0])
            await play.settle()
            assert not unsafe(play.text.replace("\n", "")), [ascii(text) for text in some]
            assert not actions(play), [ascii(text) for text in some]
        assert not play.engine.stopped.is_set()
        assert play.app.is_running


def actions(play: Play) -> list[str]:
    """What a click on the screen would do, and where links on it lead."""
    strips = play.app.screen._compositor.render_strips()
    styles = [segment.style for strip in strips for segment in strip if segment.style is not None]
    return [f"{style.link} {style.meta}" for style in styles if style.link or "@click" in style.meta]


@pytest.mark.anyio
async def test_f110_brackets_of_all_kinds_crash_nothing() -> None:
    brackets = [text for text in hostile_texts(4, 600) if "[" in text][:200]
    async with console((80, 24)) as play:
        for number in range(0, 200, 20):
            await play.publish(**screen_of(brackets[number : number + 20]))
            play.app.tell(brackets[number])
        await play.press("question_mark", "escape", "x", "escape")
        assert play.app.is_running
        assert not play.engine.stopped.is_set()
