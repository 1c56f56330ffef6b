"""The asynchronous loop around the pure core: carries events in and actions out.

It runs in a thread of its own with an event loop of its own. Nothing here decides anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

from tui_bot.engine.actions import (
    Action,
    Keep,
    PlaceOrder,
    candles_of,
    records_of,
)
from tui_bot.engine.bot import Bot
from tui_bot.engine.courier import Courier
from tui_bot.engine.events import (
    Broken,
    Event,
    NotSent,
    OrderAnswered,
    Recovered,
    StatusReported,
    Ticked,
)
from tui_bot.engine.keeper import Keeper, last_note
from tui_bot.engine.patience import patiently
from tui_bot.engine.ports import Clock, Exchange, Feed, Journal
from tui_bot.engine.reconcile import last_known
from tui_bot.engine.records import Record
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.engine.tasks import Tasks
from tui_bot.engine.view import View
from tui_bot.engine.watchdog import Watchdog
from tui_bot.market.order import Intent

T = TypeVar("T")

#: Seconds within which a change is published; an order on its way does not wait for a snapshot.
PUBLISH_S = 0.1

#: Seconds that a finished stop waits for requests under way.
DRAIN_S = 3.0


class Runner:
    """One bot, one exchange, one feed, one journal, one clock."""

    def __init__(
        self,
        bot: Bot,
        view: View,
        exchange: Exchange,
        feed: Feed,
        journal: Journal,
        clock: Clock,
        publish: Callable[[Snapshot], None],
        heard: Callable[[Record], None] = lambda _record: None,
    ) -> None:
        self.bot = bot
        self.view = view
        self.exchange = exchange
        self.feed = feed
        self.journal = journal
        self.clock = clock
        self.publish = publish
        self.heard = heard
        self._events: asyncio.Queue[Event] = asyncio.Queue(maxsize=10_000)
        self._tasks = Tasks(self._part_failed)
        self._courier = Courier(
            exchange, feed, clock, self._tasks, lambda event: self.emit(event), self._release
        )
        self._due: asyncio.TimerHandle | None = None
        self._stopping = asyncio.Event()
        self._keeper = Keeper(journal, bot.state, self.emit, clock.now_ms)

    def emit(self, event: Event) -> None:
        """Hand in an event from this loop; a full queue stops trading rather than growing."""
        try:
            self._events.put_nowait(event)
        except asyncio.QueueFull:
            self.bot.state.trouble = "the engine could not keep up with its events; it has stopped"
            self._stopping.set()

    def stop(self) -> None:
        """Ask ``run`` to end: nothing new is sent."""
        self._stopping.set()
        self.emit(Ticked(self.clock.now_ms()))

    async def run(self) -> None:
        """Recover, then handle events until stopped."""
        try:
            await self._recover()
            watchdog = Watchdog(self.clock, self.emit, self._courier.tell_budget)
            endless = self._listen(), watchdog.run(), self._keeper.tend()
            background = [self._tasks.spawn(work) for work in endless]
            await self._handle_events()
            for task in background:
                task.cancel()
            await self._drain()
        finally:
            await self._tasks.end()
            await self.exchange.close()

    # -- start ---------------------------------------------------------------------------------------

    async def _recover(self) -> None:
        """The one way to start: read the journal, ask the exchange, agree. It never trades."""
        self.bot.state.phase = Phase.RECOVERING
        self._publish()
        memory = self.journal.recall()
        rules = await self._patiently(self.exchange.rules)
        await self._patiently(self.exchange.measure_clock)
        status = await self._patiently(self.exchange.status)
        candles = await self._patiently(lambda: self.exchange.candles(self.bot.state.settings.interval))
        account = await self._patiently(self.exchange.account)
        since_ms = last_known(memory) or self.clock.now_ms()
        ended = await self._patiently(lambda: self.exchange.ended(since_ms))
        if self._stopping.is_set():
            return
        self.bot.state.trouble = ""
        now = self.clock.now_ms()
        self._handle(Recovered(now, rules, account, memory, candles, ended, self.view.values))
        self._handle(StatusReported(now, status.system, status.pair))

    async def _patiently(self, read: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """A read of the start, tried again while the trouble is a passing one; a stop ends the patience."""
        return await patiently(read, self._tell_trouble, self._stopping.is_set)

    def _tell_trouble(self, trouble: str) -> None:
        self.bot.state.trouble = trouble
        self._publish()

    # -- the loop ------------------------------------------------------------------------------------

    async def _handle_events(self) -> None:
        while not self._stopping.is_set():
            event = await self._events.get()
            self._handle(event)
            self._publish_soon()

    def _handle(self, event: Event) -> None:
        self._carry_out(self.bot.handle(event))

    def _carry_out(self, actions: Iterable[Action]) -> None:
        """Journal first, in one commit with the intents; only then does anything leave."""
        actions = list(actions)
        if self._stopping.is_set():
            actions = self._without_orders(actions, "the engine is stopping")
        records, candles = records_of(actions), candles_of(actions)
        if (records or candles) and not self._keeper.keep(records, candles):
            # Without a durable intent nothing is sent; what only reads or cancels still runs, and a flatten:
            # a person wants out, and its orders are kept in mind as long as we live (F91, I14).
            spared = [action for action in actions if _is_flatten(action)]
            rest = [action for action in actions if not _is_flatten(action)]
            actions = self._without_orders(rest, "the journal could not keep the intent") + spared
            records = []
        for action in actions:
            self._courier.carry(action)
        for record in records:
            self.heard(record)

    def _without_orders(self, actions: list[Action], reason: str) -> list[Action]:
        """The actions less the orders, which are answered: not sent."""
        for action in actions:
            if isinstance(action, PlaceOrder):
                answer = NotSent(reason)
                self.emit(OrderAnswered(self.clock.now_ms(), action.intent.cl_ord_id, answer))
        return [action for action in actions if not isinstance(action, PlaceOrder)]

    def _release(self, intent: Intent) -> str:
        """Asked by the sender at the last moment: other events were handled since the decision."""
        return "the engine is stopping" if self._stopping.is_set() else self.bot.release(intent)

    async def _listen(self) -> None:
        await self.feed.run(self.emit)
        raise RuntimeError("the feed ended by itself")

    # -- the end -------------------------------------------------------------------------------------

    def _part_failed(self, error: BaseException) -> None:
        reason = f"a part of the engine failed ({type(error).__name__}); trading stopped"
        self.emit(Broken(self.clock.now_ms(), reason))

    async def _drain(self) -> None:
        """Let orders under way be answered, so that the journal knows their fate if it can."""
        self.bot.state.phase = Phase.STOPPING
        self._publish()
        if self._courier.placing:
            await asyncio.wait(self._courier.placing, timeout=DRAIN_S)
        while not self._events.empty():
            self._handle(self._events.get_nowait())
        if self.bot.state.account is not None:
            self._carry_out([Keep(Record(self.clock.now_ms(), last_note(self.view.snapshot())))])
        self.bot.state.phase = Phase.STOPPED
        self._publish()

    def _publish_soon(self) -> None:
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(PUBLISH_S, self._publish)

    def _publish(self) -> None:
        self._due = None
        self.publish(self.view.snapshot())


def _is_flatten(action: Action) -> bool:
    return isinstance(action, PlaceOrder) and action.intent.is_flatten and not action.intent.opens
