"""Random sessions: what the terminal shows is what the compositor holds, cell by cell, colours included."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import pytest
from rich.color import ColorSystem
from textual._context import visible_screen_stack
from textual.events import AppFocus

from tests.console.output.emulator import Emulator, differences
from tests.console.painted import _moved
from tests.console.play import Play, console
from tests.console.stage import VALUES
from tui_bot import textual_version

SYSTEMS = (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD)
SIZES = ((80, 24), (100, 30), (160, 48), (132, 43), (61, 21), (50, 15))

#: Each opens or changes something; nothing here leaves the console.
KEYS = (
    "b", "s", "f", "e", "x", "question_mark", "q", "ctrl+p", "t", "l", "k", "j", "p", "c", "r", "n", "tab",
    "7", "up", "down", "escape", "escape", "pageup", "pagedown", "home", "end", "f12", "ctrl+l",
)  # fmt: skip


async def step(play: Play, dice: random.Random) -> str:
    """Something happens."""
    deed = dice.random()
    if deed < 0.5:
        for _ in range(dice.choice((1, 1, 3))):
            _moved(play.engine, play.clock, dice)
            await play.settle()
        return "market"
    if deed < 0.88:
        key = dice.choice(KEYS)
        await play.press(key)
        return key
    size = dice.choice(SIZES)
    assert isinstance(play.app._driver, Emulator)
    play.app._driver.begin(*size)
    await play.pilot.resize_terminal(*size)
    return f"size {size}"


async def session(size: tuple[int, int], seed: int, steps: int, system: ColorSystem) -> None:
    """Play it, comparing after each step."""
    dice, done = random.Random(seed), []
    async with console(size, driver=Emulator) as play:
        play.app.console._color_system = system
        play.app.repaint()
        assert play.app.output.is_lean
        for _ in range(steps):
            done.append(await step(play, dice))
            for patience in (0.0, 0.01, 0.05, 0.2):
                await play.pilot.pause(patience)
                visible_screen_stack.set(play.app._background_screens)
                found = differences(play.app)
                if not found:
                    break
            assert not found, "\n".join([*found[:8], "after", *done[-12:]])
        assert not play.app.output.surprise


@pytest.mark.anyio
async def test_a_surprise_is_said_on_the_screen() -> None:
    async with console(driver=Emulator) as play:
        play.app.output.surprise = "KeyError: 'x'"
        await play.settle()
        assert any("sent in full from now on (KeyError: 'x')" in note for note in play.notes)


@pytest.mark.anyio
@pytest.mark.parametrize(("seed", "system"), list(enumerate(SYSTEMS)))
async def test_the_terminal_shows_what_is_meant(seed: int, system: ColorSystem) -> None:
    await session(SIZES[seed], seed, 14, system)


@pytest.mark.slow
@pytest.mark.anyio
@pytest.mark.parametrize("seed", range(3, 60))
async def test_the_terminal_shows_what_is_meant_for_long(seed: int) -> None:
    await session(SIZES[seed % len(SIZES)], seed, 120, SYSTEMS[seed % len(SYSTEMS)])


async def press_redraw(play: Play) -> None:
    """Ctrl+L."""
    await play.press("ctrl+l")


async def come_back(play: Play) -> None:
    """The window has the focus again."""
    play.app.post_message(AppFocus())


async def resume(play: Play) -> None:
    """What follows SIGCONT and the end of a suspension."""
    play.app.app_resume_signal.publish(play.app)


async def same_size(play: Play) -> None:
    """A size that is no news, as after a stop from outside or a scrambled window."""
    await play.pilot.resize_terminal(80, 24)


@pytest.mark.anyio
@pytest.mark.parametrize("deed", [press_redraw, come_back, resume, same_size])
async def test_a_terminal_that_somebody_drew_on_is_painted_anew(
    deed: Callable[[Play], Awaitable[None]],
) -> None:
    async with console(driver=Emulator) as play:
        await play.publish()
        assert not differences(play.app)
        assert isinstance(play.app._driver, Emulator)
        play.app._driver.begin(80, 24)
        assert differences(play.app)
        await deed(play)
        await play.pilot.pause(0.05)
        assert not differences(play.app)


@pytest.mark.anyio
async def test_the_setting_says_which_output_is_used() -> None:
    async with console(driver=Emulator) as play:
        stock = tuple((path, "stock" if path == "display.output" else text) for path, text in VALUES)
        for values, lean in ((stock, False), (VALUES, True)):
            await play.publish(values=values)
            assert play.app.output.is_lean is lean
            _moved(play.engine, play.clock, random.Random(1))
            await play.settle()
            await play.pilot.pause(0.05)
            assert not differences(play.app)


@pytest.mark.anyio
async def test_another_textual_gets_its_own_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textual_version, "installed", lambda: "8.99.0")
    async with console(driver=Emulator) as play:
        await play.publish()
        assert not play.app.output.is_lean


def test_the_textual_of_the_tests_is_known() -> None:
    assert textual_version.installed() in textual_version.KNOWN


@pytest.mark.anyio
async def test_a_tick_costs_a_fraction_of_what_textual_sends() -> None:
    sent = {}
    for output in ("stock", "lean"):
        values = tuple((path, output if path == "display.output" else text) for path, text in VALUES)
        dice = random.Random(5)
        async with console((160, 50), driver=Emulator, values=values) as play:
            assert isinstance(play.app._driver, Emulator)
            play.app._driver.sent.clear()
            for _ in range(8):
                _moved(play.engine, play.clock, dice)
                await play.settle()
            sent[output] = sum(len(text) for text in play.app._driver.sent)
    assert sent["lean"] < sent["stock"] / 3
