"""Stops and liquidations as the box plays them: the whole product on virtual time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.faults.story import UP, Story, tell
from tests.support.simulation.world import simulated_settings
from tui_bot.engine.memory import Run

RATE = 20.0

#: Up as ever, then a fall beyond the stop, and on down.
FALL = [*UP[:36], *(UP[35] - 3_000 - 200 * minute for minute in range(20))]


@pytest.mark.parametrize("leverage", [0, 2])
def test_a_stop_rests_fires_and_leaves_the_bot_flat_until_the_next_signal(
    tmp_path: Path, leverage: int
) -> None:
    settings = replace(
        simulated_settings(RATE), stop_loss=Decimal("0.002"), take_profit=Decimal("0.05"), leverage=leverage
    )

    async def course(story: Story) -> None:
        await story.ready()
        await story.until(lambda: story.now.stop is not None)
        story.look()
        await story.until(lambda: story.now.position.size == 0)
        await story.passes(20)
        story.look()

    story = tell(tmp_path, course, FALL, settings=settings, rate=RATE)
    held, flat = story.moments[0], story.moments[1]
    assert held.position.size == Decimal("0.001")
    assert held.stop is not None
    assert held.stop < held.position.average * Decimal("0.9981")
    assert "the stop has closed the position; the bot waits for the next signal" in story.log
    assert (flat.position.size, flat.target, flat.run.run) == (Decimal(0), Decimal(0), Run.RUN)
    assert flat.stop is None


def test_f87_a_liquidation_is_named_and_stops_the_bot(tmp_path: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until(lambda: story.now.position.size != 0)
        await story.passes(20)
        story.strike("MARGIN", kind="liquidate")
        await story.until_said("HALTED")
        await story.passes(120)

    story = tell(tmp_path, course, kept=False)
    assert "LIQUIDATED by Kraken: sell 0.00100000" in story.now.run.reason
    assert story.sent("AddOrder") == 1  # the same signal is not entered again
