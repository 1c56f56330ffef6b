"""A hostile quarter of an hour, drawn from a seed: faults, deaths and a person's hand, then calm.

After the calm has lasted, nothing may have been sent twice, more than meant, or without a durable intent,
and the position shown must be the one the exchange holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from tests.support.simulation import audit
from tests.support.simulation.network import Killed, Weather
from tests.support.simulation.tape import wandering
from tests.support.simulation.world import World, simulated_settings
from tui_bot.engine.commands import (
    CancelOrders,
    Command,
    Contract,
    Flatten,
    Pause,
    Release,
    Resume,
    Settle,
    Trade,
    Until,
)
from tui_bot.engine.reconcile import EXTERNAL
from tui_bot.engine.records import Filled
from tui_bot.engine.settings import Flip
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.market.order import OrderState, Side

PAST, MINUTES = 30, 12
ACTS = (3, 7)
CALM_S = 900.0

#: A book is most of what is pushed and changes no promise: one story in four follows it.
DEPTHS = (10, 0, 0, 0)
FREELY = Contract(Until.NEXT_SIGNAL)

#: Steps at which a life may end.
STEPS = (
    "committing DecisionMade,IntentMade",
    "written DecisionMade,IntentMade",
    "committed DecisionMade,IntentMade",
    "sent AddOrder",
    "applied AddOrder",
    "answered AddOrder",
    "told OrderAnswered",
    "committing OrderMoved",
    "written OrderMoved",
    "committed OrderMoved",
    "told LookedUp",
    "committing Filled,OrderMoved",
    "written Filled,OrderMoved",
    "committed Filled,OrderMoved",
    "sent OpenOrders",
    "answered OpenPositions",
    "told AccountReported",
    "sent CancelOrder",
    "applied CancelOrder",
)

PLACING_FAULTS: tuple[dict[str, Any], ...] = (
    {"verb": "ACCEPT_DROP"},
    {"verb": "DROP_BEFORE"},
    {"verb": "ACCEPT_LATE", "seconds": 20},
    {"verb": "ACCEPT_LATE", "seconds": 55, "then": "drop"},
    {"verb": "HTTP", "code": 520, "applied": True},
    {"verb": "HTTP", "code": 502},
    {"verb": "ERR", "text": "EService:Unavailable", "applied": True},
    {"verb": "ERR", "text": "EGeneral:Internal error"},
    {"verb": "ERR", "text": "EService:Busy", "applied": True},
    {"verb": "HANG", "seconds": 12},
    {"verb": "BODY", "kind": "WRONG_TYPE"},
    {"verb": "BODY", "kind": "TRUNC"},
    {"verb": "FILL", "share": 0.4, "reason": "IOC"},
    {"verb": "FILL", "parts": 4},
    {"verb": "FILL", "share": 0, "reason": "Market price protection"},
    {"verb": "FILL", "seconds": 40},
)

WORLD_FAULTS: tuple[dict[str, Any], ...] = (
    {"verb": "LAG_VIEW", "seconds": 5},
    {"verb": "LAG_VIEW", "seconds": 60},
    {"verb": "STATUS", "value": "cancel_only"},
    {"verb": "STATUS", "value": "post_only"},
    {"verb": "STATUS", "value": "maintenance"},
    {"verb": "WS", "kind": "CLOSE", "code": 1012},
    {"verb": "WS", "kind": "HALF_OPEN"},
    {"verb": "WS", "kind": "STALL", "channel": "*", "frames": 40},
    {"verb": "WS", "kind": "DUP_EXEC", "frames": 20},
    {"verb": "WS", "kind": "REORDER_EXEC", "frames": 20},
    {"verb": "MARGIN", "kind": "liquidate"},
    {"verb": "KEY", "kind": "foreign-nonce", "by": 1},
)

READS = (
    "OpenOrders",
    "ClosedOrders",
    "OpenPositions",
    "BalanceEx",
    "QueryOrders",
    "TradesHistory",
    "OHLC",
    "Ticker",
)


@dataclass
class Outcome:
    """How a story ended. ``broken`` is empty when every promise was kept."""

    seed: int
    broken: list[str]
    snapshot: Snapshot
    world: World
    acts: list[str] = field(default_factory=list)

    @property
    def journal(self) -> Path:
        """The last life's journal."""
        return self.world.disk.folder / "journal.sqlite"


