"""A recording in the console: its line, its keys, and that nothing can be traded in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from tests.console.play import Play, console
from tests.console.screens import AT, HOUR
from tests.console.stage import NOW_MS, snapshot
from tests.support.recording import recording
from tui_bot.console.footer import footer_rows
from tui_bot.console.help_words import help_rows
from tui_bot.console.keys import barred
from tui_bot.console.rows import text_of
from tui_bot.console.transport import transport_rows
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.commands import Edit
from tui_bot.engine.farewell import farewell
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.transport import Pace, Seek, SeekTrade, Step, Toggle, Unfork
from tui_bot.keymap.actions import ACTIONS
from tui_bot.replay.player import Player


def of(**changes: Any) -> Snapshot:
    """A held recording of a live bot."""
    at = replace(AT, **changes)
    return snapshot(mode="replay (live)", rate=at.speed if at.playing else 0.0, transport=at)


def view(snap: Snapshot) -> View:
    return View(snap, snap.at_ms, Pulse.ALIVE, 0, 0, snap.mode)


def line(snap: Snapshot, width: int) -> str:
    return text_of(transport_rows(view(snap), width, 1)[0])


def test_the_line_says_what_time_which_speed_and_where() -> None:
    wide = line(of(), 160)
    assert "▶ REPLAY" in wide
    assert "UTC" in wide
    assert "x60" in wide
    assert "50%" in wide
    assert "12 of 40 entries" in wide
    assert "journal.sqlite" in wide
    assert "‖ REPLAY" in line(of(playing=False), 80)
    assert "held" in line(of(playing=False), 80)
    assert "part 2 of 3" in line(of(part=2, parts=3), 160)
    assert "FORK" in line(of(fork="period 20 → 30"), 160)
    for width in (60, 80, 100, 160):
        assert len(line(of(lacks="quotes and account were not recorded here"), width)) <= width


def test_there_is_no_line_beside_a_bot() -> None:
    assert transport_rows(view(snapshot()), 80, 1) == []


def test_what_trades_is_barred_in_a_recording_and_its_keys_beside_a_bot() -> None:
    here, there = view(of()), view(snapshot())
    for action in ACTIONS:
        if action.area == "replay":
            assert "only in a recording" in barred(action, there)
            assert not barred(action, here)
        elif action.id == "trade.orders":
            assert not barred(action, here)
        elif action.area == "trade" or action.id in ("bot.pause", "bot.edit", "bot.drill", "bot.panic"):
            assert "nothing can be traded" in barred(action, here)


def test_footer_and_help_show_what_belongs_here() -> None:
    recorded, bot = (text_of(footer_rows(view(snap), 120, 1)[0]) for snap in (of(), snapshot()))
    assert "space Hold" in recorded
    assert "Flatten" not in recorded
    assert "Buy" in bot
    assert "Hold" not in bot
    helps = ["\n".join(text_of(each) for each in help_rows(view=view(snap))) for snap in (of(), snapshot())]
    assert "go to the next close" in helps[0]
    assert "opens a ticket" not in helps[0]
    assert "go to the next close" not in helps[1]


@asynccontextmanager
async def replayed(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Play]:
    async with console(size, mode="replay (live)", rate=0.0, transport=replace(AT, playing=False)) as play:
        yield play


@pytest.mark.anyio
async def test_every_key_of_the_recording() -> None:
    async with replayed() as play:
        keys = ("space", ".", ",", ">", "<", "]", "[", "n", "N")
        named = {".": "full_stop", ",": "comma", ">": "greater_than_sign", "<": "less_than_sign"}
        named |= {"]": "right_square_bracket", "[": "left_square_bracket"}
        await play.press(*(named.get(key, key) for key in keys))
        assert play.engine.commands == [
            Toggle(), Step(1), Step(-1), Step(1, True), Step(-1, True), Pace(1), Pace(-1), SeekTrade(1),
            SeekTrade(-1),
        ]  # fmt: skip


@pytest.mark.anyio
async def test_no_key_that_trades_does_anything() -> None:
    async with replayed() as play:
        await play.press("p", "b", "s", "f", "c", "r", "u", "a", "e", "f12")
        assert play.engine.commands == []
        assert len(play.app.screen_stack) == 1
        assert any("nothing can be traded" in note for note in play.notes)


@pytest.mark.anyio
async def test_go_to_a_place_that_is_written() -> None:
    async with replayed() as play:
        await play.press("g")
        assert "REPLAY (LIVE) · nothing is traded" in play.text
        await play.type("25")
        assert "is no place in a recording" in play.prose
        await play.press("enter")
        assert len(play.app.screen_stack) == 2, "what is no place leads nowhere"
        await play.press("percent_sign")
        await play.press("enter")
        assert play.engine.commands == [Seek(NOW_MS - HOUR // 2)]
        assert len(play.app.screen_stack) == 1


@pytest.mark.anyio
async def test_mode_time_and_frame_are_on_the_screen_at_every_size() -> None:
    for size in ((60, 20), (80, 24), (160, 48)):
        async with replayed(size) as play:
            assert "REPLAY (LIVE)" in play.text
            assert "‖ REPLAY" in play.text
            assert play.app.has_class("mode-replay")
            assert not play.app.has_class("mode-live")


@pytest.mark.anyio
async def test_leaving_asks_nothing() -> None:
    async with replayed() as play:
        await play.press("q")
        assert len(play.app.screen_stack) <= 1
        assert play.engine.stopped.is_set()
    assert "nothing was traded" in farewell(of())


@pytest.mark.anyio
async def test_the_log_forgets_what_a_rewound_recording_no_longer_knows() -> None:
    player = Player(recording().tape())
    player.steer(SeekTrade(1))
    first = player.snapshot()
    player.steer(SeekTrade(1))
    second = player.snapshot(1)
    async with console((100, 60), mode="replay (live)", rate=0.0, transport=AT) as play:
        play.engine.newest = second
        await play.settle()
        filled = play.text.count("FILLED")
        assert filled == 2
        player.steer(SeekTrade(-1))
        play.engine.newest = player.snapshot(2)
        await play.settle()
        assert play.text.count("FILLED") == 1
    assert player.snapshot(2).log == first.log


@pytest.mark.anyio
async def test_a_fork_is_asked_for_in_the_settings_form_and_left_by_the_same_key() -> None:
    async with replayed() as play:
        await play.press("F")
        assert "Fork, flat: SHORT 0.0010 not carried" in play.text
        await play.press(*("down",) * 3, "end", "ctrl+u")
        await play.type("30")
        await play.answer("review")
        assert "strategy.period: 20 → 30" in play.prose
        await play.answer("accept")
        assert play.engine.commands == [Edit((("strategy.period", "30"),))]
        at = replace(AT, playing=False, fork="strategy.period 20 → 30", fork_ms=NOW_MS)
        await play.publish(mode="fork (live)", transport=at)
        assert "FORK" in play.text
        assert "FORK (LIVE)" in play.text
        assert play.app.has_class("mode-fork")
        await play.press("F")
        assert play.engine.commands[-1] == Unfork()
