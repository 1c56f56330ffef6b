"""Group F: the state of the exchange and of the pair."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.faults.story import PAST, Story, joined, tell
from tests.support.simulation.tape import turns
from tests.support.simulation.world import simulated_settings
from tui_bot.engine.commands import Contract, Flatten, Trade, Until
from tui_bot.engine.memory import Run
from tui_bot.market.order import Side
from tui_bot.paper.options import BoxOptions

TURN = turns(PAST + 2, 6, 20)  # up for six minutes, then down
PAIR = "XXBTZUSD"
BY_HAND = Contract(Until.RELEASED)


def holding_when(place: Path, *, flatten: bool = False, seconds: float = 450, **fault: object) -> Story:
    """A long position is held, then the fault strikes; its exit signal comes six minutes later."""

    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        story.world.script(fault)
        await story.until(lambda: told_by(story))
        if flatten:
            story.life.command(Flatten(BY_HAND))
        await story.passes(seconds)

    def told_by(story: Story) -> bool:
        rules = story.now.rules
        online = story.now.system_status == "online" and rules is not None and rules.status == "online"
        return not online or fault["verb"] == "PAIRS"

    return tell(place, course, TURN)


def test_f071_only_online_lets_an_order_pass(place: Path) -> None:
    story = holding_when(place, verb="STATUS", value="cancel_only")
    assert len(story.orders) == 1
    assert [made.blocks[0].sentence for made in story.signals[1:]] == ["exchange: cancel_only"]
    said = "KRAKEN takes cancels only; your position (LONG 0.0010) cannot be closed now"
    assert said in story.screen()


def test_f071_a_word_nobody_knows_lets_nothing_pass(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.world.exchange.system = "closed_for_tea"
        await story.until(lambda: bool(story.signals))

    story = tell(place, course, TURN)
    assert story.orders == []
    assert [made.blocks[0].sentence for made in story.signals] == ["exchange: closed_for_tea"]
    assert "KRAKEN says closed_for_tea: nothing is ordered" in story.screen()


def test_f071_an_exit_that_was_barred_goes_out_when_the_exchange_opens_again(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        story.strike("STATUS", value="cancel_only")
        await story.until(lambda: len(story.signals) == 2)
        story.strike("STATUS", value="online")
        await story.until(lambda: story.now.position.is_flat, 300)

    story = tell(place, course, TURN)
    assert [order["type"] for order in story.orders] == ["buy", "sell"]
    assert "KRAKEN" not in story.screen()


def test_f072_in_maintenance_it_says_that_the_position_cannot_be_closed(place: Path) -> None:
    story = holding_when(place, flatten=True, verb="STATUS", value="maintenance")
    assert len(story.orders) == 1
    assert story.sent("CancelOrder") == 0
    maintained = "KRAKEN in maintenance: neither orders nor cancels are taken; your position (LONG 0.0010)"
    assert f"{maintained} cannot be closed now" in story.screen()
    assert "BLOCKED: exchange: maintenance" in story.log


def test_f073_post_only_holds_everything_and_flatten_says_that_it_cannot(place: Path) -> None:
    story = holding_when(place, flatten=True, verb="STATUS", pair=PAIR, value="post_only", seconds=60)
    assert len(story.orders) == 1
    assert "BTC/USD: Kraken takes resting orders only, no market orders; your position" in story.screen()
    assert "FLATTEN BLOCKED: exchange: post_only" in story.screen()


def test_f074_reduce_only_lets_the_close_pass_and_not_the_new_position(place: Path) -> None:
    story = holding_when(place, verb="STATUS", pair=PAIR, value="reduce_only")
    assert [(order["type"], order["reduce_only"]) for order in story.orders] == [
        ("buy", False),
        ("sell", True),
    ]
    assert story.held == 0
    assert "BTC/USD: Kraken lets positions be closed, not opened" in story.screen()
    assert "the second order of the flip is not sent: exchange: reduce_only" in story.log


def test_f074_limit_only_lets_no_market_order_pass_and_says_so(place: Path) -> None:
    story = holding_when(place, verb="STATUS", pair=PAIR, value="limit_only")
    assert len(story.orders) == 1
    assert "BTC/USD: Kraken takes limit orders only, no market orders; your position" in story.screen()
    assert "BLOCKED exit, tried again: exchange: limit_only" in story.log


def test_f075_a_pair_that_is_gone_is_an_alarm_and_no_crash(place: Path) -> None:
    story = holding_when(place, verb="PAIRS", pair=PAIR, remove=True)
    assert len(story.orders) == 1
    assert story.life.error is None
    assert story.now.run.run is Run.RUN
    assert "BTC/USD: Kraken does not list it any more; your position (LONG 0.0010)" in story.screen()


def test_f076_changed_decimals_are_learnt_from_a_refusal(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("PAIRS", pair=PAIR, tick_size="1", pair_decimals=0)
        story.life.command(limit("59000.5"))
        await story.until_said("pair rules changed")
        story.look()
        story.life.command(limit("59000.5"))
        await story.until_said("BLOCKED BUY by hand")
        story.life.command(limit("59000"))
        await story.until(lambda: len(story.orders) == 1)

    story = tell(place, course)
    assert story.sent("AddOrder") == 2  # the second one was stopped before it left
    assert "pair rules changed" in joined(story.screens()[0])
    assert "Tick size check failed" in story.log or "Invalid price" in story.log
    assert story.orders[0]["limit"] == "59000.0"


def limit(price: str) -> Trade:
    return Trade(Side.BUY, Decimal("0.001"), Decimal(price), BY_HAND)


def test_f077_what_earns_is_shown_apart_and_never_sold(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.life.command(Trade(Side.SELL, Decimal("0.001"), None, BY_HAND))
        await story.until_said("BLOCKED SELL by hand")

    balances = {"ZUSD": Decimal(10_000), "XXBT": Decimal(0), "XETH": Decimal(0), "XBT.F": Decimal("0.5")}
    settings = simulated_settings(20.0, leverage=0)
    story = tell(place, course, settings=settings, options=BoxOptions(balances=balances))
    assert story.orders == []
    assert "0.5000 in BTC.F not usable" in story.screen()
    assert story.books["balances"]["XBT.F"] == "0.5"
