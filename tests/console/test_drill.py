"""A fire drill is chosen in the palette, in demo and paper, where the exchange is a box of ours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console.play import console
from tests.console.stage import VALUES
from tui_bot.console.drill import DrillDialog
from tui_bot.engine.commands import Drill

ELSEWHERE = tuple((path, "http://127.0.0.1:9" if path == "exchange.rest" else text) for path, text in VALUES)


@pytest.mark.anyio
async def test_from_the_palette_to_a_command() -> None:
    async with console() as play:
        await play.press("ctrl+p")
        await play.type("drill")
        await play.pilot.pause(0.3)
        await play.press("enter")
        await play.pilot.pause(0.1)
        assert isinstance(play.app.screen, DrillDialog)
        assert "the next order is placed, but its answer is lost" in play.prose
        await play.press("shift+tab", "right", "right")
        assert "error 520" in play.prose
        await play.answer("start")
        assert play.engine.commands == [Drill("gateway 520")]


@pytest.mark.anyio
async def test_cancel_is_under_the_cursor() -> None:
    async with console(mode="paper") as play:
        play.app.action_do("bot.drill")
        await play.settle()
        await play.press("enter")
        assert play.engine.commands == []
        assert not isinstance(play.app.screen, DrillDialog)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"mode": "live"}, "only in demo and paper"),
        ({"mode": "replay"}, "only in demo and paper"),
        ({"values": ELSEWHERE}, "exchange.rest names a box that is not this bot's own"),
    ],
)
async def test_barred_with_real_money_and_where_the_box_is_not_ours(
    changes: dict[str, Any], why: str
) -> None:
    async with console(**changes) as play:
        play.app.action_do("bot.drill")
        await play.settle()
        assert not isinstance(play.app.screen, DrillDialog)
        assert any(why in note for note in play.notes)
