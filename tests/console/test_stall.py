"""A key typed at a screen that stood still sends nothing that raises exposure (S23)."""

from __future__ import annotations

import pytest
from textual.events import Key

from tests.console.play import Play, console
from tests.console.stage import D, order
from tui_bot.console.stall import SETTLE_S, STALL_S, Stall
from tui_bot.engine.commands import (
    Accept,
    CancelOrders,
    Contract,
    Drill,
    Edit,
    Flatten,
    Pause,
    Release,
    Resume,
    Submission,
    Trade,
    Until,
    may_come_late,
)
from tui_bot.market.order import OrderState, Side

LONG = STALL_S + 10
HELD = Contract(Until.RELEASED)


async def late(play: Play, key: str, typed_ago: float) -> None:
    """A key that was read from the terminal a while before it is handled."""
    event = Key(key, key)
    event.time = play.clock.drawn - typed_ago
    play.app.post_message(event)
    await play.pilot.pause()
    await play.pilot.pause()


@pytest.mark.anyio
async def test_a_key_typed_long_ago_sends_no_order_and_says_so() -> None:
    async with console() as play:
        await play.press("b")
        await play.answer("review")
        await late(play, "y", LONG)
        assert play.engine.commands == []
        assert any("not sent: the screen had stood still 12 s" in note for note in play.notes)


@pytest.mark.anyio
async def test_the_same_key_sends_it_when_the_screen_moves() -> None:
    async with console() as play:
        await play.press("b")
        await play.answer("review")
        await late(play, "y", STALL_S / 2)
        assert play.engine.commands == [Trade(Side.BUY, D("0.0010"), None, Contract(Until.NEXT_SIGNAL))]


@pytest.mark.anyio
async def test_pause_passes_however_old_the_key() -> None:
    async with console() as play:
        await late(play, "p", LONG)
        assert play.engine.commands == [Pause()]


@pytest.mark.anyio
async def test_flatten_and_cancel_pass_however_old_the_keys() -> None:
    resting = order(OrderState.OPEN, price=D("68000.0"))
    async with console(orders=(resting,)) as play:
        for key in ("f", "y", "c", "y"):
            await late(play, key, LONG)
        assert play.engine.commands == [Flatten(HELD), CancelOrders()]


@pytest.mark.anyio
async def test_a_terminal_that_reads_nothing_makes_keys_blind() -> None:
    async with console() as play:
        play.clock.is_read = False
        play.clock.drawn += LONG
        await play.settle()
        await play.press("b")
        await play.answer("review")
        await play.press("y")
        assert play.engine.commands == []


def test_keys_are_blind_while_it_stands_still_and_a_moment_longer() -> None:
    now, reads = 100.0, True
    stall = Stall(lambda: now, lambda: reads)

    def blind(typed_ago: float = 0.0) -> bool:
        stall.key(now - typed_ago)
        return stall.blind_s > 0

    stall.beat()
    assert not blind()
    now += STALL_S / 2
    assert not blind()
    reads = False
    now += STALL_S
    stall.beat()
    assert blind()
    reads = True
    stall.beat()
    assert blind()
    assert stall.blind_s == pytest.approx(1.5 * STALL_S)
    now += SETTLE_S / 2
    stall.beat()
    assert blind()
    now += SETTLE_S
    stall.beat()
    assert not blind()
    assert blind(typed_ago=STALL_S + 0.1)
    assert not blind()


@pytest.mark.parametrize(
    ("command", "passes"),
    [
        (Pause(), True),
        (Flatten(HELD), True),
        (CancelOrders(), True),
        (Trade(Side.SELL, D("0.001"), None, HELD), False),
        (Resume(), False),
        (Release(), False),
        (Accept(), False),
        (Edit(()), False),
        (Drill("parts"), False),
    ],
)
def test_only_what_takes_risk_away_may_come_late(command: Submission, passes: bool) -> None:
    assert may_come_late(command) is passes
