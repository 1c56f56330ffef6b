"""The mirrors of Kraken's two counters, and the pace of public calls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import pytest

from tui_bot.kraken.budget import CALLS_KEPT, ORDERS_KEPT, Budget
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.counter import Counter
from tui_bot.kraken.http import Transport
from tui_bot.kraken.nonce import NonceSource
from tui_bot.kraken.pace import Pace
from tui_bot.kraken.rest import RestClient
from tui_bot.kraken.signing import Credentials
from tui_bot.kraken.tiers import PRO, STARTER

pytestmark = pytest.mark.anyio

START_MS = 1_700_000_000_000


class HandClock(ExchangeClock):
    """Moved by hand, and by whatever sleeps."""

    def __init__(self, rate: float = 1.0) -> None:
        self.real_ms = 0
        self.slept: list[float] = []
        super().__init__(START_MS, rate, counter_ns=lambda: self.real_ms * 1_000_000)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.real_ms += round(seconds * 1000)


@pytest.fixture
def clock() -> Iterator[HandClock]:
    hand = HandClock()
    with patch("asyncio.sleep", hand.sleep):
        yield hand


def spend(counter: Counter, cost: float) -> None:
    with counter.spending(cost):
        pass


def test_the_maximum_fits_at_once_and_then_calls_wait_for_the_decay(clock: HandClock) -> None:
    counter = Counter(15, 0.33, clock.local_ms)
    for _ in range(15):
        assert counter.wait_ms(1) == 0
        spend(counter, 1)
    wait_ms = counter.wait_ms(1)
    assert 3030 < wait_ms <= 3035
    clock.real_ms += wait_ms
    assert counter.wait_ms(1) == 0
    assert counter.wait_ms(2) > 0
    assert counter.wait_ms(0) == 0


def test_it_empties_with_time(clock: HandClock) -> None:
    counter = Counter(20, 1.0, clock.local_ms)
    spend(counter, 20)
    clock.real_ms += 20_001
    assert counter.value == 0


def test_what_is_under_way_counts_and_loses_nothing_until_it_is_answered(clock: HandClock) -> None:
    counter = Counter(20, 1.0, clock.local_ms)
    with counter.spending(5):
        assert counter.value == 5
        clock.real_ms += 60_000
        assert counter.value == 5
    assert counter.value == 5
    clock.real_ms += 2001
    assert counter.value == 3


def test_f41_the_exchanges_own_word_is_taken_where_it_is_the_higher_one(clock: HandClock) -> None:
    counter = Counter(60, 1.0, clock.local_ms)
    counter.observe(12.5)
    assert counter.value == 12.5
    counter.observe(3)
    assert counter.value == 12.5
    with counter.spending(8):
        counter.observe(22)  # that may count what is on its way, or not
        assert counter.value == 22
    counter.fill()
    assert counter.value == 60
    clock.real_ms += 40_000
    with suppress(ZeroDivisionError), counter.spending(1):
        counter.fill()
        raise ZeroDivisionError
    assert counter.value == 60


async def test_f40_a_read_waits_for_its_points_in_order_of_arrival(clock: HandClock) -> None:
    budget = Budget(clock, STARTER)
    budget.heed("EAPI:Rate limit exceeded")
    done: list[str] = []

    async def read(method: str) -> None:
        async with budget.call(method):
            done.append(method)

    await asyncio.gather(read("ClosedOrders"), read("BalanceEx"), read("TradeBalance"))
    assert done == ["ClosedOrders", "BalanceEx", "TradeBalance"]
    assert 4 / 0.33 < sum(clock.slept) < 4 / 0.33 + 0.1


async def test_s29_orders_and_cancels_pass_a_full_call_counter(clock: HandClock) -> None:
    budget = Budget(clock, STARTER)
    budget.calls.fill()
    async with budget.order(clock.now_ms() + 5000):
        pass
    with budget.cancel("O"):
        pass
    assert clock.slept == []


async def test_f41_an_order_waits_for_its_point_but_not_past_half_its_time(clock: HandClock) -> None:
    budget = Budget(clock, STARTER)
    budget.heed("EOrder:Rate limit exceeded")
    async with budget.order(clock.now_ms() + 5000):
        pass
    assert 1 <= sum(clock.slept) < 1.01
    budget.orders.observe(68)
    async with budget.order(clock.now_ms() + 5000):
        pass
    assert 3.5 <= sum(clock.slept) < 3.52


def test_f41_a_cancel_costs_by_age_and_the_most_when_the_age_is_not_known(clock: HandClock) -> None:
    budget = Budget(clock, PRO)
    budget.placed("KNOWN")
    clock.real_ms += 20_000
    with budget.cancel("KNOWN"):
        assert budget.orders.value == 4
    clock.real_ms += 10_000
    with budget.cancel("UNHEARD OF"):
        assert budget.orders.value == 8


def test_f41_kraken_s_own_limit_names_the_level_of_the_account(clock: HandClock) -> None:
    budget = Budget(clock, STARTER)
    budget.hear_limit(180)
    budget.hear_count(100)
    assert (budget.orders.limit, budget.orders.decay) == (PRO.orders, PRO.orders_decay)
    assert budget.gauges()[1].limit == 180
    clock.real_ms += 10_001
    assert budget.orders.value == pytest.approx(100 - 37.5)
    budget.hear_limit(99)  # no level that is known: it empties no faster than before
    assert (budget.orders.limit, budget.orders.decay) == (99, PRO.orders_decay)


@pytest.mark.parametrize(
    ("idle_s", "calls", "orders"),
    [(None, 0, 0), (0, 7.5, 30), (10, 4.2, 20), (60, 0, 0), (-5, 7.5, 30)],
)
def test_s29_after_a_restart_half_of_what_may_have_been_used_counts_as_used(
    clock: HandClock, idle_s: float | None, calls: float, orders: float
) -> None:
    budget = Budget(clock, STARTER, idle_s)
    assert budget.calls.value == pytest.approx(calls)
    assert budget.orders.value == pytest.approx(orders)


def test_s29_the_nonce_file_tells_when_the_key_was_last_used(tmp_path: Path, clock: HandClock) -> None:
    now_us = [5_000_000_000]
    first = NonceSource(tmp_path / "nonce", lambda: now_us[0])
    assert first.idle_s is None
    first.next()
    first.settle()
    now_us[0] += 20_000_000
    second = NonceSource(tmp_path / "nonce", lambda: now_us[0])
    assert second.idle_s == 20
    credentials = Credentials("a" * 56, "YWJj")
    rest = RestClient(Transport("http://127.0.0.1:9"), clock, credentials, second)
    assert rest.budget.orders.value == pytest.approx(10)
    second.next()  # killed: it has promised numbers ahead of the clock
    assert NonceSource(tmp_path / "nonce", lambda: now_us[0]).idle_s == 0


def test_the_gauges_are_in_the_exchanges_time(clock: HandClock) -> None:
    budget = Budget(clock, STARTER)
    clock.observe(START_MS // 1000 + 60, clock.local_ms(), clock.local_ms())
    spend(budget.calls, 2)
    spend(budget.orders, 8)
    calls, orders = budget.gauges()
    now_ms = clock.now_ms()
    assert (calls.name, calls.used(now_ms), calls.limit, calls.reserve) == ("api", 2, 15, CALLS_KEPT)
    assert (orders.name, orders.used(now_ms), orders.limit, orders.reserve) == ("orders", 8, 60, ORDERS_KEPT)
    assert orders.used(now_ms + 3000) == 5
    assert budget.gauges() == (calls, orders)


async def test_candles_are_asked_for_once_a_second_and_all_else_as_often_on_average(clock: HandClock) -> None:
    pace = Pace(clock)
    for _ in range(3):
        await pace.turn("OHLC")
    assert clock.slept == [1.0, 1.0]
    clock.slept.clear()
    for _ in range(7):
        await pace.turn("Ticker")
    assert clock.slept == [1.0, 1.0]


async def test_a_box_that_runs_fast_is_asked_oftener_but_not_without_end() -> None:
    for rate, spacing_s in ((10.0, 0.1), (600.0, 0.05)):
        hand = HandClock(rate)
        with patch("asyncio.sleep", hand.sleep):
            pace = Pace(hand)
            for _ in range(4):
                await pace.turn("OHLC")
        assert hand.slept == pytest.approx([spacing_s] * 3, rel=0.02)
