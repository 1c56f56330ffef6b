"""The asynchronous loop around the pure core: carries events in and actions out.

It runs in a thread of its own with an event loop of its own. Nothing here decides anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from tui_bot.engine.actions import (
    Action,
    CancelOrder,
    Keep,
    KeepCandles,
    LookUp,
    MeasureClock,
    PlaceOrder,
    ReadAccount,
    ReadRules,
    ReadStream,
    candles_of,
    records_of,
)
from tui_bot.engine.bot import Bot
from tui_bot.engine.events import (
    AccountReported,
    AccountUnread,
    Broken,
    BudgetReported,
    CancelAnswered,
    ClockMeasured,
    Event,
    LookedUp,
    LookUpFailed,
    NotSent,
    OrderAnswered,
    Recovered,
    RulesReported,
    StatusReported,
    Ticked,
)
from tui_bot.engine.gauge import Gauge
from tui_bot.engine.keeper import Keeper, last_note
from tui_bot.engine.patience import patiently
from tui_bot.engine.ports import Clock, Exchange, ExchangeError, Feed, Journal
from tui_bot.engine.reconcile import last_known
from tui_bot.engine.records import Record
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.engine.tasks import Tasks
from tui_bot.engine.view import View
from tui_bot.engine.watchdog import Watchdog
from tui_bot.market.order import Intent, Order

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
        self._placing: set[asyncio.Task[None]] = set()
        self._due: asyncio.TimerHandle | None = None
        self._account_read: asyncio.Task[None] | None = None
        self._account_moved = False
        self._ended_since: int | None = None
        self._looking: set[str] = set()
        self._gauges: tuple[Gauge, Gauge] | None = None
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
            watchdog = Watchdog(self.clock, self.emit, self._tell_budget)
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
        self._handle(Recovered(now, rules, account, memory, candles, ended))
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
            self._do(action)
        for record in records:
            self.heard(record)

    def _without_orders(self, actions: list[Action], reason: str) -> list[Action]:
        """The actions less the orders, which are answered: not sent."""
        for action in actions:
            if isinstance(action, PlaceOrder):
                answer = NotSent(reason)
                self.emit(OrderAnswered(self.clock.now_ms(), action.intent.cl_ord_id, answer))
        return [action for action in actions if not isinstance(action, PlaceOrder)]

    def _do(self, action: Action) -> None:
        match action:
            case PlaceOrder(intent):
                task = self._tasks.spawn(self._place(intent))
                self._placing.add(task)
                task.add_done_callback(self._placing.discard)
            case CancelOrder(txid):
                self._tasks.spawn(self._cancel(txid))
            case LookUp(order):
                if order.intent.cl_ord_id not in self._looking:
                    self._looking.add(order.intent.cl_ord_id)
                    self._tasks.spawn(self._look_up(order))
            case ReadAccount(since_ms):
                self._account_moved = True
                self._ended_since = since_ms if self._ended_since is None else self._ended_since
                if self._account_read is None or self._account_read.done():
                    self._account_read = self._tasks.spawn(self._read_account())
            case ReadStream():
                self.feed.read_account_again()
            case ReadRules():
                self._tasks.spawn(self._read_rules())
            case MeasureClock():
                self._tasks.spawn(self._measure_clock())
            case Keep() | KeepCandles():
                pass

    # -- what leaves -------------------------------------------------------------------------------

    async def _place(self, intent: Intent) -> None:
        left_ms: list[int] = []

        def release() -> str:
            objection = self._release(intent)
            left_ms[:] = [] if objection else [self.clock.now_ms()]
            return objection

        answer = await self.exchange.place(intent, release)
        self._tell_budget()
        sent_ms = left_ms[0] if left_ms else 0
        self.emit(OrderAnswered(self.clock.now_ms(), intent.cl_ord_id, answer, sent_ms))

    def _release(self, intent: Intent) -> str:
        """Asked by the sender at the last moment: other events were handled since the decision."""
        return "the engine is stopping" if self._stopping.is_set() else self.bot.release(intent)

    async def _cancel(self, txid: str) -> None:
        error = await self.exchange.cancel(txid)
        self._tell_budget()
        self.emit(CancelAnswered(self.clock.now_ms(), txid, error))

    async def _look_up(self, order: Order) -> None:
        """One look at a time for one order: a slow exchange must not pile them up."""
        cl_ord_id = order.intent.cl_ord_id
        try:
            finding = await self.exchange.look_up(order)
        except ExchangeError as error:
            self.emit(LookUpFailed(self.clock.now_ms(), cl_ord_id, str(error)))
        else:
            self.emit(LookedUp(self.clock.now_ms(), cl_ord_id, finding.report, finding.fills))
        finally:
            self._looking.discard(cl_ord_id)

    async def _read_account(self) -> None:
        """Read, and read again if that was asked for meanwhile: the answer may be older than the wish."""
        while self._account_moved:
            self._account_moved = False
            since_ms, self._ended_since = self._ended_since, None
            try:
                account = await self.exchange.account()
                ended = None if since_ms is None else await self.exchange.ended(since_ms)
            except ExchangeError as error:
                self.emit(AccountUnread(self.clock.now_ms(), str(error), not error.retryable))
            else:
                self.emit(AccountReported(self.clock.now_ms(), account, ended))

    async def _read_rules(self) -> None:
        with suppress(ExchangeError):
            self.emit(RulesReported(self.clock.now_ms(), await self.exchange.rules()))

    async def _measure_clock(self) -> None:
        with suppress(ExchangeError):  # the feed measures now and then anyway
            offset_ms = await self.exchange.measure_clock()
            self.emit(ClockMeasured(self.clock.now_ms(), offset_ms))

    async def _listen(self) -> None:
        await self.feed.run(self.emit)
        raise RuntimeError("the feed ended by itself")

    def _tell_budget(self) -> None:
        gauges = self.exchange.gauges()
        if gauges != self._gauges:
            self._gauges = gauges
            self.emit(BudgetReported(self.clock.now_ms(), *gauges))

    # -- the end -------------------------------------------------------------------------------------

    def _part_failed(self, error: BaseException) -> None:
        reason = f"a part of the engine failed ({type(error).__name__}); trading stopped"
        self.emit(Broken(self.clock.now_ms(), reason))

    async def _drain(self) -> None:
        """Let orders under way be answered, so that the journal knows their fate if it can."""
        self.bot.state.phase = Phase.STOPPING
        self._publish()
        if self._placing:
            await asyncio.wait(self._placing, timeout=DRAIN_S)
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
