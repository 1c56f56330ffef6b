"""Complaints about other consoles that have no test elsewhere; the numbers are rows of ``complaints``."""

from __future__ import annotations

import os
import re
import signal

import pytest

from tests.console.play import Play, console
from tests.console.stage import NOW_MS, D
from tests.console.test_modes import DIALOGS, everything_possible
from tests.console.test_run import start
from tui_bot.console.field_list import FieldList
from tui_bot.console.log_book import KEPT
from tui_bot.console.palette import Palette
from tui_bot.engine.events import Quote
from tui_bot.engine.records import Note, Record
from tui_bot.keymap.actions import BY_ID


def said_after(sequence: bytes) -> tuple[bytes, bytes]:
    """What the console writes on its own before, and within two seconds after, the terminal says this."""
    terminal = start("--rate", "60")
    first = terminal.read(10, until=b"close in") + terminal.read(0.3)
    os.write(terminal.handle, sequence)
    terminal.read(0.3)
    later = terminal.read(1.5)
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.ended_within(5, read=True)
    os.close(terminal.handle)
    return first, later


def test_c54_without_the_focus_it_goes_on() -> None:
    _, later = said_after(b"\x1b[O")
    assert re.search(rb"[0-9]", later)


def test_c59_ctrl_s_freezes_nothing() -> None:
    _, later = said_after(b"\x13")
    assert re.search(rb"[0-9]", later)


@pytest.mark.anyio
async def test_c52_what_the_console_keeps_is_bounded() -> None:
    async with console() as play:
        panel = play.app.main.log_panel
        for step in range(0, 4 * KEPT, 400):
            log = tuple(
                Record(NOW_MS + number, Note("info", f"line {number}")) for number in range(step, step + 500)
            )
            await play.publish(log=log)
        assert len(panel.book._records) <= KEPT
        assert len(panel.book.lines) <= 2 * KEPT
        assert all(len(canvas._strips) <= canvas.size.height for canvas in play.app.main._panels)


@pytest.mark.anyio
async def test_c58_the_price_of_now_moves_on_the_right_axis() -> None:
    async with console() as play:
        rows = []
        for price in ("67,390.8", "67,480.8"):
            last = D(price.replace(",", ""))
            await play.publish(quote=Quote(last, last + D("0.1"), last, NOW_MS))
            lines = play.text.splitlines()
            (row,) = [place for place, line in enumerate(lines) if "◀" in line]
            assert lines[row].rstrip().endswith(price)
            rows.append(row)
        assert rows[1] < rows[0]


async def leave(play: Play) -> None:
    """Close the dialog on top without Escape."""
    if isinstance(play.app.screen, Palette):
        await play.press(BY_ID["view.palette"].keys[0])
    else:
        await play.answer("cancel")


@pytest.mark.anyio
async def test_c60_every_dialog_can_be_left_without_escape() -> None:
    async with console(**everything_possible()) as play:
        for name in sorted(DIALOGS):
            await play.press(BY_ID[name].keys[0])
            assert len(play.app.screen_stack) == 2, name
            await leave(play)
            assert len(play.app.screen_stack) == 1, name
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_c73_each_setting_says_when_it_counts() -> None:
    async with console() as play:
        await play.press("e")
        fields = play.app.screen.query_one(FieldList).fields
        assert {each.effect for each in fields} == {"now", "next candle", "restart"}
        for _ in fields:
            said = ("counts at once", "counts from the next candle", "counts after a restart")
            assert sum(words in play.prose for words in said) == 1
            await play.press("down")
