"""The kill matrix: each step at which a process can end, each end, whatever is held (faults.md 2.6).

One case: hold a position, bring a step about, end the life just there (or cut its network), live again,
and let everything settle.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from tests.support.simulation import audit
from tests.support.simulation.network import Killed
from tests.support.simulation.tape import turns
from tests.support.simulation.world import World, simulated_settings
from tui_bot.engine.commands import CancelOrders, Command, Contract, Pause, Trade, Until
from tui_bot.engine.snapshot import Phase
from tui_bot.journal.database import connect
from tui_bot.market.order import Side

T = TypeVar("T")

_OPENING = "tui_bot.journal.sqlite_journal.connect"
_CREATION = "tui_bot.journal.database.secrets.token_hex"

PAST, RATE = 30, 40.0
SETTLE_S = 900.0

#: Exchange seconds that a late order takes: more than a start, less than its deadline.
LATE_S = 50
RELEASED = Contract(Until.RELEASED)


class End(Enum):
    """How a life ends at a step; a network that is cut ends nothing, it only falls silent."""

    SIGKILL = "SIGKILL"
    SIGTERM = "SIGTERM"
    POWER_LOSS = "power loss"
    NETWORK_CUT = "network cut"


class Held(Enum):
    """What the bot holds when the step comes."""

    FLAT = 0
    LONG = 1
    SHORT = -1


class Cause(Enum):
    """What brings a step about."""

    SIGNAL = "a signal"
    PARTIAL = "a signal whose order is executed in parts"
    CANCEL = "a person cancels a resting order"
    PAUSE = "a person pauses"
    OVERRIDE = "a person trades"
    START = "a start"
    BIRTH = "the first start of all"


Reached = Callable[[str], bool]


@dataclass(frozen=True)
class Step:
    """A step of faults.md 2.6; ``reached`` makes a fresh test of what the life's hook is told.

    An order that comes ``late`` is at the exchange only when the next life has read all it asks for.
    """

    name: str
    reached: Callable[[], Reached]
    cause: Cause = Cause.SIGNAL
    checkpoint: bool = False
    late: bool = False


def _at(start: str, kind: str = "", nth: int = 1) -> Callable[[], Reached]:
    def make() -> Reached:
        count = itertools.count(1)
        return lambda step: step.startswith(start) and kind in step and next(count) == nth

    return make


def _after(first: str, kind: str, then: str) -> Callable[[], Reached]:
    def make() -> Reached:
        seen: list[str] = []

        def reached(step: str) -> bool:
            if not seen and step.startswith(first) and kind in step:
                seen.append(step)
                return False
            return bool(seen) and step.startswith(then)

        return reached

    return make


STEPS: tuple[Step, ...] = (
    Step("before intent", _at("committing", "IntentMade")),
    Step("intent written, not synced", _at("written", "IntentMade")),
    Step("intent synced", _at("committed", "IntentMade")),
    Step("first request byte", _at("sent AddOrder")),
    Step("order still on its way when the next life has read", _at("sent AddOrder"), late=True),
    Step("last request byte", _at("applied AddOrder")),
    Step("answer received, not parsed", _at("answered AddOrder")),
    Step("answer parsed, not journaled", _at("told OrderAnswered")),
    Step("ack journaled", _at("committed OrderMoved")),
    Step("first partial fill event", _at("told Executed"), Cause.PARTIAL),
    Step("fill journaled", _at("committed", "Filled")),
    Step("cancel intent", _at("told Commanded"), Cause.CANCEL),
    Step("cancel sent", _at("sent CancelOrder"), Cause.CANCEL),
    Step("cancel answered", _at("answered CancelOrder"), Cause.CANCEL),
    Step("flip: close sent", _at("sent AddOrder")),
    Step(
        "flip: close confirmed, open not yet intended", _after("committed", "Filled", "told AccountReported")
    ),
    Step("flip: open sent", _at("sent AddOrder", nth=2)),
    Step("pause requested", _at("told Commanded"), Cause.PAUSE),
    Step("pause journaled", _at("committed", "RunChanged"), Cause.PAUSE),
    Step("override taken", _at("committed", "OverrideChanged"), Cause.OVERRIDE),
    Step("journal checkpoint", _at("committed", "IntentMade"), checkpoint=True),
    Step("lock acquired", _at("locked"), Cause.START),
    Step("schema migration", _at("migrating"), Cause.BIRTH),
    Step("recovery: rules", _at("sent AssetPairs"), Cause.START),
    Step("recovery: candles", _at("answered OHLC"), Cause.START),
    Step("recovery: account", _at("answered OpenPositions"), Cause.START),
    Step("recovery: balances", _at("answered BalanceEx"), Cause.START),
    Step("recovery: told", _at("committing", "Note"), Cause.START),
)

ELSEWHERE = {
    "config temp file written": "tests/unit/config/test_deaths.py",
    "config renamed": "tests/unit/config/test_deaths.py",
    "log rotation": "there is no log file; the journal is the only record, and it is not rotated",
}


@dataclass(frozen=True)
class Case:
    """One cell of the matrix."""

    step: Step
    end: End
    answer_lost: bool
    held: Held

    def __str__(self) -> str:
        answer = "answer lost" if self.answer_lost else "answer kept"
        return f"{self.step.name}, {self.end.value}, {answer}, {self.held.name.lower()}"


def cases() -> Iterator[Case]:
    """All of them; from flat there is nothing to flip."""
    for step, end, lost, held in itertools.product(STEPS, End, (False, True), Held):
        if held is not Held.FLAT or step.name != "flip: open sent":
            yield Case(step, end, lost, held)


@dataclass
class Verdict:
    """How a case ended. ``reached`` tells whether the step came at all."""

    reached: bool
    broken: list[str] = field(default_factory=list)


async def die(case: Case, place: Path) -> Verdict:
    """Play one case."""
    return await _Play(case, place).play()


class _Play:
    def __init__(self, case: Case, place: Path) -> None:
        self.case = case
        settings = simulated_settings(RATE, leverage=2)
        self.world = World(
            1, place, _closes(case.held), past=PAST, rate=RATE, settings=settings, keeps_durable=True
        )
        self.reached, self.reached_ms = False, 0
        self._is_reached = case.step.reached()

    async def play(self) -> Verdict:
        world, case = self.world, self.case
        with world.running(), ExitStack() as stack:
            if case.step.cause is Cause.BIRTH:
                stack.enter_context(patch(_CREATION, self._instead("migrating", _create)))
                self._begin_or_die()
            else:
                world.begin()
                await self._hold()
                await self._bring_about(stack)
            await self._end()
            return Verdict(self.reached, await self._settled())

    # -- before

    async def _hold(self) -> None:
        size = self.world.settings.trade_size * self.case.held.value
        state = self.world.life.bot.state
        held = await self.world.until(
            lambda: state.phase is Phase.READY and state.position.size == size and not state.tracker.live(),
            600,
        )
        assert held, f"never held {size}"
        if self.case.step.cause is Cause.CANCEL:
            quote = state.quote
            assert quote is not None
            limit = (quote.mid * Decimal("0.97")).quantize(Decimal("0.1"))
            self.world.life.command(Trade(Side.BUY, Decimal("0.001"), limit, RELEASED))
            rests = await self.world.until(lambda: any(order.txid for order in state.tracker.live()), 60)
            assert rests, "the order does not rest"

    async def _bring_about(self, stack: ExitStack) -> None:
        world, cause = self.world, self.case.step.cause
        if cause is Cause.START:
            await world.life.stop()
            self._arm_start(stack)
            return
        world.life.hook = self._hook
        self._lose_answers()
        commands: dict[Cause, Command] = {
            Cause.CANCEL: CancelOrders(),
            Cause.PAUSE: Pause(),
            Cause.OVERRIDE: Trade(Side.BUY, Decimal("0.001"), None, RELEASED),
        }
        if cause in commands:
            world.life.command(commands[cause])
        elif cause is Cause.PARTIAL:
            world.script({"verb": "FILL", "on": "AddOrder", "parts": 3, "count": 2})

    def _lose_answers(self) -> None:
        """Of the order or the cancel; where the step is its answer, of the look that follows."""
        if self.case.step.late:
            then = {"then": "drop"} if self.case.answer_lost else {}
            self.world.script({"verb": "ACCEPT_LATE", "on": "AddOrder", "seconds": LATE_S, **then})
            return
        if not self.case.answer_lost or self.case.step.name == "first request byte":
            return
        answered = "answered" in self.case.step.name or "answer received" in self.case.step.name
        for method in ("QueryOrders", "OpenOrders") if answered else ("AddOrder", "CancelOrder"):
            self.world.script({"verb": "ACCEPT_DROP", "on": method})

    def _arm_start(self, stack: ExitStack) -> None:
        if self.case.answer_lost:
            for method in ("AssetPairs", "OHLC", "OpenPositions"):
                self.world.script({"verb": "DROP_BEFORE", "on": method})
        if self.case.step.name == "lock acquired":
            stack.enter_context(patch(_OPENING, self._instead("locked", connect)))
        self._begin_or_die()

    def _instead(self, step: str, original: Callable[..., T]) -> Callable[..., T]:
        """A part of the life's beginning that may be its end."""

        def instead(*arguments: Any, **options: Any) -> T:
            first = not self.reached
            self._hook(step)
            if first and self.case.end is not End.NETWORK_CUT:
                self.world.disk.freeze()
                raise Killed
            return original(*arguments, **options)

        return instead

    def _begin_or_die(self) -> None:
        """A start that may not survive its own constructor."""
        try:
            self.world.begin(self._hook)
        except Killed:
            self.world.bury(power_loss=self.case.end is End.POWER_LOSS)

    # -- the step

    def _hook(self, step: str) -> None:
        if self.reached or not self._is_reached(step):
            return
        self.reached, self.reached_ms = True, self.world.box.clock.now_ns() // 1_000_000
        if self.case.step.checkpoint:
            self.world.life.journal.checkpoint()
        if self.case.step.name == "first request byte" and self.case.answer_lost:
            self.world.network.cut_next = True
        if self.case.end is End.NETWORK_CUT:
            self.world.network.weather.down = True
            for life in self.world.lives:
                life.cut()
        elif step in ("locked", "migrating"):
            return  # it has not begun to live: whatever ends it, ends it here
        elif self.case.end is End.SIGTERM:
            self.world.life.runner.stop()
        else:
            raise Killed

    # -- after

    async def _end(self) -> None:
        world, end = self.world, self.case.end
        came = await world.until(lambda: self.reached, 400)
        if not came:
            return
        if end is End.NETWORK_CUT:
            await world.passes(60)
            world.network.weather.down = False
        elif end is End.SIGTERM and world.lives:
            await world.life.stop()
        elif world.lives and world.life.is_buried:
            await world.kill(power_loss=end is End.POWER_LOSS)
        world.box.faults.rules.clear()
        if not (world.lives and world.life.is_alive):
            world.begin()

    async def _settled(self) -> list[str]:
        """It comes to rest by itself: a resume would take the exchange's view for true, whatever ours is."""
        settled = await self.world.until(lambda: self._finished() and not self._broken(), SETTLE_S)
        return [] if settled else self._broken() or ["did not settle"]

    def _finished(self) -> bool:
        state = self.world.life.bot.state
        resting = {order.txid for order in state.tracker.live() if order.intent.price is not None}
        return state.phase is Phase.READY and all(order.txid in resting for order in state.tracker.live())

    def _broken(self) -> list[str]:
        world, books = self.world, self.world.truth()
        by_hand = self.case.step.cause in (Cause.OVERRIDE, Cause.CANCEL)
        most = world.settings.trade_size * (2 if by_hand else 1)
        found = audit.broken_promises(books, world.disk.folder / "journal.sqlite", most)
        if difference := audit.differs(books, world.life.latest):
            found.append(difference)
        if self.case.step.late and self.case.end in (End.SIGKILL, End.POWER_LOSS):
            found += self._came_too_early(books)
        return found

    def _came_too_early(self, books: audit.Books) -> list[str]:
        """A late order that the start still saw would prove nothing."""
        read_ms = self.world.life.records[0].at_ms
        came = [order["opentm_ms"] for order in books["orders"] if order["opentm_ms"] >= self.reached_ms]
        return [] if came and min(came) > read_ms else ["it came before the start had read"]


def _create(size: int) -> str:
    return "d" * 2 * size


def _closes(held: Held) -> list[int]:
    """A market whose signals make the bot hold what it should, and then bring the next signal."""
    if held is Held.FLAT:
        return turns(PAST + 4, 6, 30)
    if held is Held.LONG:
        return turns(PAST + 2, 5, 6, 30)
    return [2 * 600_000 - close for close in turns(PAST + 2, 5, 6, 30)]
