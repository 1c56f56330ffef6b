"""The loop around the core: the journal before the wire, nothing after a stop, no death in silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from tests.support.market import RULES, candle, candles
from tests.support.model import HISTORY, Exchange, turning_settings
from tui_bot.engine.bot import Bot
from tui_bot.engine.commands import Contract, Pause, Trade, Until
from tui_bot.engine.events import (
    Account,
    Acked,
    Answer,
    CandleClosed,
    ClockMeasured,
    Commanded,
    Event,
    NotSent,
    OrderAnswered,
    Quote,
    Quoted,
    Remarked,
)
from tui_bot.engine.gauge import Gauge
from tui_bot.engine.memory import Memory, Run
from tui_bot.engine.ports import Counters, ExchangeError, Finding, JournalError, Status
from tui_bot.engine.records import DecisionMade, IntentMade, Note, OrderMoved, Record
from tui_bot.engine.runner import Runner
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.engine.view import View
from tui_bot.market.candle import Candle
from tui_bot.market.order import Intent, Order, OrderReport, OrderState, Side
from tui_bot.market.pair import PairRules

pytestmark = pytest.mark.anyio

BUYING = Trade(Side.BUY, Decimal("0.001"), None, Contract(Until.RELEASED))


@dataclass
class Wire:
    """An exchange behind a port; every call is written down."""

    exchange: Exchange
    calls: list[str] = field(default_factory=list)
    placed: list[Intent] = field(default_factory=list)
    faults: list[ExchangeError] = field(default_factory=list)
    surprise: str = ""
    gate: asyncio.Event | None = None
    looking: int = 0
    closed: bool = False

    async def rules(self) -> PairRules:
        if self.faults:
            raise self.faults.pop()
        return RULES

    async def status(self) -> Status:
        return Status("online", "online")

    async def candles(self, interval: int) -> tuple[Candle, ...]:
        return tuple(candles(HISTORY))

    async def account(self) -> Account:
        self.calls.append("account")
        if self.gate is not None:
            await self.gate.wait()
        return self.exchange.account()

    async def place(self, intent: Intent, release: Callable[[], str]) -> Answer:
        if objection := release():
            return NotSent(objection)
        self.calls.append("place")
        self.placed.append(intent)
        if self.surprise == "place":
            raise ZeroDivisionError
        if self.gate is not None:
            await self.gate.wait()
        txid = self.exchange.accept(intent)
        self.exchange.execute(intent.cl_ord_id)
        return Acked(txid)

    async def ended(self, since_ms: int) -> tuple[OrderReport, ...]:
        self.calls.append("ended")
        return ()

    async def cancel(self, txid: str) -> str:
        return self.exchange.cancel(txid)

    async def look_up(self, order: Order) -> Finding:
        self.calls.append("look up")
        self.looking += 1
        assert self.looking == 1, "one look at a time for one order"
        await asyncio.sleep(0)
        self.looking -= 1
        return Finding(*self.exchange.find(order.intent.cl_ord_id))

    async def measure_clock(self) -> int:
        return 0

    def gauges(self) -> tuple[Gauge, Gauge]:
        orders = Gauge("orders", float(len(self.placed)), 0, 60, 1.0, 9)
        return Gauge("api", float(self.calls.count("account")), 0, 15, 0.33, 8), orders

    async def close(self) -> None:
        self.closed = True


@dataclass
class Paper:
    """A journal in memory that can fail from a given kind of entry on."""

    log: list[str]
    records: list[Record] = field(default_factory=list)
    failing: type | None = None
    candles: list[tuple[tuple[type, ...], tuple[Candle, ...]]] = field(default_factory=list)
    trouble: str = ""
    space: bool = False

    def tend(self) -> None:
        if self.space:
            self.trouble = ""

    def recall(self) -> Memory:
        return Memory("runner")

    def write(self, records: Sequence[Record], candles: Sequence[Candle] = ()) -> None:
        if self.failing and any(isinstance(record.body, self.failing) for record in records):
            raise JournalError("disk full")
        self.log.append("write")
        self.records.extend(records)
        if candles:
            self.candles.append((tuple(type(record.body) for record in records), tuple(candles)))

    def close(self) -> None:
        self.log.append("closed")


@dataclass
class Clock:
    """Exchange time that stands still unless moved."""

    ms: int
    rate: float = 1.0

    def now_ms(self) -> int:
        return self.ms

    def counters(self) -> Counters:
        return Counters(0, 0, 0)

    async def sleep_until(self, at_ms: int) -> None:
        self.ms = max(self.ms, at_ms)


class Feed:
    """Emits what it was given, then waits, ends or dies."""

    def __init__(self, *events: Event, then: str = "wait") -> None:
        self.events = events
        self.then = then
        self.asked_again = 0

    async def run(self, emit: Callable[[Event], None]) -> None:
        for event in self.events:
            emit(event)
        if self.then == "die":
            raise ZeroDivisionError
        if self.then == "wait":
            await asyncio.Event().wait()

    def read_account_again(self) -> None:
        self.asked_again += 1


class House:
    """A runner with everything around it."""

    def __init__(self, *events: Event, then: str = "wait", memory_fails: type | None = None) -> None:
        exchange = Exchange(now_ms=candle(len(HISTORY), 1).begin * 1000)
        self.clock = Clock(exchange.now_ms)
        self.wire = Wire(exchange)
        self.journal = Paper(self.wire.calls, failing=memory_fails)
        self.bot = Bot(turning_settings())
        self.snapshots: list[Snapshot] = []
        self.heard: list[Record] = []
        self.runner = Runner(
            self.bot, View(self.bot.state, "demo", 1), self.wire, Feed(*events, then=then), self.journal,
            self.clock, self.snapshots.append, self.heard.append,
        )  # fmt: skip

    @property
    def now(self) -> int:
        return self.clock.ms

    def market(self) -> list[Event]:
        """A measured clock and a quote: what an entry needs."""
        price = HISTORY[-1]
        return [ClockMeasured(self.now, 0), Quoted(self.now, Quote(price, price, price, self.now))]

    def signal(self) -> list[Event]:
        """A candle that turns the average up."""
        self.clock.ms += 60_000
        closed = candle(len(HISTORY), HISTORY[-2] + 100)
        return [*self.market(), CandleClosed(self.now, closed)]

    async def run(self, *events: Event, turns: int = 60) -> None:
        """Run, hand in events, let everything settle, stop."""
        for event in events:
            self.runner.emit(event)
        running = self.start()
        await settle(turns)
        self.runner.stop()
        await running

    def start(self) -> asyncio.Task[None]:
        """Run, and go on."""
        return asyncio.create_task(self.runner.run())

    def notes(self) -> str:
        return "\n".join(record.body.text for record in self.journal.records if isinstance(record.body, Note))


async def settle(turns: int = 60) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)


async def settle_until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come to that in five seconds")


async def test_i1_the_intent_is_written_before_the_order_leaves() -> None:
    house = House()
    await house.run(*house.signal())
    calls = [call for call in house.wire.calls if call in ("write", "place")]
    before = calls[: calls.index("place")]
    assert before[-1] == "write"
    kinds = [type(record.body) for record in house.journal.records]
    assert kinds.index(IntentMade) < kinds.index(OrderMoved)
    assert house.bot.state.position.size == Decimal("0.001")
    assert [record.body for record in house.heard] == [record.body for record in house.journal.records]


async def test_the_closed_candles_are_kept_with_what_was_decided_on_them() -> None:
    house = House()
    await house.run(*house.signal())
    (_, known), (kinds, closed) = house.journal.candles
    assert known == tuple(candles(HISTORY))
    assert closed == (candle(len(HISTORY), HISTORY[-2] + 100),)
    assert {DecisionMade, IntentMade} <= set(kinds)


async def test_a_corrected_candle_is_kept_again_and_the_same_one_is_not() -> None:
    house = House()
    *market, closed = house.signal()
    assert isinstance(closed, CandleClosed)
    corrected = replace(closed, candle=replace(closed.candle, trades=closed.candle.trades + 1))
    await house.run(*market, closed, closed, corrected)
    assert [kept for _, kept in house.journal.candles[1:]] == [(closed.candle,), (corrected.candle,)]


async def test_f18_f91_without_a_kept_intent_nothing_is_sent_and_trading_stops() -> None:
    house = House(memory_fails=IntentMade)
    await house.run(*house.signal())
    assert house.wire.placed == []
    assert house.bot.state.run.run is Run.HALTED
    assert house.bot.state.trouble == "JOURNAL FAILED, trading stopped: disk full"
    assert [order.state for order in house.bot.state.tracker.orders.values()] == [OrderState.NOT_SENT]


async def test_f18_a_journal_that_fails_after_the_send_stops_trading_and_keeps_the_order_in_mind() -> None:
    house = House(memory_fails=OrderMoved)
    await house.run(*house.signal())
    assert len(house.wire.placed) == 1
    assert house.bot.state.run.run is Run.HALTED
    assert house.bot.state.position.size == Decimal("0.001")


async def test_f18_a_journal_failure_halts_also_after_a_trouble_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = House(memory_fails=IntentMade)
    house.wire.faults.append(ExchangeError("HTTP 520", retryable=True))
    naps: list[float] = []
    real_sleep = asyncio.sleep

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await real_sleep(0)

    monkeypatch.setattr("tui_bot.engine.runner.asyncio.sleep", nap)
    await house.run(*house.signal(), turns=100)
    assert 0.2 in naps
    assert house.bot.state.run.run is Run.HALTED
    assert "JOURNAL FAILED" in house.bot.state.trouble
    assert any("trying again" in snapshot.trouble for snapshot in house.snapshots)


async def test_a_start_that_cannot_succeed_raises_and_sends_nothing() -> None:
    house = House()
    house.wire.faults.append(ExchangeError("EAPI:Invalid key", retryable=False))
    with pytest.raises(ExchangeError, match="Invalid key"):
        await house.runner.run()
    assert house.wire.placed == []
    assert house.wire.closed


@pytest.mark.parametrize(("then", "what"), [("die", "ZeroDivisionError"), ("end", "RuntimeError")])
async def test_i25_a_feed_that_dies_or_ends_halts(then: str, what: str) -> None:
    house = House(then=then)
    await house.run(*house.signal())
    assert house.bot.state.run.run is Run.HALTED
    assert what in house.bot.state.run.reason


async def test_i25_f10_a_surprise_while_placing_halts_and_the_order_is_looked_for() -> None:
    house = House()
    house.wire.surprise = "place"
    await house.run(*house.signal())
    assert house.bot.state.run.run is Run.HALTED
    order = next(iter(house.bot.state.tracker.orders.values()))
    assert not order.state.is_final


async def test_commands_given_before_the_start_are_heard_after_recovery_and_in_order() -> None:
    house = House()
    remarks = [Remarked(house.now, "info", f"number {number}") for number in range(5)]
    await house.run(Commanded(house.now, Pause()), *remarks)
    assert house.bot.state.run.run is Run.PAUSED
    texts = house.notes().splitlines()
    assert texts[0].startswith("first start")
    assert [text for text in texts if text.startswith("number")] == [f"number {n}" for n in range(5)]


@pytest.mark.parametrize("by_hand", [False, True])
async def test_after_stop_no_order_leaves_and_it_is_known_as_not_sent(by_hand: bool) -> None:
    house = House()
    running = asyncio.create_task(house.runner.run())
    await settle()
    wish = [*house.market(), Commanded(house.now, BUYING)] if by_hand else house.signal()
    for event in wish:
        house.runner.emit(event)
    house.runner.stop()
    await running
    assert house.wire.placed == []
    states = [order.state for order in house.bot.state.tracker.orders.values()]
    assert states == ([OrderState.NOT_SENT] if by_hand else [])
    assert not any(isinstance(record.body, IntentMade) for record in house.journal.records)


async def test_stop_waits_for_an_order_under_way_and_keeps_its_answer() -> None:
    house = House()
    running = asyncio.create_task(house.runner.run())
    await settle()
    house.wire.gate = asyncio.Event()
    for event in house.signal():
        house.runner.emit(event)
    await settle()
    assert len(house.wire.placed) == 1
    house.runner.stop()
    await settle()
    assert not running.done()
    house.wire.gate.set()
    await running
    moved = [record.body.order for record in house.journal.records if isinstance(record.body, OrderMoved)]
    assert moved[0].state is OrderState.OPEN
    assert house.snapshots[-1].phase is Phase.STOPPED
    assert house.wire.closed


async def test_an_account_that_is_asked_for_while_it_is_read_is_read_once_more() -> None:
    house = House()
    running = asyncio.create_task(house.runner.run())
    await settle()
    house.wire.gate = gate = asyncio.Event()
    before = house.wire.calls.count("account")
    for _ in range(4):
        house.bot.desk.read_account()
        house.runner.emit(Remarked(house.now, "info", "x"))
        await settle(5)
    assert house.wire.calls.count("account") == before + 1
    gate.set()
    await settle()
    assert house.wire.calls.count("account") == before + 2
    house.runner.stop()
    await running


async def test_a_flood_that_fills_the_queue_stops_instead_of_growing() -> None:
    house = House()
    for _ in range(10_001):
        house.runner.emit(Remarked(house.now, "info", "x"))
    assert "could not keep up" in house.bot.state.trouble
    await asyncio.wait_for(house.runner.run(), 30)
    assert "could not keep up" in house.bot.state.trouble
    assert house.wire.placed == []


async def test_a_trade_by_hand_goes_the_same_way() -> None:
    house = House()
    await house.run(*house.market(), Commanded(house.now, BUYING))
    assert [intent.side for intent in house.wire.placed] == [Side.BUY]
    assert house.snapshots[-1].position.size == Decimal("0.001")


async def test_f41_what_an_order_uses_of_the_allowance_is_told_before_its_answer() -> None:
    house = House()
    told: list[float | None] = []
    answered = house.bot.desk.on_answer

    def listen(event: OrderAnswered) -> None:
        told.append(house.bot.state.order_budget.level if house.bot.state.order_budget else None)
        answered(event)

    house.bot._handlers[OrderAnswered] = listen
    await house.run(*house.market(), Commanded(house.now, BUYING))
    assert told == [1.0]
    assert house.snapshots[-1].order_budget is not None


async def test_snapshots_tell_the_phases_of_a_life() -> None:
    house = House()
    await house.run()
    phases = list(dict.fromkeys(snapshot.phase for snapshot in house.snapshots))
    assert phases[0] is Phase.RECOVERING
    assert phases[-2:] == [Phase.STOPPING, Phase.STOPPED]
