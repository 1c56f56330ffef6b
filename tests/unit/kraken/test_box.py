"""The client against the exchange in a box, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import pytest

from tui_bot.engine.events import (
    Acked,
    CandleClosed,
    CandleForming,
    ClockMeasured,
    Event,
    FeedSource,
    Quoted,
    Refused,
    StatusReported,
    Validated,
)
from tui_bot.engine.news import AccountSource, Executed, OrderReported
from tui_bot.engine.ports import Status
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.exchange import KrakenExchange, open_kraken
from tui_bot.kraken.polling import PollingFeed
from tui_bot.kraken.private import PrivateStream
from tui_bot.kraken.push import PushFeed
from tui_bot.kraken.redial import Connects
from tui_bot.kraken.signing import Credentials
from tui_bot.market.order import Intent, Order, OrderState, Side

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(find_spec("tui_bot.paper.__main__") is None, reason="there is no box"),
]

SPEED = 60.0


@dataclass(frozen=True)
class Box:
    rest: str
    websocket: str
    key: str
    secret: str


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    options = ["--port", "0", "--speed", "60", "--seed", "7", "--with-parent"]
    command = [sys.executable, "-m", "tui_bot.paper", *options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:  # it ends with its input
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            yield Box(ready["rest"], ready["websocket"], ready["key"], ready["secret"])
        finally:
            process.terminate()


@pytest.fixture
async def clock() -> ExchangeClock:
    return ExchangeClock(rate=SPEED)


@pytest.fixture
async def exchange(box: Box, clock: ExchangeClock, tmp_path: Path) -> AsyncIterator[KrakenExchange]:
    credentials = Credentials(box.key, box.secret)
    # every test begins anew, so its nonces must still lie above those of the test before
    exchange = open_kraken(box.rest, "BTC/USD", credentials, tmp_path / "nonce", clock)
    await exchange.measure_clock()
    yield exchange
    await exchange.close()


@pytest.fixture
def order(intent: Intent, clock: ExchangeClock, request: pytest.FixtureRequest) -> Intent:
    now_ms = clock.now_ms()
    name = f"t{abs(hash(request.node.name)) % 10**8}"
    return replace(intent, cl_ord_id=name, created_ms=now_ms, deadline_ms=now_ms + 55_000)


def current(order: Intent, clock: ExchangeClock) -> Intent:
    return replace(order, created_ms=clock.now_ms(), deadline_ms=clock.now_ms() + 55_000)


async def test_rules_and_status(exchange: KrakenExchange) -> None:
    rules = await exchange.rules()
    assert (rules.name, rules.key, rules.altname) == ("BTC/USD", "XXBTZUSD", "XBTUSD")
    assert rules.tick_size == Decimal("0.1")
    assert await exchange.status() == Status("online", "online")


async def test_candles(exchange: KrakenExchange, clock: ExchangeClock) -> None:
    candles = await exchange.candles(60)
    begins = [candle.begin for candle in candles]
    assert begins == list(range(begins[0], begins[-1] + 60, 60))
    assert 0 <= clock.now_ms() / 1000 - (begins[-1] + 60) < 75


async def test_a_spot_order_from_placing_to_its_fills(
    exchange: KrakenExchange, order: Intent, clock: ExchangeClock
) -> None:
    order = current(order, clock)
    answer = await exchange.place(order)
    assert isinstance(answer, Acked)
    found = await exchange.look_up(Order(order, txid=answer.txid))
    assert found.report is not None
    assert found.report.state is OrderState.CLOSED
    assert found.report.cl_ord_id == order.cl_ord_id
    assert sum(fill.volume for fill in found.fills) == order.volume
    assert {fill.txid for fill in found.fills} == {answer.txid}
    assert await exchange.look_up(Order(order)) == found
    account = await exchange.account()
    assert account.balances["XXBT"].total >= order.volume


async def test_a_validated_order_is_placed_nowhere(
    exchange: KrakenExchange, order: Intent, clock: ExchangeClock
) -> None:
    order = replace(current(order, clock), validate=True)
    answer = await exchange.place(order)
    assert isinstance(answer, Validated)
    assert "0.01000000 XBTUSD @ market" in answer.descr
    assert (await exchange.look_up(Order(order))).report is None


async def test_a_position_is_opened_and_reduced(
    exchange: KrakenExchange, order: Intent, clock: ExchangeClock
) -> None:
    opening = replace(current(order, clock), side=Side.SELL, leverage=2)
    assert isinstance(await exchange.place(opening), Acked)
    assert (await exchange.account()).position == -order.volume
    name = order.cl_ord_id + "x"
    closing = replace(current(order, clock), cl_ord_id=name, leverage=2, reduce_only=True)
    assert isinstance(await exchange.place(closing), Acked)
    assert (await exchange.account()).position == 0
    finding = await exchange.look_up(Order(closing))
    assert [fill.leverage for fill in finding.fills] == [2]


async def test_a_resting_order_is_seen_and_cancelled(
    exchange: KrakenExchange, order: Intent, clock: ExchangeClock
) -> None:
    resting = replace(current(order, clock), price=Decimal("10000.0"))
    answer = await exchange.place(resting)
    assert isinstance(answer, Acked)
    (report,) = (await exchange.account()).open_orders
    assert (report.txid, report.price, report.state) == (answer.txid, resting.price, OrderState.OPEN)
    assert await exchange.cancel(answer.txid) == ""
    assert "Unknown order" in await exchange.cancel(answer.txid)
    finding = await exchange.look_up(Order(resting))
    assert finding.report is not None
    assert finding.report.state is OrderState.CANCELED


@pytest.mark.parametrize("leverage", [0, 2])
@pytest.mark.parametrize(("takes_profit", "far"), [(False, "0.5"), (True, "1.5")])
async def test_a_stop_and_a_take_profit_rest_and_are_cancelled(
    exchange: KrakenExchange, order: Intent, clock: ExchangeClock, leverage: int, takes_profit: bool, far: str
) -> None:
    held = replace(current(order, clock), leverage=leverage)
    assert isinstance(await exchange.place(held), Acked)
    rules = await exchange.rules()
    stop = replace(
        current(order, clock),
        cl_ord_id=order.cl_ord_id + "s",
        side=Side.SELL,
        leverage=leverage,
        reduce_only=leverage > 0,
        trigger=rules.round_price(order.reference * Decimal(far)),
        takes_profit=takes_profit,
    )
    answer = await exchange.place(stop)
    assert isinstance(answer, Acked)
    account = await exchange.account()
    (report,) = account.open_orders
    assert (report.txid, report.price, report.state) == (answer.txid, stop.trigger, OrderState.OPEN)
    assert report.reduce_only == (leverage > 0)
    if not leverage:
        assert account.balances["XXBT"].held == stop.volume
    assert await exchange.cancel(answer.txid) == ""
    ended = await exchange.ended(order.created_ms - 60_000)
    assert {one.txid: one.state for one in ended}[answer.txid] is OrderState.CANCELED


async def test_a_refusal(exchange: KrakenExchange, order: Intent, clock: ExchangeClock) -> None:
    answer = await exchange.place(replace(current(order, clock), volume=Decimal(1000)))
    assert isinstance(answer, Refused)
    assert answer.error == "EOrder:Insufficient funds"
    assert (await exchange.look_up(Order(order))).report is None


async def test_the_feed(exchange: KrakenExchange, clock: ExchangeClock) -> None:
    events: list[Event] = []
    feed = PollingFeed(exchange, clock, 60, random.Random(1))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3.5):
            await feed.run(events.append)
    kinds = {type(event) for event in events}
    assert {CandleClosed, Quoted, StatusReported, ClockMeasured} <= kinds
    begins = [event.candle.begin for event in events if isinstance(event, CandleClosed)]
    assert begins == list(range(begins[0], begins[0] + 60 * len(begins), 60))
    assert len(begins) >= 12


async def test_the_feed_by_push(box: Box, exchange: KrakenExchange, clock: ExchangeClock) -> None:
    events: list[Event] = []
    feed = PushFeed(exchange, clock, 60, random.Random(1), box.websocket)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3.5):
            await feed.run(events.append)
    kinds = {type(event) for event in events}
    assert {CandleClosed, CandleForming, Quoted, StatusReported, ClockMeasured} <= kinds
    assert [event.name for event in events if isinstance(event, FeedSource)] == ["push"]
    begins = [event.candle.begin for event in events if isinstance(event, CandleClosed)]
    assert begins == list(range(begins[0], begins[0] + 60 * len(begins), 60))
    assert len(begins) >= 12
    assert sum(isinstance(event, Quoted) for event in events) >= 25


async def test_the_account_by_push(
    box: Box, exchange: KrakenExchange, order: Intent, clock: ExchangeClock
) -> None:
    events: list[Event] = []
    stream = PrivateStream(exchange, clock, random.Random(1), box.websocket, Connects())
    work = asyncio.create_task(stream.run(events.append))

    async def until(kind: type[Event]) -> None:
        async with asyncio.timeout(5):
            while not any(isinstance(event, kind) for event in events):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    await until(AccountSource)
    events.clear()
    order = current(order, clock)
    answer = await exchange.place(order)
    assert isinstance(answer, Acked)
    await until(Executed)
    found = await exchange.look_up(Order(order, txid=answer.txid))
    fills = tuple(event.fill for event in events if isinstance(event, Executed))
    assert fills == found.fills
    reports = [event.report for event in events if isinstance(event, OrderReported)]
    assert {report.cl_ord_id for report in reports} == {order.cl_ord_id}
    assert reports[-1].state is OrderState.CLOSED
    work.cancel()
