"""Whatever is asked for, in whatever order and at whatever pace, the exchange never has to refuse it.

The judge is the box's own strict counters, which share no code with the client's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from tui_bot.kraken.budget import Budget
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.tiers import TIERS
from tui_bot.paper import rates

METHODS = (
    "BalanceEx",
    "OpenOrders",
    "ClosedOrders",
    "TradesHistory",
    "QueryTrades",
    "QueryOrders",
    "AddOrder",
)
PAIR = "XXBTZUSD"
TICK_NS = 100_000  # a tenth of a millisecond, so that what the client's clock cuts off shows

tier_names = st.sampled_from(sorted(TIERS))
spans_s = st.floats(0, 20)
outcomes = st.sampled_from(("cancelled", "filled", "partly filled"))
hurries = st.sampled_from((0.0, 0.01, 0.1, 1.0))  # what spans are multiplied with
travel_s = st.tuples(st.floats(0, 0.3), st.floats(0, 0.3))


class World:
    """A client and a judge under one clock that only sleeping moves."""

    def __init__(self, tier: str) -> None:
        self.ns = 0
        self.clock = ExchangeClock(1_700_000_000_000, counter_ns=lambda: self.ns)
        self.judge = rates.Rates(rates.TIERS[tier])
        self.budget = Budget(self.clock, TIERS[tier])
        self.section = asyncio.Lock()

    def pass_s(self, seconds: float) -> None:
        self.ns += round(seconds * 1e9 / TICK_NS) * TICK_NS

    def run(self, story: Callable[[], Awaitable[None]]) -> None:
        nap = asyncio.sleep

        async def sleep(seconds: float) -> None:
            self.pass_s(seconds)
            await nap(0)

        async def begin() -> None:
            await story()

        with patch("asyncio.sleep", sleep):
            asyncio.run(begin())

    async def read(self, method: str, there_s: float, back_s: float) -> None:
        async with self.budget.call(method), self.section:
            self.pass_s(there_s)
            self.judge.call(method, self.ns)
            self.pass_s(back_s)


@given(tier_names, hurries, st.lists(st.tuples(st.sampled_from(METHODS), spans_s, travel_s), max_size=80))
def test_f40_no_sequence_of_reads_is_refused(
    tier: str, hurry: float, calls: list[tuple[str, float, Any]]
) -> None:
    world = World(tier)

    async def story() -> None:
        for method, gap_s, travel in calls:
            world.pass_s(gap_s * hurry)
            await world.read(method, *travel)

    world.run(story)


@given(tier_names, st.lists(st.lists(st.tuples(st.sampled_from(METHODS), travel_s), max_size=12), max_size=5))
def test_f40_no_reads_side_by_side_are_refused(tier: str, readers: list[list[tuple[str, Any]]]) -> None:
    world = World(tier)

    async def reader(calls: list[tuple[str, Any]]) -> None:
        for method, travel in calls:
            await world.read(method, *travel)

    async def story() -> None:
        await asyncio.gather(*map(reader, readers))

    world.run(story)


@given(tier_names, hurries, st.lists(st.tuples(outcomes, spans_s, spans_s, travel_s), max_size=60))
def test_f41_an_entry_that_is_let_pass_leaves_room_for_its_cancel_and_a_close(
    tier: str, hurry: float, entries: list[tuple[str, float, float, Any]]
) -> None:
    """Entries as the guard lets them pass, each cancelled, filled, or both after a while, then a close."""
    world = World(tier)

    async def add(number: int, travel: Any) -> int:
        async with world.budget.order(world.clock.now_ms() + 5000):
            world.pass_s(travel[0])
            world.judge.add(PAIR, world.ns)
            opened_ns = world.ns
            world.pass_s(travel[1])
        world.budget.placed(str(number))
        return opened_ns

    async def story() -> None:
        for number, (outcome, gap_s, age_s, travel) in enumerate(entries):
            world.pass_s(gap_s * hurry)
            gauge = world.budget.gauges()[1]
            if gauge.spare(world.clock.now_ms()) < 1:
                continue
            opened_ns = await add(number, travel)
            world.pass_s(age_s * hurry)
            if outcome != "filled":
                with world.budget.cancel(str(number)):
                    world.pass_s(travel[0])
                    world.judge.cancel(PAIR, world.ns - opened_ns, world.ns)
                    world.pass_s(travel[1])
            slept_ns = world.ns
            if outcome != "cancelled":
                await add(-number, (0, 0))
            assert world.ns == slept_ns, "a close had to wait"

    world.run(story)
