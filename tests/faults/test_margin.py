"""Group H: margin."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.faults.story import PAST, Story, joined, tell
from tests.support.simulation.tape import turns
from tui_bot.engine.commands import Contract, Flatten, Trade, Until
from tui_bot.engine.memory import Run
from tui_bot.market.order import Side

TURN = turns(PAST + 2, 6, 20)  # up for six minutes, then down
BY_HAND = Contract(Until.RELEASED)


async def until_flipped(story: Story) -> None:
    """Long at the first signal, short at the second."""
    await story.ready()
    await story.until(lambda: story.now.position.size < 0)
    await story.until_settled()


def test_f084_a_close_carries_leverage_and_is_confirmed_by_the_exchange_s_positions(place: Path) -> None:
    story = tell(place, until_flipped, TURN)
    bought, closed, opened = story.orders
    assert bought["leverage"] == closed["leverage"] == opened["leverage"] == 2
    read = [time for time in story.times("OpenPositions") if time * 1000 > closed["closetm_ms"]]
    assert read[0] < opened["opentm_ms"] / 1000  # flat by its own word before the next one opens
    (position,) = story.books["positions"]
    assert (position["side"], position["vol"]) == ("sell", "0.00100000")
    assert "SHORT 0.0010" in story.screen()


def test_f085_a_close_can_only_reduce(place: Path) -> None:
    story = tell(place, until_flipped, TURN)
    assert [order["reduce_only"] for order in story.orders] == [False, True, False]


def test_f085_a_close_of_more_than_is_left_does_not_turn_the_position(place: Path) -> None:
    """The position has shrunk unseen; the close is for what the bot believes to hold."""

    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        story.without_push()
        story.strike("LAG_VIEW", seconds=600)
        story.strike("MARGIN", kind="liquidate")
        story.life.command(Flatten(BY_HAND))
        await story.until_said("gave up")

    story = tell(place, course)
    sent = [body for _, method, body in story.world.network.requests if method == "AddOrder"]
    assert ["reduce_only=true" in body for body in sent] == [False, True, True, True]
    assert len(story.orders) == 1  # all of them were refused: nothing was left to reduce
    assert story.held == 0
    assert "there is no position to reduce" in story.log
    assert "FLATTEN gave up" in story.screen()


def test_f086_nothing_of_the_bot_s_stays_behind_that_could_open_a_position(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        story.life.command(Trade(Side.BUY, Decimal("0.001"), Decimal(58_000), BY_HAND))
        await story.until(lambda: len(story.orders) == 2)
        story.look()
        story.life.command(Flatten(BY_HAND))
        await story.until_said("flat, by the exchange's own view")

    story = tell(place, course)
    assert [order["status"] for order in story.orders] == ["closed", "canceled", "closed"]
    assert not any("close[" in body for _, _, body in story.world.network.requests)
    assert story.held == 0
    assert "no stop" in joined(story.screens()[0])
    assert "1 resting" in joined(story.screens()[0])
    assert "nothing stays" in story.screen()


def gone_by_the_exchange(place: Path, kind: str) -> Story:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        story.strike("MARGIN", kind=kind)
        await story.until_said("HALTED")
        await story.passes(400)

    return tell(place, course, TURN)


def test_f087_after_a_liquidation_nothing_is_entered_again(place: Path) -> None:
    story = gone_by_the_exchange(place, "liquidate")
    assert len(story.orders) == 1
    assert story.held == 0
    assert story.now.run.run is Run.HALTED
    assert "HALTED" in story.screen()


def test_f088_after_a_close_by_the_term_limit_nothing_is_entered_again(place: Path) -> None:
    story = gone_by_the_exchange(place, "term-limit")
    assert len(story.orders) == 1
    assert story.held == 0
    assert story.now.run.run is Run.HALTED
    assert "HALTED" in story.screen()


REFUSALS = {
    "EOrder:Margin allowance exceeded": "it needs more margin than allowed",
    "EOrder:Margin level too low": "the margin level is too low",
    "EOrder:Margin position size exceeded": "the position would be too large",
    "EOrder:Insufficient initial margin": "there is not enough free margin",
    "EOrder:Insufficient margin": "Kraken itself has no margin left to lend",
    "EOrder:Cannot open position": "the account may not trade on margin",
    "EOrder:Cannot open opposing position": "a position the other way is open",
    "EOrder:Reduce only:Non-PC": "reduce-only is not offered",
}


@pytest.mark.parametrize("text", list(REFUSALS))
def test_f089_margin_that_is_refused_is_never_replaced_by_spot(place: Path, text: str) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("ERR", on="AddOrder", text=text, count=0)
        await story.until_said("rejected:")
        story.look()
        await story.passes(100)

    story = tell(place, course, TURN)
    bodies = [body for _, method, body in story.world.network.requests if method == "AddOrder"]
    assert len(bodies) == 1
    assert "leverage=2" in bodies[0]
    assert story.orders == []
    assert REFUSALS[text] in joined(story.screens()[0])
    assert text in story.log
