"""Every recorded or documented WebSocket frame is read to exactly what it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.support.market import RULES
from tests.unit.kraken.conftest import SAMPLES
from tui_bot.kraken.executions import PushedExecution
from tui_bot.kraken.frames import (
    Acknowledged,
    Alive,
    Data,
    Odd,
    PushedBalance,
    PushedBook,
    PushedCandle,
    PushedTicker,
    PushedTrade,
    SystemTold,
    read_frame,
)
from tui_bot.kraken.ordertable import OrderTable, Unjoined
from tui_bot.kraken.times import nanoseconds
from tui_bot.market.order import Fill, OrderState, Side

Sample = Callable[[str], bytes]
Json = dict[str, Any]

#: What we send, not what we are sent.
REQUESTS = {"add_order_request.json", "cancel_order_request.json"}


def frames() -> Iterator[tuple[str, Json, bytes]]:
    """Each frame with the name of its file; numbers as they stand."""
    for path in sorted((*SAMPLES.glob("ws/*.json"), *SAMPLES.glob("ws-live/*.ndjson"))):
        if path.name in REQUESTS:
            continue
        if path.suffix == ".ndjson":
            for line in path.read_bytes().splitlines():
                yield path.name, json.loads(line, parse_float=Decimal), line
            continue
        read = json.loads(path.read_bytes(), parse_float=Decimal)
        several = [read["init"], *read["updates"]] if "init" in read else read
        for frame in several if isinstance(several, list) else [several]:
            yield path.name, frame, json.dumps(frame, default=float).encode()


def test_every_frame_is_read_to_what_it_says(sample: Sample) -> None:
    sample("README.md")
    seen: dict[str, int] = {}
    for name, frame, body in frames():
        seen[name] = seen.get(name, 0) + 1
        read = read_frame(body)
        if "channel" in frame:
            _check_channel(frame, read)
        else:
            _check_answer(frame, read)
    assert len(seen) >= 22
    assert seen["book_btcusd_depth10_recorded.json"] == 201


def _check_answer(frame: Json, read: object) -> None:
    if frame["method"] == "pong":
        assert read == Alive(frame["req_id"])
        return
    assert isinstance(read, Acknowledged)
    assert (read.method, read.req_id) == (frame["method"], frame.get("req_id"))
    assert read.error == frame.get("error", "")
    assert read.symbol == frame.get("result", frame).get("symbol", "")


def _check_channel(frame: Json, read: object) -> None:
    channel = frame["channel"]
    if channel == "heartbeat":
        assert read == Alive()
    elif channel == "status":
        assert read == SystemTold("online")
    else:
        assert isinstance(read, Data)
        assert (read.channel, read.snapshot) == (channel, frame["type"] == "snapshot")
        assert read.sequence == frame.get("sequence")
        assert len(read.rows) == len(frame["data"])
        for row, told in zip(frame["data"], read.rows, strict=True):
            _CHECKS[channel](row, told)


def _check_ticker(row: Json, told: object) -> None:
    assert told == PushedTicker(row["symbol"], row["bid"], row["ask"], row["last"])


def _check_candle(row: Json, told: object) -> None:
    assert isinstance(told, PushedCandle)
    assert (told.symbol, told.interval) == (row["symbol"], 60 * row["interval"])
    candle = told.candle
    assert candle.begin * 10**9 == nanoseconds(row["interval_begin"], "sample")
    for name in ("open", "high", "low", "close", "volume", "trades"):
        assert getattr(candle, name) == row[name]


def _check_trade(row: Json, told: object) -> None:
    at_ns = nanoseconds(row["timestamp"], "sample")
    assert told == PushedTrade(row["symbol"], row["side"], row["price"], row["qty"], row["trade_id"], at_ns)


def _check_book(row: Json, told: object) -> None:
    def levels(side: str) -> tuple[tuple[Decimal, Decimal], ...]:
        return tuple((one["price"], one["qty"]) for one in row[side])

    assert told == PushedBook(row["symbol"], levels("bids"), levels("asks"), row["checksum"])


def _check_balance(row: Json, told: object) -> None:
    assert told == PushedBalance(row["asset"], row["balance"])


def _check_execution(row: Json, told: object) -> None:
    assert isinstance(told, PushedExecution)
    assert (told.order_id, told.kind, told.status) == (row["order_id"], row["exec_type"], row["order_status"])
    assert told.at_ns == nanoseconds(row["timestamp"], "sample")
    assert told.side == (Side(row["side"]) if "side" in row else None)
    said = (told.symbol, told.cl_ord_id, told.volume, told.executed, told.average, told.price, told.reason)
    names = ("cl_ord_id", "order_qty", "cum_qty", "avg_price", "limit_price")
    assert said == (row.get("symbol", ""), *(row.get(name) for name in names), row.get("reason", ""))
    assert (told.trade is not None) == ("exec_id" in row) == (row["exec_type"] == "trade")
    if told.trade is not None:
        trade = told.trade
        assert trade.exec_id == row["exec_id"]
        assert (trade.price, trade.volume, trade.cost) == (row["last_price"], row["last_qty"], row["cost"])
        assert trade.fees == tuple((fee["asset"], fee["qty"]) for fee in row["fees"])
        assert trade.maker == (row["liquidity_ind"] == "m")


_CHECKS = {
    "ticker": _check_ticker,
    "ohlc": _check_candle,
    "trade": _check_trade,
    "book": _check_book,
    "balances": _check_balance,
    "executions": _check_execution,
}


def executions(body: bytes) -> list[PushedExecution]:
    read = read_frame(body)
    assert isinstance(read, Data)
    return [row for row in read.rows if isinstance(row, PushedExecution)]


def test_an_order_placed_then_filled_joins_to_one_report_and_one_fill(sample: Sample) -> None:
    table = OrderTable(RULES)
    told = [
        table.take(row)
        for frame in json.loads(sample("ws/executions_place_then_fill.json"))
        for row in executions(json.dumps(frame).encode())
    ]
    placed, accepted, traded = (one.report for one in told)
    assert placed is not None
    assert placed == accepted
    assert (placed.txid, placed.side, placed.state) == ("OK4GJX-KSTLS-7DZZO5", Side.SELL, OrderState.OPEN)
    assert (placed.volume, placed.price) == (Decimal("0.005"), Decimal("26500.0"))
    assert traded is not None
    # completed by it, but only the row behind it says so
    assert (traded.state, traded.executed) == (OrderState.PARTIAL, Decimal("0.005"))
    assert traded.fee == Decimal("0.3458")
    assert told[2].fill == Fill(
        trade_id="TGBB7L-HT5LX-J3BZ4A",
        txid="OK4GJX-KSTLS-7DZZO5",
        pair="BTC/USD",
        side=Side.SELL,
        price=Decimal("26599.9"),
        volume=Decimal("0.005"),
        cost=Decimal("132.9995"),
        fee=Decimal("0.3458"),
        at_ms=1695378785709,
    )


def test_trades_of_a_snapshot_are_fills_without_a_report(sample: Sample) -> None:
    table = OrderTable(RULES)
    rows = executions(sample("ws-live/executions_trades_snapshot.ndjson"))
    told = [table.take(row) for row in rows]
    assert [one.fill is not None for one in told] == [True, False, False, False]  # one of four is our pair's
    assert [one.report for one in told] == [None] * 4
    fill = told[0].fill
    assert fill is not None
    assert (fill.volume, fill.price, fill.cost) == (
        Decimal("0.00016"),
        Decimal("63377.2"),
        Decimal("10.12445"),
    )
    assert fill.fee == Decimal("0.04051")


@pytest.mark.parametrize("name", ["executions_new_sparse", "executions_amended"])
def test_a_sparse_row_of_an_order_nobody_told_of_is_not_guessed_at(sample: Sample, name: str) -> None:
    (row,) = executions(sample(f"ws-live/{name}.ndjson"))
    with pytest.raises(Unjoined):
        OrderTable(RULES).take(row)


def test_an_order_of_another_pair_is_known_but_not_told(sample: Sample) -> None:
    table = OrderTable(RULES)
    (row,) = executions(sample("ws-live/executions_pending_new_limit.ndjson"))
    told = table.take(row)
    assert (told.fill, told.report) == (None, None)


def test_a_request_or_a_channel_nobody_asked_for_is_odd(sample: Sample) -> None:
    for name in REQUESTS:
        assert isinstance(read_frame(sample(f"ws/{name}")), Odd)
    assert isinstance(read_frame(b'{"channel":"level3","type":"update","data":[]}'), Odd)
