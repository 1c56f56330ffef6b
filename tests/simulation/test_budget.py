"""The whole product at an exchange that holds it to the strictest limits there are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.support.simulation.tape import turns, wandering
from tests.support.simulation.world import World, simulated_settings
from tests.support.virtual import run
from tui_bot.engine.commands import Contract, Flatten, Until
from tui_bot.engine.records import Note, OrderMoved
from tui_bot.engine.settings import Flip
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.rates import TIERS, Rates, Tier
from tui_bot.paper.refusal import Refusal

PAST = 30
STRICT = BoxOptions(rates="starter")


class Judge(Rates):
    """Keeps what it refuses."""

    def __init__(self, tier: Tier) -> None:
        super().__init__(tier)
        self.refused: list[str] = []

    def call(self, name: str, now_ns: int) -> None:
        """Counts a private call."""
        self._watched(name, lambda: super(Judge, self).call(name, now_ns))

    def add(self, pair: str, now_ns: int, points: float = 1.0) -> None:
        """Counts a placement."""
        self._watched(pair, lambda: super(Judge, self).add(pair, now_ns, points))

    def _watched(self, what: str, judge: Callable[[], None]) -> None:
        try:
            judge()
        except Refusal:
            self.refused.append(what)
            raise


def complaints(world: World) -> list[str]:
    """What was told of limits."""
    bodies = [record.body for record in world.life.records]
    texts = [body.text for body in bodies if isinstance(body, Note)]
    texts += [body.order.reason for body in bodies if isinstance(body, OrderMoved)]
    return [text for text in texts if "limit exceeded" in text]


@pytest.mark.parametrize(
    ("seed", "minutes"),
    [(0, 12), *(pytest.param(seed, 120, marks=pytest.mark.slow) for seed in range(1, 4))],
)
def test_f40_f41_trading_at_the_real_pace_is_never_refused_for_its_rate(
    seed: int, minutes: int, place: Path
) -> None:
    async def story() -> None:
        settings = simulated_settings(1.0, flip=Flip.TWO_ORDERS)
        closes = wandering(seed, PAST + 1 + minutes)
        world = World(seed, place, closes, rate=1.0, settings=settings, options=STRICT)
        judge = world.exchange.rates = Judge(TIERS["starter"])
        with world.running():
            life = world.begin()
            await world.passes(60 * minutes)
            await life.stop()
        assert judge.refused == []
        assert complaints(world) == []
        assert len(world.truth()["orders"]) >= minutes // 6

    run(story())


def test_s29_with_both_counters_drained_by_others_a_flatten_still_succeeds(place: Path) -> None:
    async def story() -> None:
        settings = simulated_settings(1.0)
        world = World(3, place, turns(PAST + 2, 10), rate=1.0, settings=settings, options=STRICT)
        with world.running():
            life = world.begin()
            assert await world.until(lambda: life.latest.position.size > 0, 900)
            await world.passes(30)
            drain(world)
            life.command(Flatten(Contract(Until.RELEASED)))
            assert await world.until(lambda: world.held == 0 and life.latest.position.is_flat, 120)
            await life.stop()

    run(story())


def drain(world: World) -> None:
    """Another program on the same key uses all there is."""
    world.box.catch_up()
    now_ns = world.exchange.now_ns
    for use in (partial(world.box.rates.call, "Balance"), partial(world.box.rates.add, "XXBTZUSD")):
        with suppress(Refusal):
            for _ in range(100):
                use(now_ns)
