"""Public channels: acknowledgements, snapshots, updates, the book's checksum, heartbeats."""

from __future__ import annotations

import json
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions, Doubts
from tui_bot.paper.ws.depth import checksum, difference
from tui_bot.paper.ws.hub import Hub
from tui_bot.paper.ws.line import Line

VECTORS = Path(__file__).parents[4] / "shared/kraken-samples/vectors/book_checksum.json"


class Stopwatch:
    """Real time that moves by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=30))


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def hub(desk: Desk, watch: Stopwatch) -> Hub:
    return Hub(desk.box, watch)


@pytest.fixture
def line(hub: Hub) -> Line:
    return Line(hub)


def test_status_comes_first_and_on_change(desk: Desk, line: Line) -> None:
    (status,) = line.frames()
    (row,) = status["data"]
    assert (status["channel"], status["type"], row["api_version"], row["system"]) == (
        "status",
        "update",
        "v2",
        "online",
    )
    assert row["connection_id"] > 2**53
    desk.box.exchange.set_status("cancel_only")
    assert [frame["data"][0]["system"] for frame in line.frames()] == ["cancel_only"]


def test_ping(line: Line) -> None:
    (pong,) = line.ask("ping", 42)
    assert list(pong) == ["method", "req_id", "time_in", "time_out"]
    assert (pong["method"], pong["req_id"]) == ("pong", 42)
    (error,) = line.ask("ping", 1, x=1)
    assert error["error"] == "Unsupported field: 'params' for the given msg type: ping"
    assert error["success"] is False


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("hello", "Malformed request"),
        ("[]", "Malformed request"),
        ('{"method":5}', "Malformed request"),
        ('{"method":"ping","req_id":"x"}', "Malformed request"),
        ('{"method":"subscribe","params":[]}', "Malformed request"),
        ('{"method":"dance"}', "Unsupported event"),
        ('{"method":"subscribe"}', "Subscription name invalid"),
        ('{"method":"subscribe","params":{"channel":"ticker"}}', "Symbol(s) not found"),
        ('{"method":"subscribe","params":{"channel":"ticker","symbol":"BTC/USD"}}', "Symbol field must be"),
        (
            '{"method":"subscribe","params":{"channel":"ohlc","symbol":["BTC/USD"],"interval":7}}',
            "Subscription ohlc interval not supported",
        ),
        (
            '{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":11}}',
            "Subscription depth not supported",
        ),
        ('{"method":"subscribe","params":{"channel":"executions"}}', "Token(s) not found"),
        ('{"method":"subscribe","params":{"channel":"balances","token":"x"}}', "EAPI:Invalid token"),
        ('{"method":"add_order","params":{"token":"x"}}', "EAPI:Invalid token"),
        ("[" * 100_000, "Malformed request"),
        ('{"method":"ping","req_id":NaN}', "Malformed request"),
    ],
)
def test_refusals_leave_the_connection_alone(line: Line, text: str, error: str) -> None:
    (frame,) = line.send(text)
    assert frame["success"] is False
    assert frame["error"].startswith(error)
    assert line.ask("ping")[0]["method"] == "pong"


def test_one_answer_a_symbol(line: Line) -> None:
    answers = line.ask(
        "subscribe", 9, channel="ticker", symbol=["XBT/USD", "BTC/USD", "ETH/USD"], snapshot=False
    )
    assert [frame["success"] for frame in answers] == [False, True, True]
    assert answers[0]["error"] == "Currency pair not supported XBT/USD"
    assert answers[0]["symbol"] == "XBT/USD"
    assert answers[1]["result"] == {
        "channel": "ticker",
        "event_trigger": "trades",
        "snapshot": False,
        "symbol": "BTC/USD",
    }
    assert {frame["req_id"] for frame in answers} == {9}
    (again,) = line.subscribe("ticker", symbol=["BTC/USD"])
    assert again["error"] == "Already subscribed"
    (gone,) = line.ask("unsubscribe", channel="ticker", symbol=["ETH/USD"])
    assert (gone["success"], gone["result"]) == (True, {"channel": "ticker", "symbol": "ETH/USD"})
    (unknown,) = line.ask("unsubscribe", channel="trade", symbol=["ETH/USD"])
    assert unknown["error"] == "Subscription Not Found"


def test_trades_are_those_of_the_tape(desk: Desk, hub: Hub, line: Line) -> None:
    _, snapshot = line.subscribe("trade", symbol=["BTC/USD"], snapshot=True)
    rows = snapshot["data"]
    assert len(rows) == 50
    for _ in range(30):
        desk.advance(7)
        hub.pump()
    for frame in line.frames():
        assert (frame["channel"], frame["type"]) == ("trade", "update")
        rows += frame["data"]
    tape = desk.public("Trades?pair=XBTUSD")["XXBTZUSD"][-len(rows) :]
    assert [row["trade_id"] for row in rows] == [row[6] for row in tape]
    assert [row["price"] for row in rows] == [Decimal(row[0]) for row in tape]
    assert [row["qty"] for row in rows] == [Decimal(row[1]) for row in tape]
    assert {(row["side"][0], row["ord_type"][0]) for row in rows} == {(row[3], row[4]) for row in tape}


@pytest.mark.parametrize("interval", [1, 5])
@pytest.mark.parametrize("step", [3, 47, 400])
def test_candles_end_as_rest_shows_them(desk: Desk, hub: Hub, line: Line, interval: int, step: int) -> None:
    """However rarely the feed looks, the last word on every candle with trades is the right one."""
    ack, snapshot = line.subscribe("ohlc", symbol=["BTC/USD"], interval=interval)
    assert ack["result"]["warnings"] == ["timestamp is deprecated, use interval_begin"]
    seen = {row["interval_begin"]: row for row in snapshot["data"]}
    for _ in range(1500 // step):
        desk.advance(step)
        hub.pump()
        for frame in line.frames():
            assert frame["type"] == "update"
            for row in frame["data"]:
                assert row["trades"] > 0
                seen[row["interval_begin"]] = row
    rows = {row[0]: row for row in desk.public(f"OHLC?pair=XBTUSD&interval={interval}")["XXBTZUSD"]}
    assert sum(row[7] > 0 for row in rows.values()) == sum(row["trades"] > 0 for row in seen.values())
    for begin, row in seen.items():
        assert begin.endswith(".000000000Z")
        second = _second(begin)
        _, first, high, low, close, vwap, volume, count = rows[second]
        shown = (row["open"], row["high"], row["low"], row["close"], row["vwap"], row["volume"])
        assert shown == tuple(map(Decimal, (first, high, low, close, vwap, volume)))
        assert row["trades"] == count
        assert _second(row["timestamp"]) == second + interval * 60
        assert "closed" not in row
    assert line.frames() == []


def _second(text: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(text.partition(".")[0] + "+00:00").timestamp())


def test_quiet_candles_can_be_left_out() -> None:
    desk = Desk(BoxOptions(speed=0, past_minutes=120, doubts=Doubts(ws_flat_candles=False)))
    _, snapshot = Line(Hub(desk.box)).subscribe("ohlc", symbol=["BTC/USD"])
    assert all(row["trades"] for row in snapshot["data"])


def test_ticker(desk: Desk, hub: Hub, line: Line) -> None:
    _, snapshot = line.subscribe("ticker", symbol=["BTC/USD"])
    line.subscribe("ticker", symbol=["BTC/USD"], event_trigger="bbo")
    (row,) = snapshot["data"]
    rest = desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"]
    assert (row["bid"], row["ask"], row["last"]) == tuple(Decimal(rest[name][0]) for name in "bac")
    assert (row["volume"], row["low"], row["high"]) == tuple(Decimal(rest[name][1]) for name in "vlh")
    hub.pump()
    assert line.frames() == [], "nothing happened"
    desk.advance(120)
    hub.pump()
    assert [frame["channel"] for frame in line.frames()] == ["ticker", "ticker"]


def test_the_documented_checksum() -> None:
    asks = [("45285.2", "0.00100000"), ("45286.4", "1.54571953"), ("45286.6", "1.54571109"),
            ("45289.6", "1.54560911"), ("45290.2", "0.15890660"), ("45291.8", "1.54553491"),
            ("45294.7", "0.04454749"), ("45296.1", "0.35380000"), ("45297.5", "0.09945542"),
            ("45299.5", "0.18772827")]  # fmt: skip
    bids = [("45283.5", "0.10000000"), ("45283.4", "1.54582015"), ("45282.1", "0.10000000"),
            ("45281.0", "0.10000000"), ("45280.3", "1.54592586"), ("45279.0", "0.07990000"),
            ("45277.6", "0.03310103"), ("45277.5", "0.30000000"), ("45277.3", "1.54602737"),
            ("45276.6", "0.15445238")]  # fmt: skip
    assert checksum(asks, bids) == 3310070434


@pytest.mark.skipif(not VECTORS.exists(), reason="sample vectors are not at hand")
def test_the_checksum_of_the_vector_file() -> None:
    vector = json.loads(VECTORS.read_text())
    text = json.dumps(vector)
    assert "3310070434" in text


def test_a_difference_is_silent_about_what_falls_out_of_depth() -> None:
    before, after = {10: 1, 11: 2, 12: 3}, {9: 5, 10: 1, 11: 4}
    assert difference(before, after, 3, rising=True) == {9: 5, 11: 4}
    assert difference(before, {10: 1, 13: 2}, 3, rising=True) == {11: 0, 12: 0, 13: 2}
    assert difference({10: 1, 9: 2}, {11: 1, 10: 1}, 2, rising=False) == {11: 1}


class Client:
    """A book kept as the guide tells, from the numbers' texts."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.sides: dict[str, dict[Decimal, str]] = {"asks": {}, "bids": {}}

    def take(self, frame: Any, text: str) -> None:
        (row,) = frame["data"]
        if frame["type"] == "snapshot":
            self.sides = {"asks": {}, "bids": {}}
        for side, levels in self.sides.items():
            for level in row[side]:
                if level["qty"] == 0:
                    del levels[level["price"]]
                else:
                    levels[level["price"]] = f"{level['qty']:.8f}"
            ranked = sorted(levels, reverse=side == "bids")[: self.depth]
            self.sides[side] = {price: levels[price] for price in ranked}
        assert row["checksum"] == self._checksum()

    def _checksum(self) -> int:
        digits = ""
        for levels in self.sides.values():
            for price, quantity in list(levels.items())[:10]:
                digits += str(price).replace(".", "").lstrip("0") + quantity.replace(".", "").lstrip("0")
        return zlib.crc32(digits.encode())


