"""The account as events: orders, executions and moves of money, pushed over the private connection.

Reading over REST goes on whatever happens here, so that all this can do is to tell sooner.
Source: Kraken API Center, "Executions", "Balances", and the guide to reconnecting.
"""

from __future__ import annotations

import asyncio
import math
import random
from typing import NoReturn, Protocol

from tui_bot.engine.events import (
    Reconnected,
)
from tui_bot.engine.news import AccountSource, BalanceMoved, Executed, OrderReported, StreamRead
from tui_bot.engine.ports import Clock, ExchangeError
from tui_bot.kraken.dial import Dropped, checked_websocket
from tui_bot.kraken.executions import PushedExecution
from tui_bot.kraken.frames import Acknowledged, Data
from tui_bot.kraken.ordertable import OrderTable, Unjoined
from tui_bot.kraken.polling import Emit
from tui_bot.kraken.redial import Connects, Redial
from tui_bot.kraken.socket import Conversation, Subscription, converse
from tui_bot.market.pair import PairRules

PUSH, POLL = "push", "poll"
EXECUTIONS, BALANCES = "executions", "balances"

_NO_RIGHT = "EGeneral:Permission denied"


class Account(Protocol):
    """What the stream needs of the REST side, and tells it; the reads raise ``ExchangeError``."""

    async def stream_token(self) -> str:
        """A fresh token."""
        ...

    async def pair(self) -> PairRules:
        """The pair's rules as last read."""
        ...

    def hear_order_count(self, count: int) -> None:
        """So high stands the counter of the pair's orders at Kraken now."""
        ...

    def hear_order_limit(self, most: int) -> None:
        """So high it may rise."""
        ...


