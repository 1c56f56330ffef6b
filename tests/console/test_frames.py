"""The whole screen at the sizes people have, and every dialog at 80x24."""

from __future__ import annotations

import pytest

from tests.console.frames import expect_frame
from tests.console.play import console
from tests.console.stage import NOW_MS, foreign, order
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.market.order import OrderState, Side
from tui_bot.market.position import Position

SIZES = [(60, 20), (80, 24), (100, 30), (160, 24), (160, 48)]


@pytest.mark.anyio
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_main_screen(size: tuple[int, int]) -> None:
    async with console(size) as play:
        expect_frame(play.app, f"main-{size[0]}x{size[1]}")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("buy", ["b"]),
        ("sell", ["s"]),
        ("buy-confirm", ["b", "tab", "tab", "tab", "tab", "enter"]),
        ("flatten", ["f"]),
        ("why", ["x"]),
        ("help", ["question_mark"]),
        ("quit", ["q"]),
        ("settings", ["e"]),
        ("palette", ["ctrl+p"]),
    ],
)
async def test_a_dialog(name: str, keys: list[str]) -> None:
    async with console() as play:
        await play.press(*keys)
        await play.settle()
        expect_frame(play.app, f"dialog-{name}-80x24")


@pytest.mark.anyio
async def test_a_live_ticket_is_marked_as_real_money() -> None:
    async with console(mode="live") as play:
        await play.press("b")
        assert "LIVE · REAL MONEY" in play.text
        expect_frame(play.app, "dialog-buy-live-80x24")


@pytest.mark.anyio
async def test_trouble_is_loud() -> None:
    halted = RunState(Run.HALTED, "7 orders within an hour, limit 6", NOW_MS - 61_000)
    orders = (order(OrderState.UNKNOWN, ago_s=50, reason="no answer within 10 s"), order())
    async with console(run=halted, orders=orders, foreign=(foreign(),)) as play:
        expect_frame(play.app, "unknown-80x24")
        await play.publish(orders=(order(OrderState.OPEN, price=order().intent.reference),))
        expect_frame(play.app, "halted-80x24")


@pytest.mark.anyio
async def test_an_override_while_paused() -> None:
    override = Override(Contract(Until.CANDLES, 5), 3, NOW_MS - 120_000)
    paused = RunState(Run.PAUSED, "by hand", NOW_MS - 5000)
    async with console(run=paused, override=override) as play:
        expect_frame(play.app, "override-80x24")


@pytest.mark.anyio
async def test_flat_spot_before_the_first_order() -> None:
    async with console(position=Position(), exchange_size=None, orders=(), marks=(), log=()) as play:
        expect_frame(play.app, "flat-80x24")


@pytest.mark.anyio
async def test_ascii() -> None:
    from tests.console.stage import VALUES

    values = tuple((path, "ascii" if path == "display.glyphs" else text) for path, text in VALUES)
    async with console(values=values, orders=(order(side=Side.BUY),)) as play:
        await play.settle()
        assert play.text.isascii()
        expect_frame(play.app, "ascii-80x24")