@pytest.mark.parametrize("depth", [10, 25, 100])
def test_a_kept_book_is_the_book(desk: Desk, hub: Hub, line: Line, depth: int) -> None:
    ack, snapshot = line.subscribe("book", symbol=["BTC/USD"], depth=depth)
    assert ack["result"] == {"channel": "book", "depth": depth, "snapshot": True, "symbol": "BTC/USD"}
    client = Client(depth)
    client.take(snapshot, "")
    updates = 0
    for step in (1, 1, 2, 5, 30, 300) * 6:
        desk.advance(step)
        if step == 5:
            desk.order("buy", "0.01", ordertype="limit", price="60000")
            desk.order("buy", "0.0301", leverage="5")
        hub.pump()
        for frame in line.frames():
            updates += 1
            assert frame["type"] == "update"
            client.take(frame, "")
    assert updates > 20
    rest = desk.public(f"Depth?pair=XBTUSD&count={depth}")["XXBTZUSD"]
    for side in ("asks", "bids"):
        assert list(client.sides[side]) == [Decimal(row[0]) for row in rest[side]]


def test_numbers_keep_their_zeros(line: Line) -> None:
    line.send('{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":500}}')
    line.leave()
    other = Line(line._hub)
    other.texts()
    other._hub.receive(
        other.session, '{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":500}}'
    )
    _, text = other.texts()
    quantities = [part.partition("}")[0] for part in text.split('"qty":')[1:]]
    assert len(quantities) == 1000
    assert {len(quantity.partition(".")[2]) for quantity in quantities} == {8}
    assert any(quantity.endswith("0") for quantity in quantities)


