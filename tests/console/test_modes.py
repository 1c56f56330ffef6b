"""Whose money it is shows in word, colour and frame: on the screen, in every dialog, without colours too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.widget import Widget

from tests.console.play import Play, console
from tests.console.stage import NOW_MS, SETTINGS, VALUES, order
from tests.console.test_arming import CHECKS
from tui_bot.console.palette import Palette
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.guards import Circumstances
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.snapshot import Phase
from tui_bot.keymap.actions import ACTIONS
from tui_bot.market.order import OrderState

pytestmark = pytest.mark.anyio

MODES = {"live": ("heavy", "━"), "paper": ("solid", "┄"), "demo": ("round", "─"), "replay": ("double", "═")}

#: The actions that open a dialog at that moment, at least.
DIALOGS = {
    "bot.pause", "trade.buy", "trade.sell", "trade.flatten", "trade.cancel", "trade.release", "trade.settle",
    "trade.accept", "bot.edit", "view.why", "view.help", "view.palette", "view.themes",
    "bot.quit", "bot.panic",
}  # fmt: skip


def everything_possible() -> dict[str, Any]:
    """A moment at which each action has something to act on."""
    now = Circumstances(
        NOW_MS, SETTINGS, None, SETTINGS.trade_size, None, None, None, None, "online", None, (), 0, 0
    )
    return {
        "run": RunState(Run.PAUSED, "by hand", NOW_MS),
        "override": Override(Contract(Until.RELEASED), -1, NOW_MS),
        "orders": (order(OrderState.UNKNOWN, reason="no answer"), order(OrderState.OPEN, ago_s=5)),
        "circumstances": replace(now, external=1),
    }


def frame_of(play: Play) -> Widget:
    name = "#--input" if isinstance(play.app.screen, Palette) else ".dialog"
    return play.app.screen.query_one(name)


async def expect_mode(play: Play, mode: str, where: str) -> None:
    """The dialog on top says the mode by word, colour and frame."""
    assert len(play.app.screen_stack) > 1, where
    shape, _ = MODES[mode]
    kind, colour = frame_of(play).styles.border_top
    assert kind == shape, where
    assert colour.hex == play.app.theme_variables[mode].upper(), where
    region = frame_of(play).region
    shown = "\n".join(line[region.x : region.right] for line in play.text.splitlines())
    assert f"{mode.upper()} · {'REAL MONEY' if mode == 'live' else 'play money'}" in shown, where


@pytest.mark.parametrize("mode", MODES)
async def test_every_screen_says_whose_money_it_is(mode: str) -> None:
    async with console(mode=mode, **everything_possible()) as play:
        top = play.text.splitlines()[0]
        assert f" {mode.upper()} " in top
        assert MODES[mode][1] * 10 in play.text
        assert not any(sign * 10 in play.text for _, sign in MODES.values() if sign != MODES[mode][1])
        opened = set()
        for action in (action for action in ACTIONS if action.keys):
            play.app.clear_notifications()
            await play.press(action.keys[0])
            if len(play.app.screen_stack) > 1:
                opened.add(action.id)
                await expect_mode(play, mode, action.id)
                await play.press("escape")
                assert len(play.app.screen_stack) == 1, action.id
        assert opened >= DIALOGS
        await play.press("b")
        await play.answer("review")
        await expect_mode(play, mode, "the second step of a ticket")


async def test_the_list_before_arming_says_it_too() -> None:
    async with console(mode="live", phase=Phase.ARMING, checks=CHECKS) as play:
        await expect_mode(play, "live", "arming")


@pytest.mark.parametrize(("mode", "sign"), [("live", "#"), ("paper", "~"), ("demo", "-"), ("replay", "=")])
async def test_in_ascii_the_lines_differ_too(mode: str, sign: str) -> None:
    values = tuple((path, "ascii" if path == "display.glyphs" else text) for path, text in VALUES)
    async with console(mode=mode, values=values) as play:
        assert play.text.isascii()
        lines = [line for line in play.text.splitlines() if sign * 20 in line]
        assert len(lines) >= 2
        await play.press("b")
        assert f"{mode.upper()} . " in play.text
        assert play.app.screen.query_one(".dialog").styles.border_top[0] == "ascii"
        await play.press("escape", "ctrl+p")
        await play.pilot.pause(0.2)
        assert play.text.isascii()
