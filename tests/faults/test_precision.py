"""Group G: size, precision, money."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.faults.story import PAST, Story, joined, tell
from tests.support.simulation.tape import turns
from tests.support.simulation.world import simulated_settings
from tui_bot.engine.commands import Change, Configure, Contract, Trade, Until
from tui_bot.market.order import Side
from tui_bot.paper.options import BoxOptions

TURN = turns(PAST + 2, 6, 20)  # up for six minutes, then down
PAIR = "XXBTZUSD"
BY_HAND = Contract(Until.RELEASED)


async def until_signal(story: Story) -> None:
    """The first signal has come, and what followed from it."""
    await story.ready()
    await story.until(lambda: bool(story.signals))
    await story.passes(30)


def with_size(place: Path, size: str, **more: Any) -> Story:
    settings = simulated_settings(20, trade_size=Decimal(size), **more)
    return tell(place, until_signal, TURN, settings=settings)


def test_f078_a_size_with_too_many_decimals_is_cut_to_the_lot_grid(place: Path) -> None:
    story = with_size(place, "0.000123456789")
    assert [order["vol"] for order in story.orders] == ["0.00012345"]
    assert "refused" not in story.log
    assert "rejected" not in story.log
    assert "LONG 0.00012345" in story.screen()


def test_f078_the_smallest_sizes_are_sent_in_plain_digits(place: Path) -> None:
    story = with_size(place, "5E-5")
    (body,) = [body for _, method, body in story.world.network.requests if method == "AddOrder"]
    assert "volume=0.00005" in body
    assert len(story.orders) == 1


def test_f079_a_size_that_rounds_to_nothing_is_no_order(place: Path) -> None:
    async def course(story: Story) -> None:
        story.strike("PAIRS", pair=PAIR, lot_decimals=0)
        await until_signal(story)

    story = tell(place, course, TURN)
    assert story.sent("AddOrder") == 0
    assert "minimums: 0.001 rounds to 0, below the minimum of 0.00005 BTC" in story.screen()


def test_f080_below_the_minimum_of_the_base_nothing_leaves(place: Path) -> None:
    story = with_size(place, "0.00001")
    assert story.sent("AddOrder") == 0
    assert "0.00001000 is below the minimum of 0.00005 BTC → use a size and a price" in story.screen()


def test_f080_below_the_minimum_of_the_quote_nothing_leaves(place: Path) -> None:
    async def course(story: Story) -> None:
        story.strike("PAIRS", pair=PAIR, costmin="100")
        await until_signal(story)

    story = tell(place, course, TURN)
    assert story.sent("AddOrder") == 0
    assert "minimums: it costs less than the minimum of 100 USD" in story.screen()


def test_f081_an_all_in_buy_leaves_room_for_its_fee(place: Path) -> None:
    """10,000 USD would buy 0.16835 BTC at 59,400, but not with 0.4 % on top."""
    story = with_size(place, "0.16835", leverage=0, limits={"max_position": Decimal(1)})
    assert story.sent("AddOrder") == 0
    assert "funds: needs 10040.67 of 10000.00 USD → use a smaller size or add funds" in story.screen()


def test_f081_what_the_bot_lets_pass_the_exchange_takes(place: Path) -> None:
    story = with_size(place, "0.1676", leverage=0, limits={"max_position": Decimal(1)})
    assert [order["status"] for order in story.orders] == ["closed"]
    assert Decimal(story.books["balances"]["ZUSD"]) > 0


def test_f082_a_price_that_is_off_the_grid_or_on_the_wrong_side_never_leaves(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.life.command(Trade(Side.BUY, Decimal("0.001"), Decimal("59000.05"), BY_HAND))
        await story.until_said("not a multiple of the tick size 0.1")
        story.look()
        story.life.command(Trade(Side.BUY, Decimal("0.001"), Decimal(70000), BY_HAND))
        await story.until_said("collar")

    story = tell(place, course)
    assert story.sent("AddOrder") == 0
    assert "BLOCKED BUY by hand: minimums: the price is not a multiple" in joined(story.screens()[0])
    assert "use a limit nearer to the market" in story.screen()


def test_f083_ten_times_the_size_by_a_slip_is_stopped_by_a_limit_of_its_own(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        larger = replace(story.now.settings, trade_size=story.now.settings.trade_size * 10)
        changes = (Change("trading.trade_size", "0.001", "0.01"),)
        story.life.command(Configure(larger, changes))
        await story.until_said("trade_size 0.001 → 0.01")
        story.look()
        await until_signal(story)

    settings = simulated_settings(20, limits={"max_position": Decimal("0.002")})
    story = tell(place, course, TURN, settings=settings)
    assert story.sent("AddOrder") == 0
    assert "SETTINGS trading.trade_size: 0.001 → 0.01" in joined(story.screens()[0])
    assert "of 0.002 → raise limits.max_position or trade less" in story.screen()


def test_f040_the_strict_call_counter_never_refuses_the_bot(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        await story.passes(120)

    story = tell(place, course, TURN, rate=1, options=BoxOptions(rates="starter"))
    assert "Rate limit exceeded" not in story.log
    assert len(story.orders) == 1
    assert "LONG 0.0010" in story.screen()
