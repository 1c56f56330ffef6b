"""The mouse where it helps: never needed, never more than a key, and never heard of while it only moves."""

from __future__ import annotations

import os
import re
import signal

import pytest
from textual.events import MouseDown, MouseEvent, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp
from textual.widget import Widget

from tests.console.play import Play, console
from tests.console.stage import NOW_MS, VALUES, order, resting
from tests.console.test_away import away
from tests.console.test_run import start
from tui_bot.console.dialog import Answer, Choice
from tui_bot.console.digest import Digest
from tui_bot.console.mouse import OFF, ON
from tui_bot.console.orders_page import OrderList, OrdersPage
from tui_bot.console.settings_form import SettingsForm
from tui_bot.console.stall import STALL_S
from tui_bot.console.ticket import FlattenTicket, Ticket
from tui_bot.engine.commands import Contract, Flatten, Pause, Until
from tui_bot.engine.records import Note, Record
from tui_bot.market.order import OrderState

LONG = STALL_S + 10
HELD = Contract(Until.RELEASED)
LINES = tuple(Record(NOW_MS + number, Note("info", f"line {number}")) for number in range(60))


def sent(play: Play, kind: type[MouseEvent], x: int, y: int, button: int = 1, ago_s: float = 0.0) -> None:
    """What the terminal says of the mouse, read from it a while ago."""
    event = kind(None, x, y, 0, 0, button, False, False, False, screen_x=x, screen_y=y)
    event.time = play.clock.drawn - ago_s
    play.app.post_message(event)


async def click(play: Play, x: int, y: int, button: int = 1, ago_s: float = 0.0) -> None:
    """Press and release."""
    for kind in (MouseDown, MouseUp):
        sent(play, kind, x, y, button, ago_s)
        await play.pilot.pause()
    await play.pilot.pause()


async def click_on(play: Play, found: Widget | str, dx: int = 1, dy: int = 0, **more: float) -> None:
    """A click on a widget of the topmost screen, once that is there."""
    await play.settle()
    widget = play.app.screen.query_one(found) if isinstance(found, str) else found
    await click(play, widget.region.x + dx, widget.region.y + dy, **more)  # type: ignore[arg-type]


async def roll(play: Play, found: str, notches: int) -> None:
    """The wheel over a widget, down (above 0) or up."""
    region = play.app.screen.query_one(found).region
    for _ in range(abs(notches)):
        kind = MouseScrollDown if notches > 0 else MouseScrollUp
        sent(play, kind, region.x + 2, region.y + 2, button=0)
        await play.pilot.pause()
    await play.pilot.pause()


def seen(play: Play, word: str) -> tuple[int, int]:
    """Where a word stands on the screen."""
    for y, line in enumerate(play.text.splitlines()):
        if word in line:
            return line.index(word), y
    raise AssertionError(f"{word} is not on the screen")


@pytest.mark.anyio
async def test_the_wheel_scrolls_the_log_and_comes_back_to_the_newest_line() -> None:
    async with console(log=LINES) as play:
        assert "line 59" in play.text
        await roll(play, "#log", -4)
        assert "line 59" not in play.text
        assert "line 47" in play.text
        assert not play.app.main.log_panel.is_following
        await roll(play, "#log", 5)
        assert "line 59" in play.text
        assert play.app.main.log_panel.is_following


@pytest.mark.anyio
async def test_a_line_of_the_log_that_is_clicked_is_the_one_asked_about() -> None:
    async with console(log=LINES) as play:
        await click(play, *seen(play, "line 57"))
        assert play.app.main.focused_panel == "log"
        assert play.app.main.log_panel.lowest == LINES[57]
        assert any("▸" in line and "line 57" in line for line in play.text.splitlines())


@pytest.mark.anyio
@pytest.mark.parametrize("glyphs", ["blocks", "braille"])
async def test_a_click_on_a_candle_puts_the_chart_s_cursor_there(glyphs: str) -> None:
    values = tuple((path, glyphs if path == "display.glyphs" else text) for path, text in VALUES)
    async with console((100, 30), values=values) as play:
        chart = play.app.main.chart
        candles = chart.query_one(".candles")
        await click_on(play, candles, dx=candles.size.width - 1, dy=3)
        newest = chart.chosen
        assert newest is not None
        assert play.engine.newest is not None
        assert newest.begin == play.engine.newest.candles[-1].begin
        await click_on(play, candles, dx=candles.size.width - 11, dy=3)
        assert chart.chosen is not None
        apart = 10 * (2 if glyphs == "braille" else 1)
        assert abs(newest.begin - chart.chosen.begin - apart * 60) <= (60 if glyphs == "braille" else 0)
        assert play.app.main.focused_panel == "chart"
        await play.press("escape")
        assert chart.chosen is None


