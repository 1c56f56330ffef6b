"""What must be said in so many words."""

from __future__ import annotations

import pytest

from tests.console.play import console
from tests.console.stage import NOW_MS, VALUES, foreign, order
from tui_bot.engine.memory import Run, RunState
from tui_bot.market.order import OrderState, Side


@pytest.mark.anyio
async def test_a_live_ticket_is_marked_as_real_money() -> None:
    async with console(mode="live") as play:
        await play.press("b")
        assert "LIVE · REAL MONEY" in play.text


@pytest.mark.anyio
async def test_trouble_is_loud() -> None:
    halted = RunState(Run.HALTED, "7 orders within an hour, limit 6", NOW_MS - 61_000)
    orders = (order(OrderState.UNKNOWN, ago_s=50, reason="no answer within 10 s"), order())
    async with console(run=halted, orders=orders, foreign=(foreign(),)) as play:
        assert "UNKNOWN" in play.text
        await play.publish(orders=(order(OrderState.OPEN, price=order().intent.reference),))
        assert "HALTED" in play.text


@pytest.mark.anyio
async def test_ascii() -> None:
    values = tuple((path, "ascii" if path == "display.glyphs" else text) for path, text in VALUES)
    async with console(values=values, orders=(order(side=Side.BUY),)) as play:
        await play.settle()
        assert play.text.isascii()


@pytest.mark.anyio
async def test_what_was_only_sent_is_on_the_way_and_alarms_nobody() -> None:
    for state, said in ((OrderState.SENT, "1 on the way"), (OrderState.UNKNOWN, "1 UNKNOWN")):
        async with console(orders=(order(state, ago_s=1), order())) as play:
            assert said in play.text
            assert ("UNKNOWN" in play.text) is (state is OrderState.UNKNOWN)
            await play.press("f")
            assert f"besides {said}: may still fill" in play.prose
            await play.press("escape", "q")
            assert f"none resting {said}" in play.text or f"0 resting {said}" in play.prose
