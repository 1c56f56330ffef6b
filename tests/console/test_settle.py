"""An order of unknown fate is settled by a person who has looked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.console.play import console
from tests.console.stage import NOW_MS, order
from tui_bot.console.settle import SettleDialog
from tui_bot.engine.commands import Settle
from tui_bot.market.order import Order, OrderState, Side


def lost(ago_s: int = 50, **more: object) -> Order:
    """A lost buy."""
    found = order(OrderState.UNKNOWN, Side.BUY, ago_s, "0.0020", reason="the answer was lost", **more)
    return replace(found, txid=None)


@pytest.mark.anyio
async def test_the_dialog_says_what_was_sent_and_the_worst_case() -> None:
    async with console(orders=(lost(), order())) as play:
        await play.press("u")
        assert "BUY 0.0020 BTC/USD at market" in play.prose
        assert "it can no longer arrive" in play.prose
        assert "you end long 0.0010 without the bot's knowing" in play.prose
        await play.press("enter")  # Cancel is under the cursor
        assert play.engine.commands == []


@pytest.mark.anyio
@pytest.mark.parametrize(("answer", "exists"), [("there", True), ("absent", False)])
async def test_an_answer_is_a_command(answer: str, exists: bool) -> None:
    async with console(orders=(lost(),)) as play:
        await play.press("u")
        await play.answer(answer)
        assert play.engine.commands == [Settle("c-50", exists)]


@pytest.mark.anyio
async def test_the_oldest_is_settled_first_and_one_on_its_way_is_not_lost() -> None:
    async with console(orders=(order(OrderState.SENT, ago_s=1), lost(5), lost(70))) as play:
        await play.press("u")
        await play.answer("there")
        assert play.engine.commands == [Settle("c-70", True)]


@pytest.mark.anyio
async def test_while_it_may_arrive_the_dialog_says_so_and_it_closes_when_the_order_is_found() -> None:
    young = lost()
    young = replace(young, intent=replace(young.intent, deadline_ms=NOW_MS + 4_000))
    async with console(orders=(young,)) as play:
        await play.press("u")
        assert "it may still arrive for 4.0s" in play.prose
        await play.publish(orders=(replace(young, state=OrderState.CLOSED, average=Decimal(67_000)),))
        assert not isinstance(play.app.screen, SettleDialog)
        assert any("known now" in note for note in play.notes)


@pytest.mark.anyio
async def test_without_a_lost_order_there_is_nothing_to_settle() -> None:
    async with console() as play:
        await play.press("u")
        assert play.notes == ["Unknown: no order is UNKNOWN"]
