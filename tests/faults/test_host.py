"""Group I: process, host, storage, clock. What needs real disks and terminals is shown elsewhere."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.faults.story import DOWN, Story, joined, tell
from tests.support.simulation import audit
from tests.support.simulation.network import Killed
from tui_bot.engine.memory import Run

SIZE = Decimal("0.001")


def dies_at(story: Story, moment: str, what: str) -> None:
    """Let the present life end at a step."""

    def hook(step: str) -> None:
        if step.startswith(moment) and what in step:
            raise Killed

    story.life.hook = hook


@contextmanager
def zone(name: str) -> Iterator[None]:
    """The machine is somewhere else."""
    with patch.dict(os.environ, {"TZ": name}):
        time.tzset()
        try:
            yield
        finally:
            os.environ.pop("TZ")
            time.tzset()
    time.tzset()


@pytest.mark.parametrize("moment", ["sent", "applied", "answered"])
def test_f093_after_a_power_cut_what_was_ordered_is_known(moment: str, place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        dies_at(story, moment, "AddOrder")
        assert await story.world.buried(600, power_loss=True)
        story.world.begin()
        await story.ready()
        await story.passes(200)

    story = tell(place, course, keeps_durable=True)
    assert story.sent("AddOrder") == 1
    assert len(story.orders) == 1
    assert story.held == story.now.position.size == story.now.exchange_size == SIZE
    assert "LONG 0.0010" in story.screen()


@pytest.mark.parametrize("moment", ["committing", "written", "committed"])
def test_f096_a_death_between_execution_and_record_loses_nothing(moment: str, place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        dies_at(story, moment, "Filled")
        assert await story.world.buried(600)
        story.world.begin()
        await story.ready()
        await story.passes(200)

    story = tell(place, course)
    assert story.sent("AddOrder") == 1
    assert story.held == story.now.position.size == story.now.exchange_size == SIZE
    assert story.now.run.run is Run.RUN
    assert "LONG 0.0010" in story.screen()


def test_f103_a_clock_that_is_off_bars_entries_and_is_shown(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("CLOCK", skew=5)
        await story.passes(250)

    story = tell(place, course, rate=1)
    assert story.orders == []
    assert "clock offset" in {block.name for made in story.signals for block in made.blocks}
    assert "clock offset: +5.0" in story.screen()


def test_f104_wherever_the_machine_is_and_whatever_the_hour_it_trades_the_same(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        await story.passes(100)

    runs = []
    for name in ("UTC", "Australia/Lord_Howe"):
        where = place / name.replace("/", "-")
        where.mkdir()
        with zone(name):
            story = tell(where, course)
            journal = story.world.disk.folder / "journal.sqlite"
            runs.append((audit.digest(story.world.network.requests, journal, ()), story.screen()))
    assert runs[0] == runs[1]
    assert "log · UTC" in runs[0][1]


def test_f105_after_a_restart_within_the_candle_its_signal_is_not_repeated(place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        await story.until_settled()
        await story.world.kill()
        story.world.begin()
        await story.ready()
        await story.passes(150)

    story = tell(place, course, closes=DOWN)
    assert story.sent("AddOrder") == 1
    assert story.signals == []  # of the second life
    assert story.held == story.now.position.size == -SIZE
    assert "SHORT 0.0010" in joined(story.screen())
