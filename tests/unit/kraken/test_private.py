"""The account's stream against a box in the same process, on a virtual clock, fault by fault."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar
from unittest.mock import patch

import pytest

from tests.support.market import RULES
from tests.support.simulation.line import Line
from tests.support.virtual import run
from tui_bot.engine.events import (
    Event,
    Reconnected,
)
from tui_bot.engine.news import AccountSource, BalanceMoved, Executed, OrderReported, StreamRead
from tui_bot.kraken import private
from tui_bot.kraken.answers import KrakenError
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.dial import Dropped
from tui_bot.kraken.private import PrivateStream
from tui_bot.kraken.redial import Connects
from tui_bot.market.order import Fill, OrderState, Side
from tui_bot.market.pair import PairRules
from tui_bot.paper.desk import Desk
from tui_bot.paper.faults import read_script
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.rates import TIERS, Rates
from tui_bot.paper.ws.hub import Hub

RICH = {"ZUSD": Decimal(1_000_000), "XXBT": Decimal(20)}
E = TypeVar("E", bound=Event)


class Watch:
    """A stream at work on a box; it also is the REST side that gives the tokens."""

    def __init__(self) -> None:
        self.desk = Desk(BoxOptions(speed=0, past_minutes=60, balances=RICH))
        now_s = asyncio.get_running_loop().time
        self.hub = Hub(self.desk.box, now_s)
        self.events: list[Event] = []
        self.tokens: list[str] = []
        self.lines: list[Line] = []
        self.asked: list[str] = []
        self.counts: list[int] = []
        self.limits: list[int] = []
        self.refuse: KrakenError | None = None
        self.unreachable = False
        self.stale_tokens = 0
        now_ms = self.desk.box.exchange.now_ns // 1_000_000
        clock = ExchangeClock(now_ms, counter_ns=lambda: round(now_s() * 1e9))
        self.connects = Connects()
        chance = random.Random(1)
        self.stream = PrivateStream(self, clock, chance, "ws://127.0.0.1:9", self.connects)
        self.dials_s: list[float] = []

    async def stream_token(self) -> str:
        if self.refuse is not None:
            raise self.refuse
        self.tokens.append(self.desk.private("GetWebSocketsToken")["token"])
        if self.stale_tokens:
            self.stale_tokens -= 1
            self.desk.box.tokens.revoke()
        return self.tokens[-1]

    async def pair(self) -> PairRules:
        return RULES

    def hear_order_count(self, count: int) -> None:
        self.counts.append(count)

    def hear_order_limit(self, most: int) -> None:
        self.limits.append(most)

    async def dial(self, _url: str, _proxy: str | None = None) -> Line:
        self.dials_s.append(asyncio.get_running_loop().time())
        if self.unreachable:
            raise Dropped("no connection")
        self.lines.append(Line(self.hub))
        return self.lines[-1]

    # -- the course of things

    async def work(self, story: Callable[[Watch], Coroutine[Any, Any, None]]) -> None:
        tasks = [asyncio.create_task(self.stream.run(self.events.append)), asyncio.create_task(self._beat())]
        try:
            await story(self)
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _beat(self) -> None:
        while True:
            self.hub.pump()
            self.hub.beat()
            await asyncio.sleep(0.1)

    async def connected(self) -> None:
        await self.passes(1)
        assert self.source == "push"

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def fault(self, **rule: Any) -> None:
        self.desk.box.script(read_script([{"verb": "WS", **rule}]))

    def advance(self, seconds: float) -> None:
        self.desk.advance(seconds)

    # -- what was told

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def source(self) -> str:
        return self.all(AccountSource)[-1].name if self.all(AccountSource) else "poll"

    @property
    def reasons(self) -> list[str]:
        return [event.reason for event in self.all(AccountSource)]

    def fills(self) -> dict[str, Fill]:
        return {event.fill.trade_id: event.fill for event in self.all(Executed)}

    def truth(self) -> dict[str, Any]:
        rows: dict[str, Any] = self.desk.private("TradesHistory")["trades"]
        return rows

    def assert_fills_are_the_exchanges(self) -> None:
        truth, told = self.truth(), self.fills()
        assert told.keys() == truth.keys()
        for trade_id, row in truth.items():
            fill = told[trade_id]
            assert (fill.txid, fill.side.value) == (row["ordertxid"], row["type"])
            for name, number in (("vol", fill.volume), ("cost", fill.cost), ("fee", fill.fee)):
                assert Decimal(row[name]) == number
            assert Decimal(row["price"]) == fill.price
            assert fill.at_ms == int(Decimal(str(row["time"])) * 1000)
            assert fill.maker is row["maker"]


def play(story: Callable[[Watch], Coroutine[Any, Any, None]]) -> Watch:
    async def begin() -> Watch:
        watch = Watch()
        with patch("tui_bot.kraken.socket.dial", watch.dial):
            await watch.work(story)
        for token in watch.tokens:
            assert token not in repr(watch.events)
        return watch

    return run(begin())


def test_the_token_is_in_no_repr() -> None:
    for subscription in private._subscriptions("word-of-honour"):
        assert "word-of-honour" not in repr(subscription)


def test_an_order_is_told_from_its_first_row_to_its_end() -> None:
    async def story(watch: Watch) -> None:
        await watch.connected()
        txid = watch.desk.order("buy", "3", cl_ord_id="mine")
        await watch.passes(1)
        watch.assert_fills_are_the_exchanges()
        assert {event.cl_ord_id for event in watch.all(Executed)} == {"mine"}
        reports = [event.report for event in watch.all(OrderReported)]
        assert {(one.txid, one.cl_ord_id, one.volume) for one in reports} == {(txid, "mine", Decimal(3))}
        states = [one.state for one in reports]
        assert states[0] is OrderState.OPEN
        assert states[-1] is OrderState.CLOSED
        assert [one.executed for one in reports] == sorted(one.executed for one in reports)
        assert reports[-1].executed == 3
        assert reports[-1].fee == sum(fill.fee for fill in watch.fills().values())
        assert watch.all(BalanceMoved)

    watch = play(story)
    assert watch.reasons == [""]
    assert not watch.all(Reconnected)


def test_a_resting_order_of_before_is_in_the_snapshot_and_its_sparse_rows_join() -> None:
    async def story(watch: Watch) -> None:
        txid = watch.desk.order("buy", "1", ordertype="limit", price="1000.0", cl_ord_id="mine")
        await watch.connected()
        watch.desk.private("CancelOrder", txid=txid)
        await watch.passes(1)
        before, after = (event.report for event in watch.all(OrderReported))
        assert (before.state, after.state) == (OrderState.OPEN, OrderState.CANCELED)
        assert (after.txid, after.side, after.volume) == (txid, Side.BUY, Decimal(1))
        assert (after.price, after.reason) == (Decimal(1000), "User requested")

    play(story)


def test_orders_of_other_pairs_are_not_told() -> None:
    async def story(watch: Watch) -> None:
        await watch.connected()
        watch.desk.order("buy", "1", "ETHUSD")
        await watch.passes(1)
        assert not watch.all(Executed)
        assert not watch.all(OrderReported)

    play(story)


def test_f29_what_comes_twice_is_the_same() -> None:
    async def story(watch: Watch) -> None:
        await watch.connected()
        watch.fault(kind="DUP_EXEC")
        watch.desk.order("sell", "2")
        await watch.passes(1)
        watch.assert_fills_are_the_exchanges()
        assert len(watch.all(Executed)) == 2 * len(watch.fills())
        assert len(watch.dials_s) == 1
        assert not watch.all(Reconnected)

    play(story)


def test_f60_a_lost_message_is_noticed_by_its_number_and_made_good() -> None:
    async def story(watch: Watch) -> None:
        await watch.connected()
        await watch.passes(10)
        watch.fault(kind="STALL", channel="executions", frames=3)
        watch.desk.order("buy", "2")  # its first three rows are lost
        await watch.passes(1)
        assert len(watch.all(Reconnected)) == 1
        watch.assert_fills_are_the_exchanges()
        assert len(watch.dials_s) == 1
        watch.desk.order("buy", "1", cl_ord_id="next")
        await watch.passes(1)
        watch.assert_fills_are_the_exchanges()
        assert watch.all(OrderReported)[-1].report.state is OrderState.CLOSED

    play(story)


def test_f29_rows_out_of_order_end_in_the_truth_and_do_not_storm() -> None:
    async def story(watch: Watch) -> None:
        await watch.connected()
        await watch.passes(10)
        watch.fault(kind="REORDER_EXEC")
        for number in range(10):
            watch.desk.order("buy", "1", cl_ord_id=f"o{number}")
            await watch.passes(1)
        watch.fault(kind="OFF")
        watch.desk.order("buy", "1", cl_ord_id="last")
        await watch.passes(20)
        watch.assert_fills_are_the_exchanges()
        assert 1 <= len(watch.all(Reconnected)) <= 5
        assert len(watch.dials_s) == 1
        ended: set[str] = set()
        for event in watch.all(OrderReported):
            assert event.report.txid not in ended or event.report.state.is_final
            ended |= {event.report.txid} if event.report.state.is_final else set()

    play(story)


@pytest.mark.parametrize("code", [1001, 1006, 1012])
def test_f60_f61_f62_a_new_connection_has_a_new_token_and_both_subscriptions(code: int) -> None:
    async def story(watch: Watch) -> None:
        await watch.connected()
        if code == 1006:
            watch.lines[-1].cut()
        else:
            watch.fault(kind="CLOSE", code=code)
        await watch.passes(0)
        watch.desk.order("buy", "1", cl_ord_id="gap")
        await watch.passes(5)
        assert watch.source == "push"
        assert len(watch.tokens) == len(set(watch.tokens)) == len(watch.dials_s) == 2
        assert len(watch.all(Reconnected)) == 1
        watch.assert_fills_are_the_exchanges()  # the gap's too: they are in the snapshot
        moves = len(watch.all(BalanceMoved))
        watch.desk.order("buy", "1")
        await watch.passes(1)
        assert len(watch.all(BalanceMoved)) > moves

    watch = play(story)
    assert "read instead" in watch.reasons[1]
    assert [event.name for event in watch.all(AccountSource)] == ["push", "poll", "push"]


def test_f62_a_token_that_is_out_of_date_is_replaced() -> None:
    async def story(watch: Watch) -> None:
        watch.stale_tokens = 2
        await watch.passes(10)
        assert watch.source == "push"
        assert len(watch.tokens) == 3

    watch = play(story)
    assert "Invalid token" in watch.reasons[0]


def test_a_key_without_the_right_is_told_once_and_looked_at_seldom() -> None:
    async def story(watch: Watch) -> None:
        text = "EGeneral:Permission denied"
        watch.refuse = KrakenError(f"GetWebSocketsToken: {text}", retryable=False, texts=(text,))
        await watch.passes(6000)
        assert not watch.dials_s
        (told,) = watch.all(AccountSource)
        assert told.name == "poll"
        assert "access the WebSockets API" in told.reason
        watch.refuse = None
        await watch.passes(700)
        assert watch.source == "push"

    play(story)


def test_a_channel_that_is_denied_is_a_right_that_lacks() -> None:
    async def story(watch: Watch) -> None:
        key = watch.desk.box.key
        key.permissions = frozenset(key.permissions) - {"query-funds"}
        await watch.passes(60)
        assert "access the WebSockets API" in watch.reasons[-1]
        assert len(watch.dials_s) == 1

    play(story)


def test_f58_an_acknowledgement_without_data_is_asked_again_then_dialled_again() -> None:
    async def story(watch: Watch) -> None:
        watch.fault(kind="ACK_NO_DATA")
        await watch.passes(60)
        assert watch.source == "poll"
        assert "stays silent" in watch.reasons[0]
        assert 2 <= len(watch.dials_s) <= 6
        watch.fault(kind="OFF")
        await watch.passes(60)
        assert watch.source == "push"

    play(story)


def test_f59_a_silence_is_told_at_five_seconds_and_ended_at_ten() -> None:
    async def story(watch: Watch) -> None:
        await watch.connected()
        watch.fault(kind="HALF_OPEN")
        await watch.passes(4)
        assert watch.source == "push"
        await watch.passes(2)
        assert watch.source == "poll"
        assert "silent" in watch.reasons[-1]
        await watch.passes(8)
        assert watch.source == "push"
        assert len(watch.dials_s) == 2

    play(story)


def test_f65_connections_stay_within_the_allowance_however_often_they_break() -> None:
    async def story(watch: Watch) -> None:
        watch.unreachable = True
        await watch.passes(3600)
        assert len(watch.dials_s) >= 40  # it never gives up
        for first, later in zip(watch.dials_s, watch.dials_s[120:], strict=False):
            assert later - first >= 600
        assert len(watch.all(AccountSource)) <= 12
        watch.unreachable = False
        await watch.passes(70)
        assert watch.source == "push"

    play(story)


def test_the_allowance_is_one_for_both_streams() -> None:
    connects = Connects()
    for second in range(120):
        connects.note(float(second))
    assert connects.wait_s(120.0) == 480.0

    async def story(watch: Watch) -> None:
        for _ in range(119):
            watch.connects.note(0.0)
        await watch.connected()
        watch.lines[-1].cut()
        await watch.passes(590)
        assert len(watch.dials_s) == 1
        await watch.passes(20)
        assert watch.source == "push"

    play(story)


def test_a_fee_in_base_counts_in_quote_and_one_of_another_kind_is_left_to_a_look() -> None:
    from tui_bot.kraken.executions import PushedExecution, PushedTradeOfOurs
    from tui_bot.kraken.ordertable import OrderTable

    trade = PushedTradeOfOurs("TAAAAA-AAAAA-AAAAAA", Decimal(100), Decimal(2), Decimal(200), (), False)
    row = PushedExecution(
        "OAAAAA-AAAAA-AAAAAA", "trade", "partially_filled", 5_000_000, "BTC/USD", None, Side.BUY, Decimal(2)
    )
    for fees, fee in (
        ((("USD", Decimal("0.8")),), Decimal("0.8")),
        ((("BTC", Decimal("0.01")),), Decimal(1)),
        ((("KFEE", Decimal(3)),), None),
        ((), None),
    ):
        told = OrderTable(RULES).take(replace(row, trade=replace(trade, fees=fees)))
        assert (told.fill.fee if told.fill else None) == fee
        assert told.report is not None


def test_i4_f58_the_account_is_told_again_on_demand_and_the_word_comes_after_all_it_knows() -> None:
    async def story(watch: Watch) -> None:
        await watch.connected()
        assert len(watch.all(StreamRead)) == 1
        txid = watch.desk.order("buy", "1", ordertype="limit", price="1000.0", cl_ord_id="mine")
        await watch.passes(10)
        before = len(watch.events)
        watch.stream.read_account_again()
        await watch.passes(1)
        again = watch.events[before:]
        told = [one.report.txid for one in again if isinstance(one, OrderReported)]
        assert told == [txid]
        assert len(watch.all(StreamRead)) == 2
        assert not watch.all(Reconnected)  # nothing was missed
        assert isinstance(again[-1], StreamRead | BalanceMoved)
        assert len(watch.dials_s) == 1
        watch.fault(kind="STALL", channel="executions")
        watch.stream.read_account_again()
        await watch.passes(12)
        assert watch.source == "poll"  # a channel that cannot tell is found out

    play(story)


def test_f41_the_stream_tells_how_high_the_counter_of_orders_stands_and_may_rise() -> None:
    async def story(watch: Watch) -> None:
        watch.desk.box.exchange.rates = Rates(TIERS["starter"])
        watch.desk.order("buy", "1", ordertype="limit", price="1000.0")
        await watch.connected()
        assert watch.limits == [60]
        assert watch.counts == []  # what a snapshot says of it may be old
        watch.desk.order("buy", "1", "ETHUSD", ordertype="limit", price="10.0")
        await watch.passes(1)
        assert watch.counts == []  # another pair's counter
        txid = watch.desk.order("buy", "1", ordertype="limit", price="1000.0")
        watch.desk.private("CancelOrder", txid=txid)
        await watch.passes(1)
        assert max(watch.counts) >= 9  # an order, and a cancel of it while it is young

    play(story)
