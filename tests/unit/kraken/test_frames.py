"""Frames as recorded from Kraken, or shown in its documentation, read to what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.unit.kraken.conftest import SAMPLES
from tui_bot.kraken.decode import DecodeError
from tui_bot.kraken.fields import WireError
from tui_bot.kraken.frames import (
    Acknowledged,
    Alive,
    Data,
    Odd,
    PushedBook,
    PushedCandle,
    PushedPair,
    PushedTicker,
    PushedTrade,
    SystemTold,
    read_frame,
)
from tui_bot.kraken.times import nanoseconds
from tui_bot.market.candle import Candle, candle_fault

Sample = Callable[[str], bytes]

OHLC = (
    b'{"channel":"ohlc","type":"update","data":[{"symbol":"BTC/USD","open":1.0,"high":2.0,"low":1.0,'
    b'"close":1.5,"trades":3,"volume":1.00000000,"vwap":1.5,"interval_begin":"%s","interval":1}]}'
)


def lines(body: bytes) -> list[bytes]:
    return body.splitlines()


def test_candles_are_keyed_by_their_begin(sample: Sample) -> None:
    frame = read_frame(sample("ws-live/ohlc_snapshot_two_rows.ndjson"))
    assert isinstance(frame, Data)
    assert (frame.channel, frame.snapshot) == ("ohlc", True)
    assert frame.at_ns == 1715944876318303322
    first, second = frame.rows
    assert isinstance(first, PushedCandle)
    assert isinstance(second, PushedCandle)
    assert (first.symbol, first.interval) == ("ETH/USD", 60)
    assert first.candle == Candle(
        1715944320,
        Decimal("3027.80"),
        Decimal("3027.80"),
        Decimal("3026.13"),
        Decimal("3026.13"),
        Decimal("13.31603062"),
        9,
    )
    assert second.candle.begin == first.candle.begin + 60
    assert candle_fault(first.candle, 60) is None


def test_an_update_without_the_outer_time(sample: Sample) -> None:
    frame = read_frame(sample("ws/ohlc_update.json"))
    assert isinstance(frame, Data)
    assert not frame.snapshot
    assert frame.at_ns is None
    (row,) = frame.rows
    assert isinstance(row, PushedCandle)
    assert row.candle.begin == 1696436700
    assert row.candle.volume == Decimal("30927.68066226")


@pytest.mark.parametrize(
    ("name", "bid", "ask", "last", "timed"),
    [
        ("ws-live/ticker_snapshot.ndjson", "65972.8", "65972.9", "65972.9", False),
        ("ws/ticker_snapshot.json", "105944.20", "105944.30", "105899.40", True),
    ],
)
def test_tickers(sample: Sample, name: str, bid: str, ask: str, last: str, timed: bool) -> None:
    frame = read_frame(sample(name))
    assert isinstance(frame, Data)
    assert frame.rows == (PushedTicker("BTC/USD", Decimal(bid), Decimal(ask), Decimal(last)),)
    assert (frame.at_ns is not None) is timed


def test_trades(sample: Sample) -> None:
    frame = read_frame(sample("ws-live/trade_snapshot_two_rows.ndjson"))
    assert isinstance(frame, Data)
    assert frame.rows[0] == PushedTrade(
        "BTC/USD", "sell", Decimal("68466.9"), Decimal("0.01919415"), 70635251, 1716813190826003000
    )
    assert len(frame.rows) == 2


def test_heartbeat_and_status(sample: Sample) -> None:
    heartbeat, status = lines(sample("ws-live/admin_frames.ndjson"))
    assert read_frame(heartbeat) == Alive()
    assert read_frame(status) == SystemTold("online")


def test_acknowledgements(sample: Sample) -> None:
    frames = [read_frame(line) for line in lines(sample("ws-live/subscribe_acks.ndjson"))]
    assert frames == [
        Acknowledged("subscribe", 0, "", "", 180),
        Acknowledged("subscribe", 121, "ETH/USD", ""),
        Acknowledged("subscribe", 42, "BTC/USD", ""),
        Acknowledged("subscribe", 11, "BTC/USD", ""),
    ]
    assert read_frame(sample("ws/subscribe_ack_ticker.json")) == Acknowledged("subscribe", 1, "BTC/USD", "")
    assert read_frame(sample("ws/pong.json")) == Alive(42)


def test_refusals(sample: Sample) -> None:
    frames = [read_frame(line) for line in lines(sample("ws-live/error_frames.ndjson"))]
    assert [frame.error for frame in frames if isinstance(frame, Acknowledged)] == [
        "Unsupported field: 'params' for the given msg type: ping",
        "Cash_order_qty field must be a number_float",
        "EGeneral:Permission denied",
    ]


def test_a_refused_symbol() -> None:
    body = (
        b'{"error":"Currency pair not supported XBT/USD","method":"subscribe","req_id":1,"success":false,'
        b'"symbol":"XBT/USD","time_in":"2024-05-19T19:06:57.002983Z","time_out":"2024-05-19T19:06:57.002983Z"}'
    )
    refused = Acknowledged("subscribe", 1, "XBT/USD", "Currency pair not supported XBT/USD")
    assert read_frame(body) == refused


def test_instruments() -> None:
    body = (
        b'{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"BTC/USD",'
        b'"base":"BTC","quote":"USD","status":"online","qty_precision":8,"price_precision":1}]}}'
    )
    assert read_frame(body) == Data("instrument", True, (PushedPair("BTC/USD", "online", 1, 8),))


def test_books_recorded(sample: Sample) -> None:
    recorded = json.loads(sample("ws/book_btcusd_depth10_recorded.json"))
    frames = [read_frame(json.dumps(one).encode()) for one in (recorded["init"], *recorded["updates"])]
    assert len(frames) == 201
    first = frames[0]
    assert isinstance(first, Data)
    assert first.snapshot
    (book,) = first.rows
    assert isinstance(book, PushedBook)
    assert (len(book.bids), len(book.asks), book.checksum) == (10, 10, 2785033588)


def test_every_recorded_frame_can_be_read(sample: Sample) -> None:
    sample("README.md")
    count = 0
    for path in sorted(SAMPLES.glob("ws*/*")):
        if path.name.startswith("book"):
            continue
        text = path.read_bytes()
        if path.suffix == ".ndjson":
            bodies = text.splitlines()
        else:
            value = json.loads(text)
            bodies = [json.dumps(one).encode() for one in (value if isinstance(value, list) else [value])]
        for body in bodies:
            read_frame(body)  # private channels and requests are nobody's here, but never a fault
            count += 1
    assert count >= 30


@pytest.mark.parametrize(
    "text", [b"CloudFlare WebSocket proxy restarting", b"", b"<html>", b"\xff\xfe", b"[1]", b"\x1b[2J"]
)
def test_odd_text_is_tolerated_and_harmless(text: bytes) -> None:
    frame = read_frame(text)
    assert isinstance(frame, Odd)
    assert "\x1b" not in frame.text


@pytest.mark.parametrize("body", [b'{"channel":"newest","data":[]}', b'{"channel":7}', b"{}"])
def test_unknown_channels_are_tolerated(body: bytes) -> None:
    assert isinstance(read_frame(body), Odd)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"channel":"ohlc","data":[NaN]}',
        b'{"channel":"ohlc","channel":"ohlc"}',
        b'{"a":' * 40 + b"1" + b"}" * 40,
    ],
)
def test_what_is_no_json_to_be_trusted_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError):
        read_frame(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"channel":"ohlc","type":"update","data":{}}',
        b'{"channel":"ohlc","type":"update","data":[1]}',
        b'{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":1.0}]}',
        b'{"channel":"ticker","type":"update","data":[{"symbol":1,"bid":1.0,"ask":1.0,"last":1.0}]}',
        b'{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[1],"asks":[],"checksum":1}]}',
        b'{"channel":"status","data":[]}',
        OHLC % b"2024-05-17T11:12:00.500000000Z",
        OHLC % b"2024-05-17T11:12:00+02:00",
        OHLC % b"2024-13-17T11:12:00Z",
    ],
)
def test_rows_that_are_not_what_they_should_be_are_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        read_frame(body)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:01Z", 1_000_000_000),
        ("1970-01-01T00:00:00.5Z", 500_000_000),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("2024-02-29T23:59:59.999999Z", 1709251199999999000),
    ],
)
def test_times_of_one_to_nine_digits(text: str, expected: int) -> None:
    assert nanoseconds(text, "here") == expected
