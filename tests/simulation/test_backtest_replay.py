"""A run's journal, played to the same bot in event mode: the same decisions, targets and outcomes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.support.market import RULES
from tests.support.simulation.tape import wandering
from tests.support.simulation.world import World
from tests.support.virtual import run
from tui_bot.backtest.event import Replay
from tui_bot.backtest.reading import read_history
from tui_bot.backtest.terms import Terms
from tui_bot.engine.records import DecisionMade
from tui_bot.engine.settings import BotSettings
from tui_bot.journal.reader import read

PAST, MINUTES = 30, 90


def test_a_journal_gives_the_same_decisions(place: Path) -> None:
    settings, journal = run(_ninety_minutes(place))
    lived = [entry.body for entry in read(journal) if isinstance(entry.body, DecisionMade)]
    history = read_history(journal)
    known = int(np.searchsorted(history.begin, lived[0].decision.candle))
    assert known >= PAST - 1
    replay = Replay(history, settings, Terms.of(settings, RULES), known)
    replay.decisions = []
    replay.run()
    assert len(lived) >= MINUTES - 2
    assert [made.decision for made in replay.decisions] == [made.decision for made in lived]
    ways = [(made.outcome, made.target) for made in lived]
    assert [(made.outcome, made.target) for made in replay.decisions] == ways
    assert len(set(ways)) >= 4
    assert len(replay.result().trades) >= 10


async def _ninety_minutes(place: Path) -> tuple[BotSettings, Path]:
    world = World(5, place, wandering(5, PAST + MINUTES + 5))
    with world.running():
        life = world.begin()
        await world.passes(MINUTES * 60)
        await life.stop()
    return world.settings, world.disk.folder / "journal.sqlite"