@pytest.mark.anyio
async def test_the_wheel_takes_the_chart_back_in_time_and_on_again() -> None:
    async with console() as play:
        chart = play.app.main.chart
        await roll(play, "#chart", -3)
        assert not chart.viewport.follows
        assert "newest" in play.text
        await roll(play, "#chart", 3)
        assert chart.viewport.follows


@pytest.mark.anyio
async def test_a_click_on_a_panel_gives_it_the_keys_and_moves_nothing() -> None:
    async with console() as play:
        before = play.app.main.places
        await click_on(play, "#orders", dx=3, dy=1)
        assert play.app.main.focused_panel == "orders"
        assert play.app.main.places == before
        await click_on(play, "#header", dx=3)
        assert play.app.main.focused_panel == "orders"


@pytest.mark.anyio
async def test_the_keys_at_the_bottom_can_be_clicked() -> None:
    async with console() as play:
        x, y = seen(play, "b Buy")
        await click(play, x + 2, y)
        assert isinstance(play.app.screen, Ticket)
        await play.press("escape")
        x, y = seen(play, "p Pause")
        await click(play, x, y)
        assert play.engine.commands == [Pause()]
        x, y = seen(play, "^p More")
        await click(play, x + 3, y)
        assert len(play.app.screen_stack) == 2


@pytest.mark.anyio
async def test_fields_choices_and_answers_of_a_dialog_take_clicks() -> None:
    async with console() as play:
        await play.press("b")
        await click_on(play, "#price", dx=3)
        assert play.app.focused is play.app.screen.query_one("#price")
        choice = play.app.screen.query(Choice).first()
        before = choice.chosen
        await click_on(play, choice, dx=4)
        assert choice.chosen == before + 1
        await click_on(play, choice, dx=0)
        assert choice.chosen == before
        await click_on(play, "#review")
        assert "Send this BUY?" in play.text
        await click_on(play, "#cancel")
        assert isinstance(play.app.screen, Ticket)
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_what_cannot_be_taken_back_takes_a_second_click() -> None:
    async with console() as play:
        await play.press("f")
        assert isinstance(play.app.screen, FlattenTicket)
        await click_on(play, "#flatten")
        assert play.engine.commands == []
        assert any("once more does it: y Flatten now" in note for note in play.notes)
        await click_on(play, "#flatten")
        assert play.engine.commands == [Flatten(HELD)]


@pytest.mark.anyio
async def test_every_answer_that_does_something_for_good_waits_for_the_second_click() -> None:
    async with console(orders=(resting(),)) as play:
        await play.press("c")
        (danger,) = [one for one in play.app.screen.query(Answer) if one.answer == "accept"]
        await click_on(play, danger)
        assert play.engine.commands == []
        await play.press("escape")
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_s23_a_click_made_at_a_screen_that_stood_sends_no_order() -> None:
    async with console() as play:
        await play.press("b")
        await play.answer("review")
        await click_on(play, "#accept")
        await click_on(play, "#accept", ago_s=LONG)
        assert play.engine.commands == []
        assert any("not sent: the screen had stood still 12 s" in note for note in play.notes)


@pytest.mark.anyio
async def test_s23_a_release_is_as_blind_as_its_press() -> None:
    async with console() as play:
        await play.press("b")
        await play.answer("review")
        await click_on(play, "#accept")
        region = play.app.screen.query_one("#accept").region
        sent(play, MouseDown, region.x + 1, region.y, ago_s=LONG)
        sent(play, MouseUp, region.x + 1, region.y)
        await play.pilot.pause()
        await play.pilot.pause()
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_other_buttons_a_release_alone_and_motion_do_nothing() -> None:
    async with console() as play:
        await play.press("f")
        await click_on(play, "#flatten")
        region = play.app.screen.query_one("#flatten").region
        for button in (2, 3):
            await click(play, region.x + 1, region.y, button=button)
        sent(play, MouseUp, region.x + 1, region.y)
        sent(play, MouseMove, region.x + 1, region.y)
        await play.pilot.pause()
        await play.pilot.pause()
        assert play.engine.commands == []
        assert play.app.mouse_over is None


