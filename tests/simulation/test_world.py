"""The simulation itself: the same seed gives the same run, and a death leaves what a death leaves."""

from __future__ import annotations

from pathlib import Path

from tests.simulation.seeds import MEMORY
from tests.support.simulation import audit
from tests.support.simulation.network import Killed
from tests.support.simulation.screen import screen
from tests.support.simulation.tape import turns, wandering
from tests.support.simulation.world import World
from tests.support.virtual import run
from tui_bot.engine.snapshot import Phase, Snapshot

PAST = 30


def test_a_seed_is_a_run(place: Path) -> None:
    digests = {_run_of(7, place / str(again)) for again in range(2)}
    assert len(digests) == 1
    assert _run_of(8, place / "other") not in digests


def _run_of(seed: int, place: Path) -> str:
    world, snapshot = run(_ten_minutes(seed, place))
    journal = world.disk.folder / "journal.sqlite"
    return audit.digest(world.network.requests, journal, [screen(snapshot)])


async def _ten_minutes(seed: int, place: Path) -> tuple[World, Snapshot]:
    world = World(seed, place, wandering(seed, PAST + 20))
    world.network.weather.cut_after = 0.1
    with world.running():
        life = world.begin()
        await world.passes(600)
        await life.stop()
    return world, life.latest


def test_a_turn_of_the_average_becomes_a_position(place: Path) -> None:
    async def story() -> None:
        world = World(1, place, turns(PAST + 2, 10))
        with world.running():
            life = world.begin()
            assert await world.until(lambda: life.latest.position.size > 0)
            assert await world.until(lambda: life.latest.orders[0].state.is_final)
            books = world.truth()
            assert audit.net(books) == life.latest.position.size == world.settings.trade_size
            assert not audit.broken_promises(books, world.disk.folder / "journal.sqlite", audit.net(books))
            await life.stop()
            assert life.latest.phase is Phase.STOPPED

    run(story())


def test_a_death_between_commit_and_wire_leaves_the_intent(place: Path) -> None:
    def hook(step: str) -> None:
        if step == "sent AddOrder":
            raise Killed

    async def story() -> None:
        world = World(2, place, turns(PAST + 2, 10), keeps_durable=True)
        with world.running():
            world.begin(hook)
            assert await world.buried(600, power_loss=True)
            journal = world.disk.folder / "journal.sqlite"
            assert audit.rows(journal, "SELECT count(*) FROM entry WHERE kind = 'intent'") == [(1,)]
            life = world.begin()
            assert await world.until(lambda: life.latest.position.size > 0)
            assert not audit.broken_promises(world.truth(), journal, world.settings.trade_size)
            await life.stop()

    run(story())


def test_the_disks_lie_in_memory_where_there_is_such_a_place(place: Path) -> None:
    assert not MEMORY.is_dir() or MEMORY in place.parents
