"""What the bot asks of the exchange, carried there, and the answers carried back as events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from tui_bot.engine.actions import (
    Action,
    CancelOrder,
    LookUp,
    MeasureClock,
    PlaceOrder,
    ReadAccount,
    ReadRules,
    ReadStream,
)
from tui_bot.engine.events import (
    AccountReported,
    AccountUnread,
    BudgetReported,
    CancelAnswered,
    ClockMeasured,
    Event,
    LookedUp,
    LookUpFailed,
    OrderAnswered,
    RulesReported,
)
from tui_bot.engine.gauge import Gauge
from tui_bot.engine.ports import Clock, Exchange, ExchangeError, Feed
from tui_bot.engine.tasks import Tasks
from tui_bot.market.order import Intent, Order


class Courier:
    """Each errand is a task of its own; none of them decides anything.

    ``release`` is asked right before an order leaves: its text is why it does not.
    """

    def __init__(
        self,
        exchange: Exchange,
        feed: Feed,
        clock: Clock,
        tasks: Tasks,
        emit: Callable[[Event], None],
        release: Callable[[Intent], str],
    ) -> None:
        self._exchange = exchange
        self._feed = feed
        self._clock = clock
        self._tasks = tasks
        self._emit = emit
        self._release = release
        self.placing: set[asyncio.Task[None]] = set()
        self._looking: set[str] = set()
        self._account_read: asyncio.Task[None] | None = None
        self._account_moved = False
        self._ended_since: int | None = None
        self._gauges: tuple[Gauge, Gauge] | None = None

    def carry(self, action: Action) -> None:
        """Set out for one of them; what is only to be kept is not an errand."""
        match action:
            case PlaceOrder(intent):
                task = self._tasks.spawn(self._place(intent))
                self.placing.add(task)
                task.add_done_callback(self.placing.discard)
            case CancelOrder(txid):
                self._tasks.spawn(self._cancel(txid))
            case LookUp(order):
                self._set_out_for(order)
            case ReadAccount(since_ms):
                self._set_out_for_account(since_ms)
            case ReadStream():
                self._feed.read_account_again()
            case ReadRules():
                self._tasks.spawn(self._read_rules())
            case MeasureClock():
                self._tasks.spawn(self._measure_clock())
            case _:
                pass

    def tell_budget(self) -> None:
        """What of the exchange's allowance is used, if that has changed."""
        gauges = self._exchange.gauges()
        if gauges != self._gauges:
            self._gauges = gauges
            self._emit(BudgetReported(self._clock.now_ms(), *gauges))

    # -- orders

    async def _place(self, intent: Intent) -> None:
        left_ms: list[int] = []

        def release() -> str:
            objection = self._release(intent)
            left_ms[:] = [] if objection else [self._clock.now_ms()]
            return objection

        answer = await self._exchange.place(intent, release)
        self.tell_budget()
        sent_ms = left_ms[0] if left_ms else 0
        self._emit(OrderAnswered(self._clock.now_ms(), intent.cl_ord_id, answer, sent_ms))

    async def _cancel(self, txid: str) -> None:
        error = await self._exchange.cancel(txid)
        self.tell_budget()
        self._emit(CancelAnswered(self._clock.now_ms(), txid, error))

    def _set_out_for(self, order: Order) -> None:
        """One look at a time for one order: a slow exchange must not pile them up."""
        if order.intent.cl_ord_id not in self._looking:
            self._looking.add(order.intent.cl_ord_id)
            self._tasks.spawn(self._look_up(order))

    async def _look_up(self, order: Order) -> None:
        cl_ord_id = order.intent.cl_ord_id
        try:
            finding = await self._exchange.look_up(order)
        except ExchangeError as error:
            self._emit(LookUpFailed(self._clock.now_ms(), cl_ord_id, str(error)))
        else:
            self._emit(LookedUp(self._clock.now_ms(), cl_ord_id, finding.report, finding.fills))
        finally:
            self._looking.discard(cl_ord_id)

    # -- reads

    def _set_out_for_account(self, since_ms: int | None) -> None:
        self._account_moved = True
        self._ended_since = since_ms if self._ended_since is None else self._ended_since
        if self._account_read is None or self._account_read.done():
            self._account_read = self._tasks.spawn(self._read_account())

    async def _read_account(self) -> None:
        """Read, and read again if that was asked for meanwhile: the answer may be older than the wish."""
        while self._account_moved:
            self._account_moved = False
            since_ms, self._ended_since = self._ended_since, None
            try:
                account = await self._exchange.account()
                ended = None if since_ms is None else await self._exchange.ended(since_ms)
            except ExchangeError as error:
                self._emit(AccountUnread(self._clock.now_ms(), str(error), not error.retryable))
            else:
                self._emit(AccountReported(self._clock.now_ms(), account, ended))

    async def _read_rules(self) -> None:
        with suppress(ExchangeError):
            self._emit(RulesReported(self._clock.now_ms(), await self._exchange.rules()))

    async def _measure_clock(self) -> None:
        with suppress(ExchangeError):  # the feed measures now and then anyway
            offset_ms = await self._exchange.measure_clock()
            self._emit(ClockMeasured(self._clock.now_ms(), offset_ms))