@pytest.mark.anyio
async def test_a_click_tells_that_somebody_is_there_and_after_an_absence_only_opens_the_digest() -> None:
    async with console() as play:
        await away(play)
        told = play.engine.attended
        x, y = seen(play, "p Pause")
        await click(play, x, y)
        assert isinstance(play.app.screen, Digest)
        assert play.engine.attended > told
        await click(play, x, y)
        assert len(play.app.screen_stack) == 1
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_lists_in_dialogs_take_clicks_and_the_wheel() -> None:
    ended = tuple(order(ago_s=900 + number) for number in range(8))
    async with console(orders=(resting(), *ended)) as play:
        await play.press("o")
        page = play.app.screen
        assert isinstance(page, OrdersPage)
        listed = page.query_one(OrderList)
        await click_on(play, "#order-list", dx=5, dy=3)
        assert listed.place == 3
        await roll(play, "#order-list", -1)
        assert listed.place == 2
        await play.press("escape", "e")
        form = play.app.screen
        assert isinstance(form, SettingsForm)
        await click_on(play, "#fields", dx=8, dy=4)
        assert form._list.cursor == 4
        await roll(play, "#fields", 2)
        assert form._list.cursor == 6


@pytest.mark.anyio
async def test_a_page_to_read_takes_the_wheel_and_the_palette_a_click() -> None:
    async with console() as play:
        await play.press("question_mark")
        first = play.text
        await roll(play, ".fill", 4)
        assert play.text != first
        await play.press("escape", "ctrl+p")
        await play.settle()
        await click(play, *seen(play, "Sell"))
        await play.settle()
        assert isinstance(play.app.screen, Ticket)
        assert play.engine.commands == []


def modes(written: bytes) -> list[bytes]:
    """The mouse modes that were set and reset."""
    return re.findall(rb"\x1b\[\?(?:100[0-3569]|1015|1016)[hl]", written)


def test_the_terminal_is_asked_for_presses_and_the_wheel_only_and_gets_its_mouse_back() -> None:
    terminal = start()
    first = terminal.read(10, until=b"close in") + terminal.read(0.5)
    assert modes(first) == modes(ON.encode())
    os.write(terminal.handle, b"".join(b"\x1b[<35;%d;10M" % column for column in range(1, 60)))
    os.kill(terminal.pid, signal.SIGTERM)
    ended, tail = terminal.ended_within(5, read=True)
    assert ended == 143
    assert modes(tail) == modes(OFF.encode())
    assert tail.index(OFF.encode()) < tail.index(b"\x1b[?1049l")


def test_a_crash_gives_the_mouse_back() -> None:
    terminal = start("--crash")
    terminal.read(10, until=b"close in")
    terminal.read(0.5)
    os.write(terminal.handle, b"p")
    ended, tail = terminal.ended_within(8, read=True)
    assert ended == 1
    assert modes(tail) == modes(OFF.encode())
    assert b"the console crashed" in tail.rpartition(b"\x1b[?1049l")[2]


def test_c49_where_it_is_not_wanted_the_mouse_is_left_to_the_terminal() -> None:
    terminal = start("--mouse", "no")
    written = terminal.read(10, until=b"close in") + terminal.read(0.5)
    os.kill(terminal.pid, signal.SIGTERM)
    assert modes(written + terminal.ended_within(5, read=True)[1]) == []


def test_a_stop_by_the_shell_gives_the_mouse_back_and_going_on_asks_for_it_again() -> None:
    terminal = start()
    terminal.read(10, until=b"close in")
    terminal.read(0.5)
    os.kill(terminal.pid, signal.SIGTSTP)
    stopped = terminal.read(1.0)
    assert modes(stopped) == modes(OFF.encode())
    os.kill(terminal.pid, signal.SIGCONT)
    assert modes(terminal.read(2.0, until=b"\x1b[?1006h")) == modes(ON.encode())
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.ended_within(5, read=True)[0] == 143


@pytest.mark.anyio
async def test_an_unknown_order_s_question_is_not_settled_by_a_stray_click() -> None:
    lost = order(OrderState.UNKNOWN, ago_s=50, reason="no answer within 10 s")
    async with console(orders=(lost,)) as play:
        await play.press("u")
        await click_on(play, "#absent")
        assert play.engine.commands == []
