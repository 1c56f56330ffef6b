"""Leaving: stay, leave as is, or flatten first."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.console.play import Play, console
from tests.console.stage import NOW_MS, foreign, order
from tui_bot.console.quit_dialog import QuitDialog
from tui_bot.engine.commands import Contract, Flatten, Until
from tui_bot.engine.memory import Run, RunState
from tui_bot.market.order import OrderState
from tui_bot.market.position import Position

FLATTEN = Flatten(Contract(Until.RELEASED))


async def left(play: Play) -> bool:
    await play.pilot.pause(0.1)
    return play.engine.stopped.is_set()


@pytest.mark.anyio
@pytest.mark.parametrize("key", ["enter", "n", "q", "escape"])
async def test_stay_is_the_default(key: str) -> None:
    async with console() as play:
        await play.press("q")
        assert "short stays, no stop" in play.prose
        await play.press(key)
        assert len(play.app.screen_stack) == 1
        assert not await left(play)


@pytest.mark.anyio
async def test_leave_as_is_stops_the_engine_and_sends_nothing() -> None:
    async with console() as play:
        await play.press("q")
        await play.answer("leave")
        assert await left(play)
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_flatten_then_quit_waits_until_flat_and_certain() -> None:
    async with console() as play:
        await play.press("q")
        await play.answer("flatten")
        assert play.engine.commands == [FLATTEN]
        assert "flattening" in play.prose
        await play.publish(position=Position(), orders=(order(OrderState.UNKNOWN),))
        assert not await left(play)
        await play.publish(position=Position(), orders=(order(OrderState.CLOSED),))
        assert await left(play)


@pytest.mark.anyio
async def test_flatten_then_quit_stays_when_the_bot_halts() -> None:
    async with console() as play:
        await play.press("q")
        await play.answer("flatten")
        await play.publish(run=RunState(Run.HALTED, "refused", NOW_MS + 1000), at_ms=NOW_MS + 1000)
        assert "cannot flatten: the bot halted" in play.prose
        assert isinstance(play.app.screen, QuitDialog)
        assert not await left(play)


@pytest.mark.anyio
async def test_flatten_then_quit_gives_up_after_a_minute() -> None:
    async with console() as play:
        await play.press("q")
        await play.answer("flatten")
        for second in (20, 40, 61):
            play.clock.now = 1000.0 + second
            await play.publish(at_ms=NOW_MS + second * 1000)
        assert "not flat after 60 s; staying" in play.prose
        assert play.engine.commands == [FLATTEN]
        assert not await left(play)


@pytest.mark.anyio
async def test_flatten_then_quit_leaves_at_once_when_there_is_nothing() -> None:
    async with console(position=Position(), orders=()) as play:
        await play.press("q")
        await play.answer("flatten")
        assert await left(play)
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_a_dead_bot_can_be_left() -> None:
    async with console() as play:
        play.engine.die(RuntimeError())
        await play.pilot.pause(0.3)
        await play.press("q")
        await play.answer("flatten")
        assert "cannot flatten: the engine does not run" in play.prose
        await play.answer("leave")
        assert await left(play)


@pytest.mark.anyio
async def test_the_cursor_is_shown_where_it_is() -> None:
    async with console() as play:
        await play.press("q")
        assert "▸ Stay" in play.text
        for label in ("Leave as is", "Flatten, then quit", "Stay"):
            await play.press("tab")
            assert f"▸ {label}" in play.text
            assert play.text.count("▸") == 1


@pytest.mark.anyio
async def test_what_stays_names_lost_and_external_orders() -> None:
    orders = (order(OrderState.UNKNOWN, ago_s=9), order(OrderState.OPEN, ago_s=99, price=Decimal(67_000)))
    async with console((160, 48), orders=orders, foreign=(foreign(), foreign("OTHER"))) as play:
        said = "short stays, no stop; 1 order stays; 1 UNKNOWN; 2 EXTERNAL stay"
        await play.press("q")
        assert said in play.prose
        assert "1 resting 1 UNKNOWN 2 EXTERNAL, never touched" in play.prose


@pytest.mark.anyio
async def test_where_room_is_short_orders_are_counted_and_nothing_is_cut_off() -> None:
    orders = (order(OrderState.UNKNOWN, ago_s=9),)
    async with console(orders=orders, foreign=(foreign(),)) as play:
        assert "dead → short, no stop, 2 orders" in play.text
