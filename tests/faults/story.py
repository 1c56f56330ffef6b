"""A fault told as a story: the whole product against the box, then what was ordered, said and shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.support.simulation import audit
from tests.support.simulation.life import Life
from tests.support.simulation.screen import screens
from tests.support.simulation.tape import turns
from tests.support.simulation.world import World
from tests.support.virtual import run
from tui_bot.engine.records import DecisionMade, Outcome
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.journal.words import sentence

#: Minutes of market before the bot starts; with them the default market turns up two minutes after it.
PAST = 30
UP = turns(PAST + 2, 30)
DOWN = [2 * UP[0] - close for close in UP]


@dataclass
class Story:
    """One life on one world. ``moments`` are what was looked at on the way."""

    world: World
    moments: list[Snapshot] = field(default_factory=list)
    ended: dict[str, Any] | None = None
    _seen: dict[tuple[int, int], list[str]] = field(default_factory=dict)

    # -- on the way

    @property
    def life(self) -> Life:
        """The present life."""
        return self.world.life

    @property
    def now(self) -> Snapshot:
        """What a screen would show now."""
        return self.life.latest

    async def ready(self) -> None:
        """Until it has recovered."""
        await self.until(lambda: self.now.phase is Phase.READY and self.now.quote is not None)

    async def passes(self, seconds: float) -> None:
        """Let so many seconds of exchange time pass."""
        await self.world.passes(seconds)

    async def until(self, holds: Callable[[], bool], seconds: float = 600.0) -> None:
        """Let time pass until something holds, which it must within so many exchange seconds."""
        held = await self.world.until(holds, seconds)
        assert held, f"it never came about; the log:\n{self.log}"

    async def until_said(self, text: str, seconds: float = 600.0) -> None:
        """Until a record says so."""
        await self.until(lambda: text in self.log, seconds)

    async def until_settled(self, seconds: float = 600.0) -> None:
        """Until there was an order and every order has come to its end."""

        def is_settled() -> bool:
            return bool(self.now.orders) and all(order.state.is_final for order in self.now.orders)

        await self.until(is_settled, seconds)

    def strike(self, verb: str, **members: Any) -> None:
        """Put a fault of the box into force."""
        self.world.script({"verb": verb, **members})

    def without_push(self) -> None:
        """From now on there is polling only."""
        self.world.network.weather.no_push = True
        for line in self.life.lines:
            line.cut()

    def mute_executions(self) -> None:
        """The stream of executions falls silent: it would tell of an order before anything else."""
        self.strike("WS", kind="STALL", channel="executions")

    def look(self) -> None:
        """A person looks at the screen."""
        self.moments.append(self.now)

    # -- what came of it

    @property
    def said(self) -> list[str]:
        """Every record, worded."""
        return [sentence(record.body) for record in self.life.records]

    @property
    def log(self) -> str:
        """The records as one text."""
        return "\n".join(self.said)

    @property
    def signals(self) -> list[DecisionMade]:
        """The decisions that asked for an order."""
        made = [record.body for record in self.life.records if isinstance(record.body, DecisionMade)]
        return [one for one in made if one.outcome is not Outcome.NO_TRADE]

    @property
    def books(self) -> dict[str, Any]:
        """The exchange's own, now or at the end."""
        return self.ended or self.world.truth()

    @property
    def orders(self) -> list[dict[str, Any]]:
        """The orders that the exchange has in its books, with our client ids."""
        return [order for order in self.books["orders"] if order["cl_ord_id"]]

    @property
    def held(self) -> Decimal:
        """The signed size that the exchange's fills lead to."""
        return audit.net(self.books)

    def sent(self, method: str) -> int:
        """How many requests of a method reached the exchange."""
        return sum(one == method for _, one, _ in self.world.network.requests)

    def times(self, method: str) -> list[float]:
        """When they did, in exchange seconds."""
        return [ns / 1e9 for ns, one, _ in self.world.network.requests if one == method]

    def screens(self, size: tuple[int, int] = (80, 24)) -> list[str]:
        """What was seen at each look, the last of them at the end."""
        if size not in self._seen:
            self._seen[size] = screens(self.moments, size)
        return self._seen[size]

    def screen(self) -> str:
        """What is seen at the end, in one line: no wrap breaks a sentence."""
        return joined(self.screens()[-1])


def joined(screen: str) -> str:
    """A screen's words in one line."""
    return " ".join(screen.split())


Course = Callable[[Story], Awaitable[None]]


def tell(place: Path, course: Course, closes: Sequence[int] = UP, **more: Any) -> Story:
    """Run a story to its end; whatever happened in it, the great promises were kept (unless not ``kept``)."""
    kept = more.pop("kept", True)

    async def story() -> Story:
        world = World(more.pop("seed", 1), place, closes, past=PAST, **more)
        told = Story(world)
        with world.running():
            world.begin()
            await course(told)
            told.look()
            await told.life.stop()
            told.ended = world.truth()
        return told

    told = run(story())
    journal = told.world.disk.folder / "journal.sqlite"
    assert not kept or not audit.broken_promises(told.books, journal, told.world.settings.trade_size)
    return told
