"""Text from outside is text: never markup, never an escape sequence, on every way to the screen."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.console.play import console
from tests.console.stage import GUARDS, NOW_MS, foreign, order, snapshot
from tui_bot.engine.commands import Change
from tui_bot.engine.guards import Reading
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.records import (
    DecisionMade,
    Note,
    OrderMoved,
    Outcome,
    Record,
    RunChanged,
    SettingsChanged,
)
from tui_bot.engine.snapshot import Feed, Phase
from tui_bot.market.order import OrderState

CORPUS = (
    "[/order] rejected",
    "[bold red]x[/]",
    "[@click=app.quit]quit[/]",
    "\x1b[2J\x1b[31mgone",
    "\x07\x9b31m",
    "\u202egnirts\u2066",
    "a\x00b\nc\rd\te",
    "漢字 wide 🔎 text",
    "{0} %s \\[",
    "\ud800 surrogate",
)


@pytest.mark.anyio
@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_every_way_to_the_screen(size: tuple[int, int]) -> None:
    async with console(size) as play:
        made = snapshot().log[1].body
        assert isinstance(made, DecisionMade)
        for text in CORPUS:
            bad = Reading(text, False, text, text, text)
            moved = replace(order(OrderState.REJECTED), reason=text, txid=text)
            decided = replace(made, outcome=Outcome.BLOCKED, blocks=(bad,), note=text)
            log = (
                Record(NOW_MS, Note("error", text, {text: text})),
                Record(NOW_MS, OrderMoved(moved)),
                Record(NOW_MS, RunChanged(RunState(Run.HALTED, text, NOW_MS))),
                Record(NOW_MS, SettingsChanged((Change(text, text, text),), text)),
                Record(NOW_MS, decided),
            )
            await play.publish(
                log=log,
                run=RunState(Run.HALTED, text, NOW_MS),
                guards=(bad, *GUARDS),
                orders=(moved,),
                foreign=(replace(foreign(), reason=text, txid=text),),
                feed=Feed(NOW_MS, text, text, 0),
            )
            play.app.tell(text)
            if text in CORPUS[:3] and size == (80, 24):
                await play.press("x", "escape", "b", "escape", "p", "escape")
            shown = play.text
            assert not any(ord(letter) < 32 and letter != "\n" for letter in shown)
            assert not any("\x7f" <= letter <= "\x9f" or letter in "\u202e\u2066" for letter in shown)
            await play.publish(phase=Phase.DEAD, trouble=text)
            await play.publish(phase=Phase.READY, trouble="")
        assert not play.engine.stopped.is_set()


@pytest.mark.anyio
async def test_any_size_down_to_one_cell() -> None:
    dice = random.Random(5)
    async with console() as play:
        sizes = [
            (1, 1),
            (2, 1),
            (1, 30),
            (300, 2),
            (59, 20),
            (60, 19),
            (60, 20),
            (119, 27),
            (120, 40),
            (240, 80),
        ]
        sizes += [(dice.randint(1, 200), dice.randint(1, 70)) for _ in range(8)]
        for number, size in enumerate(sizes):
            await play.pilot.resize_terminal(*size)
            await play.settle()
            if number % 6 == 0:
                await play.press("bxeq"[number // 6 % 4])
                await play.settle()
                await play.pilot.resize_terminal(*dice.choice(sizes))
                await play.settle()
                await play.press("escape")
        assert not play.engine.stopped.is_set()


@pytest.mark.anyio
async def test_too_small_keeps_what_matters() -> None:
    async with console((59, 24)) as play:
        assert "too small: need 60x20" in play.text
        for words in ("DEMO", "▶ RUN", "SHORT 0.0010", "~−0.30 net", "67,390.8"):
            assert words in play.text
        await play.press("f12", "y")
        assert len(play.engine.commands) == 1
        await play.pilot.resize_terminal(80, 24)
        await play.settle()
        assert "too small" not in play.text


@pytest.mark.anyio
async def test_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console(run=RunState(Run.HALTED, "x", NOW_MS)) as play:
        assert "■ HALTED" in play.text
        assert play.app.no_color
