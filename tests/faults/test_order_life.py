"""Group B: the life of an order, and views that disagree."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.faults.story import PAST, Story, joined, tell
from tests.support.simulation.tape import turns
from tests.support.simulation.world import simulated_settings
from tui_bot.engine.commands import CancelOrders, Contract, Trade, Until
from tui_bot.engine.memory import Run
from tui_bot.market.order import OrderState, Side
from tui_bot.paper.orders import add_order

SIZE = Decimal("0.001")
UP_DOWN = turns(PAST + 2, 6, 20)
RESTING = Trade(Side.BUY, SIZE, Decimal(50_000), Contract(Until.RELEASED))


async def ends(story: Story) -> None:
    """Until the order has come to its end and the account was read since."""
    await story.until_settled()
    await story.passes(150)


def agreed(story: Story, size: Decimal) -> None:
    """The exchange's fills, the bot's books and what it read of the account are one size; it trades on."""
    assert story.held == story.now.position.size == story.now.exchange_size == size
    assert story.now.run.run is Run.RUN


def by_another(story: Story, **terms: str) -> None:
    """Somebody else places an order on the account."""
    order = {"pair": "XBTUSD", "type": "sell", "ordertype": "market", "volume": "0.001", **terms}
    add_order(story.world.exchange, order)


def test_f019_lists_that_are_a_minute_old_do_not_undo_what_was_pushed(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("LAG_VIEW", seconds=60)
        await story.until_settled()
        for _ in range(12):
            await story.passes(5)
            story.look()
        story.strike("LAG_VIEW", seconds=0)
        await story.passes(100)

    story = tell(place, course)
    assert {moment.position.size for moment in story.moments} == {SIZE}
    assert {moment.orders[-1].state for moment in story.moments} == {OrderState.CLOSED}
    agreed(story, SIZE)
    assert "LONG 0.0010" in joined(story.screens()[0])


def test_f020_a_fill_that_is_never_pushed_is_found_by_asking(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("WS", kind="LOSE_EXEC", frames=100)
        await story.until(lambda: story.sent("AddOrder") > 0)
        await story.until_settled(seconds=120)
        story.look()
        await story.passes(150)

    story = tell(place, course)
    agreed(story, SIZE)
    assert "LONG 0.0010" in joined(story.screens()[0])


def test_f021_a_lost_order_that_was_filled_at_once_is_found_among_the_closed(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("WS", kind="STALL", channel="executions")
        story.strike("ACCEPT_DROP", on="AddOrder")
        await ends(story)

    story = tell(place, course)
    since = story.times("AddOrder")[0]
    assert any(time > since for time in story.times("OpenOrders"))
    assert any(time > since for time in story.times("ClosedOrders"))
    assert story.sent("AddOrder") == 1
    agreed(story, SIZE)
    assert "LONG 0.0010" in story.screen()


def test_f022_what_a_canceled_order_had_executed_is_a_position(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("FILL", on="AddOrder", share=0.4, reason="Insufficient liquidity")
        await ends(story)

    story = tell(place, course)
    assert [order["status"] for order in story.orders] == ["canceled"]
    agreed(story, Decimal("0.0004"))
    assert "LONG 0.0004" in story.screen()
    assert "executed 0.00040000" in story.log


def test_f023_a_partial_fill_is_taken_up_after_a_death_and_does_not_block(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("FILL", on="AddOrder", share=0.5, reason="Insufficient liquidity")
        await story.until(lambda: story.now.position.size > 0)
        await story.world.kill()
        story.world.begin()
        await story.ready()
        story.look()
        await story.until(lambda: story.now.position.size < 0, 1200)
        await story.passes(150)

    story = tell(place, course, closes=UP_DOWN)
    assert "LONG 0.0005" in joined(story.screens()[0])
    agreed(story, -SIZE)


@pytest.mark.parametrize("leverage", [0, 2])
def test_f024_a_remainder_below_the_minimum_is_flat_for_signals_and_is_shown(
    leverage: int, place: Path
) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("FILL", on="AddOrder", share=0.02, reason="Insufficient liquidity")
        await ends(story)
        story.look()
        await story.passes(360)

    settings = simulated_settings(20.0, leverage=leverage)
    story = tell(place, course, closes=UP_DOWN, settings=settings)
    assert "dust: below the order minimum" in joined(story.screens()[0])
    assert story.now.run.run is Run.RUN
    assert story.held == story.now.position.size == (-SIZE if leverage else Decimal("0.00002"))


def test_f025_what_was_executed_counts_not_what_was_asked_for(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("FILL", on="AddOrder", share=0.99999, reason="Insignificant volume remaining")
        await ends(story)

    story = tell(place, course)
    agreed(story, Decimal("0.00099999"))
    assert "executed 0.00099999" in story.log


@pytest.mark.parametrize("kind", ["DUP_EXEC", "REORDER_EXEC"])
def test_f029_executions_that_come_twice_or_out_of_order_count_once(kind: str, place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("WS", kind=kind, frames=100)
        story.strike("FILL", on="AddOrder", parts=4)
        await ends(story)

    story = tell(place, course)
    assert len(story.books["fills"]) == 4
    assert story.log.count("bought") == 4
    agreed(story, SIZE)


def test_f030_a_cancel_that_never_left_is_told_and_no_second_order_joins(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.life.command(RESTING)
        await story.until(lambda: bool(story.now.orders) and story.now.orders[-1].state is OrderState.OPEN)
        story.strike("DROP_BEFORE", on="CancelOrder", count=2)
        for _ in range(2):
            story.life.command(CancelOrders())
            await story.passes(60)
            story.life.command(RESTING)
            await story.passes(20)
            story.look()
        story.life.command(CancelOrders())
        await ends(story)

    story = tell(place, course)
    assert len(story.orders) == 1
    assert story.orders[0]["status"] == "canceled"
    assert "not confirmed" in story.log
    assert "1 resting" in joined(story.screens()[1])
    assert "none resting" in story.screen()


def test_f031_an_order_far_from_the_market_stays_in_sight_until_it_is_cancelled(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.life.command(RESTING)
        await story.passes(600)
        story.look()
        story.life.command(CancelOrders())
        await ends(story)

    story = tell(place, course)
    seen = joined(story.screens()[0])
    assert "1 resting" in seen
    assert "if the bot died now: 1 order stays" in seen
    assert [order["status"] for order in story.orders] == ["canceled"]
    assert story.now.position.size == 0


def test_f031_an_order_far_from_the_market_ends_at_its_time(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.life.command(replace(RESTING, lasts_ms=300_000))
        await story.passes(200)
        assert story.now.orders[0].state is OrderState.OPEN
        await ends(story)

    story = tell(place, course)
    (order,) = story.orders
    assert order["status"] == "expired"
    assert story.now.orders[-1].state is OrderState.EXPIRED
    assert story.sent("CancelOrder") == 0
    assert story.now.run.run is Run.RUN


def test_f032_an_order_that_the_exchange_cancelled_unfilled_is_no_position_and_not_repeated(
    place: Path,
) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("FILL", on="AddOrder", share=0, reason="Market price protection")
        await ends(story)

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert [order["status"] for order in story.orders] == ["canceled"]
    agreed(story, Decimal(0))
    assert "Market price protection" in story.log
    assert "FLAT" in story.screen()


def test_f033_with_old_lists_a_position_is_closed_once_and_not_turned_late(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("LAG_VIEW", seconds=30)
        story.strike("WS", kind="LOSE_EXEC", frames=1000)
        await story.until_said("signal: the average turned down", 1200)
        await story.passes(300)

    story = tell(place, course, closes=UP_DOWN)
    assert [order["vol"] for order in story.orders] == ["0.00100000", "0.00100000"]
    agreed(story, Decimal(0))
    assert "the second order of the flip is not sent: the signal is no longer current" in story.log
    assert "FLAT" in story.screen()


def test_f034_an_execution_of_somebody_else_is_told_and_stops_trading(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await ends(story)
        by_another(story, leverage="2")
        await story.until(lambda: story.now.run.run is Run.HALTED)
        await story.passes(200)

    story = tell(place, course)
    assert story.sent("AddOrder") == 1  # nothing is mended by trading
    assert "EXTERNAL" in story.log
    assert "HALTED" in story.screen()


def test_f034_an_order_of_somebody_else_is_shown_and_bars_entries(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        by_another(story, ordertype="limit", price="90000", leverage="2")
        await story.passes(300)

    story = tell(place, course)
    assert story.orders == []
    assert [made.blocks[0].name for made in story.signals] == ["foreign activity"]
    assert "EXTERNAL order at the exchange: sell 0.001" in story.log


def test_f035_an_order_that_a_list_leaves_out_is_not_gone(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.life.command(RESTING)
        await story.until(lambda: bool(story.now.orders) and story.now.orders[-1].state is OrderState.OPEN)
        story.strike("HIDE", on="OpenOrders", count=0)
        await story.passes(400)
        story.look()

    story = tell(place, course)
    assert "1 resting" in joined(story.screens()[0])
    assert [order["status"] for order in story.orders] == ["open"]
    assert story.sent("AddOrder") == 1