class PrivateStream:
    """``engine.ports.Feed`` of the account, over one private connection.

    ``url`` is Kraken's own private address or a box's; ``connects`` is shared with the market's stream.

    Raises:
        ValueError: the address is not one that may be connected to.
    """

    def __init__(
        self,
        account: Account,
        clock: Clock,
        chance: random.Random,
        url: str,
        connects: Connects,
        proxy: str | None = None,
    ) -> None:
        self._account = account
        self._clock = clock
        self._url, self._proxy = checked_websocket(url), proxy
        self._redial = Redial(chance, connects)
        self._emit: Emit = lambda _event: None
        self._table: OrderTable | None = None
        self._conversation: Conversation | None = None
        self._numbers: dict[str, int] = {}
        self._flowing_s: float | None = None
        self._flowed_before = False
        self._asked_again = False
        self._source = POLL
        self._trouble = ""

    async def run(self, emit: Emit) -> NoReturn:
        """Emit events until cancelled."""
        self._emit = emit
        now_s = asyncio.get_running_loop().time
        while True:
            self._flowing_s = None
            try:
                await self._converse()
            except Dropped as drop:
                pause_s = self._redial.pause_s(drop, self._flowed_s(), now_s())
                self._tell_drop(drop)
            self._conversation = None
            self._numbers.clear()
            await asyncio.sleep(pause_s)

    def read_account_again(self) -> None:
        """Subscribe anew: that brings a snapshot, or shows that the stream is dead."""
        self._asked_again = True
        if self._conversation is not None:
            self._conversation.doubt(EXECUTIONS)

    # -- the connection

    async def _converse(self) -> NoReturn:
        """One connection, with a token of its own (F62)."""
        try:
            if self._table is None:
                self._table = OrderTable(await self._account.pair())
            token = await self._account.stream_token()
        except ExchangeError as fault:
            raise Dropped(f"no token for it: {fault}", lasting=not fault.retryable) from None
        self._redial.dialled(asyncio.get_running_loop().time())
        await converse(self._url, _subscriptions(token), self, self._begin, self._proxy)

    def _flowed_s(self) -> float:
        """For how long this connection has been of use."""
        return 0.0 if self._flowing_s is None else asyncio.get_running_loop().time() - self._flowing_s

    def _begin(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def _tell_drop(self, drop: Dropped) -> None:
        """Trouble is told when it begins and when it changes; looking again goes on quietly."""
        reason = f"the account's stream is away: {drop}; orders and balances are read instead"
        if _NO_RIGHT in str(drop):
            reason = (
                "this API key may not use the account's stream; orders and balances are read instead. "
                "To have it, give the key the right to access the WebSockets API"
            )
        tries = self._redial.failures
        seldom = drop.lasting or tries & (tries - 1) == 0
        if self._source == PUSH or (seldom and reason != self._trouble):
            self._name_source(POLL, reason)

    # -- what is pushed

    def on_data(self, data: Data) -> None:
        """Rows of a subscription. A message that is missing before them is asked for with a new snapshot."""
        self._count(data)
        if data.channel == EXECUTIONS:
            self._on_executions(data)
        elif data.channel == BALANCES and not data.snapshot:
            self._emit(BalanceMoved(self._clock.now_ms()))

    def on_system(self, system: str) -> None:
        """The market's stream tells of it."""

    def on_silence(self) -> None:
        """The connection may be dead."""
        if self._source == PUSH:
            self._name_source(POLL, "the account's stream is silent; orders and balances are read instead")

    def on_return(self) -> None:
        """It lives. That nothing was lost, the numbers of its messages tell."""
        if self._flowing_s is not None:
            self._name_source(PUSH, "the account's stream is back")

    def on_accepted(self, answer: Acknowledged) -> None:
        """Kraken names what the counter of a pair's orders may reach."""
        if answer.most_rate_count is not None:
            self._account.hear_order_limit(answer.most_rate_count)

    def on_refused(self, channel: str, reason: str) -> None:
        """Both channels are vital."""

    def _on_executions(self, data: Data) -> None:
        if data.snapshot:
            self._flow()
        for row in data.rows:
            if isinstance(row, PushedExecution):
                self._on_row(row, fresh=not data.snapshot)
        if data.snapshot:
            self._emit(StreamRead(self._clock.now_ms()))

    def _on_row(self, row: PushedExecution, *, fresh: bool) -> None:
        if self._table is None:
            return
        try:
            told = self._table.take(row)
        except Unjoined:
            self._doubt(EXECUTIONS)
            return
        now_ms = self._clock.now_ms()
        if fresh and row.rate_count is not None and (told.fill or told.report):
            self._account.hear_order_count(row.rate_count)
        if told.fill is not None:
            self._emit(Executed(now_ms, told.fill, told.cl_ord_id))
        if told.report is not None:
            self._emit(OrderReported(now_ms, told.report))

    def _count(self, data: Data) -> None:
        """A gap in a subscription's numbers is news lost (F60); numbers begin anew with a snapshot."""
        if data.sequence is None:
            return
        last = self._numbers.get(data.channel)
        if not data.snapshot and last is not None and data.sequence > last + 1:
            self._doubt(data.channel)
        if data.snapshot or last is None or data.sequence > last:
            self._numbers[data.channel] = data.sequence

    def _doubt(self, channel: str) -> None:
        self._asked_again = False
        if self._conversation is not None:
            self._conversation.doubt(channel)

    def _flow(self) -> None:
        """A snapshot has come. After the first one there was a gap before it, unless it was only asked for:
        then the account is to be read."""
        no_gap = self._asked_again and self._flowing_s is not None
        self._asked_again = False
        if self._flowing_s is None:
            self._flowing_s = asyncio.get_running_loop().time()
        if self._flowed_before and not no_gap:
            self._emit(Reconnected(self._clock.now_ms()))
        self._flowed_before = True
        if self._source != PUSH:
            self._name_source(PUSH, "the account's stream is back" if self._trouble else "")

    def _name_source(self, name: str, reason: str) -> None:
        self._source = name
        self._trouble = reason if name == POLL else ""
        self._emit(AccountSource(self._clock.now_ms(), name, reason))


def _subscriptions(token: str) -> tuple[Subscription, ...]:
    """Both can be silent for as long as nothing happens; heartbeats prove the connection meanwhile."""
    secrets = {"token": token}
    snapshots = {"snap_orders": True, "snap_trades": True, "ratecounter": True}
    return (
        Subscription(EXECUTIONS, None, math.inf, options=snapshots, secrets=secrets, snapshot=None),
        Subscription(BALANCES, None, math.inf, secrets=secrets),
    )