async def story(seed: int, place: Path) -> Outcome:
    """Play it to the end."""
    return await _Story(seed, place).play()


class _Story:
    def __init__(self, seed: int, place: Path) -> None:
        self.chance = chance = Random(f"{seed}:story")
        rate = chance.choice((20.0, 40.0, 80.0))
        leverage = chance.choice((0, 2, 3))
        flip = Flip.ONE_ORDER if leverage and chance.random() < 0.3 else Flip.TWO_ORDERS
        settings = simulated_settings(rate, leverage=leverage, flip=flip)
        closes = wandering(seed, PAST + MINUTES * 4)
        self.world = World(
            seed, place, closes, past=PAST, rate=rate, settings=settings, keeps_durable=True,
            depth=Random(f"{seed}:depth").choice(DEPTHS),
        )  # fmt: skip
        self.seed = seed
        self.by_hand = False
        self.acts: list[str] = []

    async def play(self) -> Outcome:
        world = self.world
        with world.running():
            world.begin()
            await world.until(lambda: world.life.bot.state.phase is Phase.READY)
            for _ in range(self.chance.randint(*ACTS)):
                await world.passes(self.chance.uniform(5, MINUTES * 60 / ACTS[1]))
                await self._act()
            await self._calm()
            outcome = Outcome(self.seed, self._broken(), world.life.latest, world, self.acts)
            await world.life.stop()
        return outcome

    # -- trouble

    async def _act(self) -> None:
        kinds: list[Callable[[], Any]] = [
            self._strike_placing,
            self._strike_placing,
            self._strike_world,
            self._strike_read,
            self._storm,
            self._die,
            self._die_at_a_step,
            self._die_at_a_step,
            self._command,
        ]
        act = self.chance.choice(kinds)()
        if act is not None:
            await act

    def _strike_placing(self) -> None:
        rule = self.chance.choice(PLACING_FAULTS)
        on = self.chance.choice(("AddOrder", "AddOrder", "AddOrder", "CancelOrder"))
        self._script({**rule, "on": on, "count": self.chance.choice((1, 1, 2))})

    def _strike_world(self) -> None:
        self._script(self.chance.choice(WORLD_FAULTS))

    def _strike_read(self) -> None:
        fault = self.chance.choice(PLACING_FAULTS[4:12])
        self._script({**fault, "on": self.chance.choice(READS), "count": self.chance.randint(1, 6)})

    def _script(self, rule: dict[str, Any]) -> None:
        self.acts.append(f"{self._now()} {rule}")
        self.world.script(rule)

    async def _storm(self) -> None:
        weather = self.world.network.weather = Weather(
            latency_s=(0.005, self.chance.uniform(0.03, 1.5)),
            down=self.chance.random() < 0.3,
            refuse=self.chance.choice((0, 0.3)),
            cut_before=self.chance.choice((0, 0.3)),
            cut_after=self.chance.choice((0, 0.5)),
        )
        self.acts.append(f"{self._now()} {weather}")
        if weather.down:
            self.world.life.cut()
        await self.world.passes(self.chance.uniform(10, 200))
        self.world.network.weather = Weather()

    async def _die(self) -> None:
        if self.chance.random() < 0.3:
            self.acts.append(f"{self._now()} stop")
            await self.world.life.stop()
        else:
            self.acts.append(f"{self._now()} killed")
            await self.world.kill(power_loss=self.chance.random() < 0.5)
        await self._live_again()

    async def _die_at_a_step(self) -> None:
        step, power_loss = self.chance.choice(STEPS), self.chance.random() < 0.5

        def hook(at: str) -> None:
            if at == step:
                raise Killed

        self.world.life.hook = hook
        if await self.world.buried(self.chance.uniform(60, 240), power_loss=power_loss):
            self.acts.append(f"{self._now()} died at {step}{' in a power cut' * power_loss}")
            await self._live_again()
        else:
            self.world.life.hook = lambda _step: None

    async def _live_again(self) -> None:
        await self.world.passes(self.chance.choice((0, 1, 5, 40, 150)))
        self.world.begin()

    def _command(self) -> None:
        size = self.world.settings.trade_size
        side = self.chance.choice((Side.BUY, Side.SELL))
        price = None
        if self.chance.random() < 0.4 and (quote := self.world.life.latest.quote):
            price = quote.mid.quantize(Decimal("0.1")) - side.sign * self.chance.randint(-2, 30)
        commands: tuple[Command, ...] = (
            Pause(),
            Resume(),
            Resume(),
            Flatten(FREELY),
            CancelOrders(),
            Release(),
            Trade(side, size, price, FREELY),
            Trade(side, size, price, FREELY),
        )
        command = self.chance.choice(commands)
        self.by_hand |= isinstance(command, Trade)
        self.acts.append(f"{self._now()} {command}")
        self.world.life.command(command)

    # -- calm

    async def _calm(self) -> None:
        """All faults end; whoever is dead lives again; a person resumes what was halted."""
        world = self.world
        world.network.weather = Weather()
        world.box.faults.rules.clear()
        world.script(
            {"verb": "LAG_VIEW", "seconds": 0},
            {"verb": "STATUS", "value": "online"},
            {"verb": "WS", "kind": "OFF"},
        )
        if not world.life.is_alive:
            self.acts.append(f"{self._now()} ended by itself: {world.life.error}")
            await world.life.die()
            world.begin()
        for _ in range(3):
            await world.until(self._finished, CALM_S)
            self._settle()
            world.life.command(CancelOrders())
            world.life.command(Resume())
            await world.passes(world.rate)
            if await world.until(lambda: self._finished() and not self._broken(), CALM_S / 2):
                return

    def _settle(self) -> None:
        """A person looks at the exchange's own page for what the bot could not find out."""
        there = {order["cl_ord_id"] for order in self.world.truth()["orders"]}
        for order in self.world.life.bot.state.tracker.live():
            if order.state is OrderState.HALTED_UNKNOWN:
                cl_ord_id = order.intent.cl_ord_id
                self.world.life.command(Settle(cl_ord_id, exists=cl_ord_id in there))

    def _finished(self) -> bool:
        state = self.world.life.bot.state
        return state.phase is Phase.READY and not state.tracker.live()

    @property
    def _accepted(self) -> int:
        """How often a resume took the exchange's position for true; only the trade of others calls for it."""
        records = [record.body for life in self.world.lives for record in life.records]
        return sum(isinstance(body, Filled) and body.fill.txid == EXTERNAL for body in records)

    def _broken(self) -> list[str]:
        world, books = self.world, self.world.truth()
        most = world.settings.limits.max_position if self.by_hand else world.settings.trade_size
        found = audit.broken_promises(books, world.disk.folder / "journal.sqlite", most)
        if difference := audit.differs(books, world.life.latest):
            found.append(difference)
        if self._accepted and not any("liquidate" in act for act in self.acts):
            found.append("a difference had to be accepted though nobody else traded")
        if unfinished := [order for order in world.life.latest.orders if not order.state.is_final]:
            found.append(f"not finished: {[(order.state.value, order.reason) for order in unfinished]}")
        return found

    def _now(self) -> str:
        return f"{self.world.box.clock.now_ns() / 1e9 % 86_400:.1f}"
