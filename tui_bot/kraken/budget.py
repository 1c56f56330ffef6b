"""Kraken's two counters mirrored here, so that reads wait instead of being refused (F40, F41, S29).

Times are exchange time by the clock that is never corrected.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

from tui_bot.engine.gauge import Gauge
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.counter import Counter
from tui_bot.kraken.errors import known_error
from tui_bot.kraken.tiers import ADD, STARTER, TIERS, YOUNG_CANCEL, Tier, call_cost, cancel_cost

#: What reads that can wait leave free: a look for an order with its trades, and a read of the account.
CALLS_KEPT = 8.0

#: What an entry leaves free: a cancel of the order while it is young, and a close.
ORDERS_KEPT = YOUNG_CANCEL + ADD

#: How much of the allowance an earlier run is taken to have left used when it ended.
LEFT_USED = 0.5

_TOO_MANY_ORDERS = frozenset({"EOrder:Rate limit exceeded", "EOrder:Domain rate limit exceeded"})
_REMEMBERED = 500


class Budget:
    """The counters of one key and of one pair.

    ``idle_s`` is for how many exchange seconds the key has been at rest, None for one never used here.
    """

    def __init__(self, clock: ExchangeClock, tier: Tier = STARTER, idle_s: float | None = None) -> None:
        def counter(limit: float, decay: float) -> Counter:
            level = 0.0 if idle_s is None else max(0.0, limit * LEFT_USED - max(0.0, idle_s) * decay)
            return Counter(limit, decay, clock.local_ms, level)

        self._clock = clock
        self.calls = counter(tier.calls, tier.calls_decay)
        self.orders = counter(tier.orders, tier.orders_decay)
        self._turn = asyncio.Lock()
        self._placed: OrderedDict[str, int] = OrderedDict()

    @asynccontextmanager
    async def call(self, method: str) -> AsyncIterator[None]:
        """Wait until a read fits, in order of arrival, and count it."""
        cost = call_cost(method)
        async with self._turn:
            await self._wait(lambda: self.calls.wait_ms(cost))
            counted = ExitStack()
            counted.enter_context(self.calls.spending(cost))
        with counted:
            yield

    @asynccontextmanager
    async def order(self, deadline_ms: int) -> AsyncIterator[None]:
        """Count a new order. It waits for its point at most half of its time, and then goes all the same."""
        latest_ms = self._clock.now_ms() + (deadline_ms - self._clock.now_ms()) // 2
        await self._wait(lambda: min(self.orders.wait_ms(ADD), latest_ms - self._clock.now_ms()))
        with self.orders.spending(ADD):
            yield

    def placed(self, txid: str) -> None:
        """An order was accepted just now: from here on it ages."""
        self._placed[txid] = self._clock.local_ms()
        if len(self._placed) > _REMEMBERED:
            self._placed.popitem(last=False)

    @contextmanager
    def cancel(self, txid: str) -> Iterator[None]:
        """Count a cancel, which never waits; of an order of unknown age the dearest one."""
        placed_ms = self._placed.get(txid)
        age_ms = 0 if placed_ms is None else self._clock.local_ms() - placed_ms
        with self.orders.spending(cancel_cost(age_ms)):
            yield

    def heed(self, *texts: str) -> None:
        """Take Kraken's refusals for what they say of the counters."""
        for text in texts:
            row = known_error(text)
            if row is None:
                continue
            if row.prefix == "EAPI:Rate limit exceeded":
                self.calls.fill()
            elif row.prefix in _TOO_MANY_ORDERS:
                self.orders.fill()

    def hear_count(self, count: float) -> None:
        """Kraken's own count of the pair's orders; it wins where it is the higher one."""
        self.orders.observe(count)

    def hear_limit(self, most: float) -> None:
        """Kraken's own limit of it, which names the account's level."""
        tier = next((tier for tier in TIERS.values() if tier.orders == most), None)
        self.orders.limit = most
        self.orders.decay = self.orders.decay if tier is None else tier.orders_decay

    def gauges(self) -> tuple[Gauge, Gauge]:
        """Both counters: calls, orders."""
        return (
            self._gauge("api", self.calls, CALLS_KEPT),
            self._gauge("orders", self.orders, ORDERS_KEPT),
        )

    async def _wait(self, left_ms: Callable[[], int]) -> None:
        while True:
            wait_ms = left_ms()
            if wait_ms <= 0:
                return
            await asyncio.sleep(wait_ms / 1000 / self._clock.rate)

    def _gauge(self, name: str, counter: Counter, kept: float) -> Gauge:
        level, local_ms = counter.stood
        at_ms = local_ms + self._clock.offset_ms
        return Gauge(name, level, at_ms, counter.limit, counter.decay, kept)