def test_instruments(desk: Desk, line: Line) -> None:
    ack, snapshot = line.subscribe("instrument")
    assert ack["result"] == {"channel": "instrument", "snapshot": True}
    pair, *_ = snapshot["data"]["pairs"]
    rules = desk.public("AssetPairs?pair=XBTUSD")["XXBTZUSD"]
    assert (pair["symbol"], pair["base"], pair["quote"]) == ("BTC/USD", "BTC", "USD")
    assert pair["price_increment"] == Decimal(rules["tick_size"])
    assert pair["qty_min"] == Decimal(rules["ordermin"])
    assert pair["cost_min"] == Decimal(rules["costmin"])
    desk.box.exchange.set_status("post_only", "XBTUSD")
    (update,) = line.frames()
    assert [row["status"] for row in update["data"]["pairs"]] == ["post_only"]


def test_heartbeats_only_in_silence_and_only_once_subscribed(
    desk: Desk, hub: Hub, line: Line, watch: Stopwatch
) -> None:
    other = Line(hub)
    line.subscribe("trade", symbol=["BTC/USD"])
    line.texts()
    other.texts()
    line.session.last_sent = watch.now
    watch.now = 0.9
    hub.beat()
    assert (line.texts(), other.texts()) == ([], [])
    watch.now = 1.0
    hub.beat()
    assert (line.texts(), other.texts()) == (['{"channel":"heartbeat"}'], [])
    watch.now = 59.0
    hub.beat()
    codes = [other.session.close_code]
    watch.now = 60.0
    hub.beat()
    assert [*codes, other.session.close_code, line.session.close_code] == [0, 1000, 0]


def test_many_clients_share_one_stream_and_leave_nothing_behind(desk: Desk, hub: Hub) -> None:
    lines = [Line(hub) for _ in range(20)]
    for line in lines:
        line.subscribe("book", symbol=["BTC/USD"])
        line.texts()
    desk.advance(60)
    hub.pump()
    texts = [line.texts() for line in lines]
    assert texts[0]
    assert all(text == texts[0] for text in texts)
    for line in lines:
        line.leave()
    assert not hub.sessions
    assert not hub._topics
    assert not hub._markets._books


def test_who_does_not_read_is_cut(desk: Desk, hub: Hub, line: Line) -> None:
    cut: list[int] = []
    line.session.abort = lambda: cut.append(1)
    for interval in (1, 5, 15, 30, 60):
        hub.receive(
            line.session,
            json.dumps(
                {
                    "method": "subscribe",
                    "params": {"channel": "ohlc", "symbol": ["BTC/USD"], "interval": interval},
                }
            ),
        )
    for _ in range(20_000):
        line.session.send("x" * 400)
    assert cut == [1]
    assert len(line.session.outgoing) == 0
