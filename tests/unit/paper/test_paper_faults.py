"""Faults as data: each verb does what its name says, once, and is written down."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from tui_bot.paper.answer import Answer
from tui_bot.paper.application import application
from tui_bot.paper.auth import sign
from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.rest import Request, respond
from tui_bot.paper.ws.hub import Hub
from tui_bot.paper.ws.line import Line

ORDER = {"pair": "XBTUSD", "type": "buy", "ordertype": "market", "volume": "0.01"}


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=60))


def _script(desk: Desk, *rules: dict[str, Any], **more: Any) -> Any:
    body = json.dumps({"faults": rules, **more}).encode()
    return json.loads(respond(desk.box, Request("POST", "/box/faults", {}, {}, body)).body)


def _raw(desk: Desk, method: str, **params: object) -> Answer:
    desk.nonce += 1
    body = urlencode({"nonce": desk.nonce, **params}).encode()
    path = f"/0/private/{method}"
    headers = {
        "api-key": desk.box.key.key,
        "api-sign": sign(path, str(desk.nonce), body, desk.box.key.secret),
    }
    return respond(desk.box, Request("POST", path, {}, headers, body))


def _orders(desk: Desk) -> int:
    return len(desk.truth()["orders"])


@pytest.mark.parametrize(
    ("rule", "applied"),
    [
        ({"verb": "ACCEPT_DROP"}, True),
        ({"verb": "DROP_BEFORE"}, False),
        ({"verb": "HANG", "seconds": 3}, True),
        ({"verb": "HANG", "seconds": 3, "applied": False}, False),
        ({"verb": "HTTP", "code": 502, "applied": True}, True),
        ({"verb": "HTTP", "code": 520}, False),
        ({"verb": "ERR", "text": "EService:Busy", "applied": True}, True),
        ({"verb": "ERR", "text": "EService:Busy"}, False),
        ({"verb": "TRICKLE", "rate": 10}, True),
        ({"verb": "BODY", "kind": "TRUNC"}, True),
        ({"verb": "ACCEPT_LATE", "seconds": 4}, False),
    ],
)
def test_answers_lost_and_found(desk: Desk, rule: dict[str, Any], applied: bool) -> None:
    _script(desk, {"on": "AddOrder", "nth": 2, **rule})
    assert json.loads(_raw(desk, "AddOrder", **ORDER).body)["error"] == []
    answer = _raw(desk, "AddOrder", **ORDER)
    assert _orders(desk) == 1 + applied
    verb = rule["verb"]
    assert answer.drop == (verb in {"ACCEPT_DROP", "DROP_BEFORE"} or rule.get("applied") is False)
    assert answer.delay == (3 if verb == "HANG" else 0)
    assert answer.rate == (10 if verb == "TRICKLE" else 0)
    if verb == "HTTP":
        assert (answer.status, answer.kind) == (rule["code"], "text/html; charset=UTF-8")
    if verb == "ERR":
        assert json.loads(answer.body) == {"error": ["EService:Busy"]}
    assert json.loads(_raw(desk, "AddOrder", **ORDER).body)["error"] == [], "it strikes once"
    (entry,) = desk.get("/box/faults")["log"]
    assert (entry["verb"], entry["on"], entry["call"]) == (verb, "AddOrder", 2)


def test_an_order_applied_late_respects_its_deadline(desk: Desk) -> None:
    _script(desk, {"verb": "ACCEPT_LATE", "on": "AddOrder", "seconds": 10, "count": 2})
    assert desk.post("AddOrder", **ORDER)["error"] == ["EService:Timeout"]
    assert desk.post("AddOrder", **ORDER, deadline="2026-01-05T12:00:29Z")["error"] == ["EService:Timeout"]
    desk.advance(9.5)
    assert _orders(desk) == 0
    desk.advance(1)
    (order,) = desk.truth()["orders"]
    assert order["opentm_ms"] == 1_767_614_430_000, "at its very moment, not when somebody looks"


def test_rules_choose_by_parameters_and_chance(desk: Desk) -> None:
    _script(desk, {"verb": "ERR", "on": "Ticker", "where": {"pair": "ETHUSD"}, "count": 0})
    desk.public("Ticker?pair=XBTUSD")
    for _ in range(3):
        with pytest.raises(Refusal, match="EService:Unavailable"):
            desk.public("Ticker?pair=ETHUSD")
    assert _script(desk, clear=True)["rules"] == []
    _script(desk, {"verb": "ERR", "on": "*", "count": 0, "chance": 0.5})
    outcomes = [bool(desk.get("/0/public/Time")["error"]) for _ in range(200)]
    assert 60 < sum(outcomes) < 140


def test_reads_that_lag(desk: Desk) -> None:
    _script(desk, {"verb": "LAG_VIEW", "seconds": 5})
    txid = desk.order("buy", "0.01", ordertype="limit", price="30000")
    desk.advance(4)
    assert desk.private("OpenOrders")["open"] == {}
    with pytest.raises(Refusal, match="Unknown order"):
        desk.private("QueryOrders", txid=txid)
    desk.advance(1)
    assert list(desk.private("OpenOrders")["open"]) == [txid]
    desk.private("CancelOrder", txid=txid)
    assert list(desk.private("OpenOrders")["open"]) == [txid], "it still looks open"
    _script(desk, {"verb": "LAG_VIEW", "seconds": 0})
    assert desk.private("OpenOrders")["open"] == {}


@pytest.mark.parametrize(
    ("rule", "status", "filled", "parts"),
    [
        ({"share": 0.5, "reason": "Market price protection"}, "canceled", "0.00500000", 1),
        ({"parts": 4}, "closed", "0.01000000", 4),
        ({"share": 0, "reason": "Nobody there"}, "canceled", "0.00000000", 0),
    ],
)
def test_fills_by_plan(desk: Desk, rule: dict[str, Any], status: str, filled: str, parts: int) -> None:
    _script(desk, {"verb": "FILL", "on": "AddOrder", **rule})
    txid = desk.order("buy", "0.01")
    row = desk.private("QueryOrders", txid=txid)[txid]
    assert (row["status"], row["vol_exec"], row["reason"]) == (status, filled, rule.get("reason"))
    assert len(desk.truth()["fills"]) == parts


def test_slow_fills(desk: Desk) -> None:
    _script(desk, {"verb": "FILL", "on": "AddOrder", "seconds": 30})
    txid = desk.order("buy", "0.01")
    assert desk.private("OpenOrders")["open"][txid]["status"] == "pending"
    desk.advance(31)
    assert desk.private("QueryOrders", txid=txid)[txid]["status"] == "closed"


@pytest.mark.parametrize(
    "kind",
    ["DUP", "GAP", "REORDER", "REPAINT", "SHIFT_TS", "ZERO", "NEG", "NAN", "STALE", "SPIKE", "OFFGRID"],
)
def test_candles_gone_wrong(desk: Desk, kind: str) -> None:
    honest = desk.public("OHLC?pair=XBTUSD")
    _script(desk, {"verb": "FEED", "on": "OHLC", "kind": kind})
    spoiled = desk.public("OHLC?pair=XBTUSD")
    assert spoiled["XXBTZUSD"] != honest["XXBTZUSD"]
    assert desk.public("OHLC?pair=XBTUSD") == honest


@pytest.mark.parametrize(
    "kind",
    ["GZIP_BOMB", "DEEP", "HUGE", "HUGE_INT", "DUP_KEYS", "NAN_LIT", "TRUNC", "WRONG_TYPE", "ESC_TEXT",
     "MARKUP_TEXT", "BIDI"],
)  # fmt: skip
def test_bodies_nobody_should_trust(desk: Desk, kind: str) -> None:
    honest = respond(desk.box, Request("GET", "/0/public/AssetPairs", {}, {}, b"")).body
    _script(desk, {"verb": "BODY", "on": "AssetPairs", "kind": kind})
    answer = respond(desk.box, Request("GET", "/0/public/AssetPairs", {}, {}, b""))
    assert answer.body != honest
    if kind == "GZIP_BOMB":
        assert len(answer.body) < 100_000 < 10_000_000 < len(gzip.decompress(answer.body))


def test_deeds(desk: Desk) -> None:
    _script(
        desk,
        {"verb": "STATUS", "value": "post_only", "pair": "ETHUSD"},
        {"verb": "PAIRS", "pair": "XBTUSD", "ordermin": "0.02", "tick_size": "1", "pair_decimals": 0},
        {"verb": "CLOCK", "skew": -7, "leap": 3},
        {"verb": "KEY", "kind": "add"},
    )
    assert desk.public("AssetPairs?pair=ETHUSD")["XETHZUSD"]["status"] == "post_only"
    rules = desk.public("AssetPairs?pair=XBTUSD")["XXBTZUSD"]
    assert (rules["ordermin"], rules["tick_size"], rules["pair_decimals"]) == ("0.02", "1", 0)
    with pytest.raises(Refusal, match="Order minimum not met"):
        desk.order("buy", "0.01")
    with pytest.raises(Refusal, match="Tick size check failed"):
        desk.order("buy", "0.02", ordertype="limit", price="30000.5")
    assert desk.public("Time")["unixtime"] == 1_767_614_420 + 3 - 7
    assert "withdraw-funds" in desk.private("GetApiKeyInfo")["permissions"]
    _script(desk, {"verb": "PAIRS", "pair": "ETHUSD", "remove": True})
    with pytest.raises(Refusal, match="EQuery:Unknown asset pair"):
        desk.public("Ticker?pair=ETHUSD")


def test_deeds_wait_for_a_call_or_a_time(desk: Desk) -> None:
    _script(
        desk,
        {"verb": "STATUS", "value": "cancel_only", "on": "AddOrder", "nth": 2},
        {"verb": "STATUS", "value": "online", "after": 60},
    )
    desk.order("buy", "0.01")
    with pytest.raises(Refusal, match="Market in cancel_only mode"):
        desk.order("buy", "0.01")
    desk.advance(61)
    desk.order("buy", "0.01")


def test_a_deed_that_fails_late_stops_nothing(desk: Desk) -> None:
    _script(
        desk,
        {"verb": "STATUS", "value": "online", "pair": "NONE", "on": "Time"},
        {"verb": "PAIRS", "pair": "NOWHERE", "after": 5},
    )
    desk.public("Time")
    desk.advance(6)
    failed = [entry["failed"] for entry in desk.get("/box/faults")["log"] if "failed" in entry]
    assert len(failed) == 2
    assert "NOWHERE" in failed[1]


def test_margin_by_force(desk: Desk) -> None:
    desk.order("buy", "0.02", leverage="3")
    _script(desk, {"verb": "MARGIN", "kind": "deny"})
    with pytest.raises(Refusal, match="EOrder:Insufficient margin"):
        desk.order("buy", "0.02", leverage="3")
    _script(desk, {"verb": "MARGIN", "kind": "liquidate"})
    assert desk.truth()["positions"] == []
    assert desk.truth()["orders"][-1]["misc"] == "liquidated"


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"kind": "drop", "permission": "query-funds"}, "EGeneral:Permission denied"),
        ({"kind": "lockout", "seconds": 60}, "EGeneral:Temporary lockout"),
        ({"kind": "revoke"}, "EAPI:Invalid key"),
        ({"kind": "foreign-nonce"}, "EAPI:Invalid nonce"),
    ],
)
def test_keys_in_trouble(desk: Desk, rule: dict[str, Any], error: str) -> None:
    desk.private("Balance")
    _script(desk, {"verb": "KEY", **rule})
    assert desk.post("Balance")["error"] == [error]
    if rule["kind"] == "lockout":
        desk.advance(60)
        desk.private("Balance")


def _listening(desk: Desk, hub: Hub) -> Line:
    line = Line(hub)
    token = desk.private("GetWebSocketsToken")["token"]
    line.subscribe("executions", token=token)
    line.subscribe("trade", symbol=["BTC/USD"])
    return line


def _kinds(line: Line) -> list[str]:
    return [row["exec_type"] for f in line.frames() if f.get("channel") == "executions" for row in f["data"]]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("DUP_EXEC", ["pending_new", "pending_new", "new", "canceled"]),
        ("REORDER_EXEC", ["new", "pending_new", "canceled"]),
        ("STALL", ["new", "canceled"]),
    ],
)
def test_frames_gone_wrong(desk: Desk, kind: str, expected: list[str]) -> None:
    line = _listening(desk, Hub(desk.box))
    _script(desk, {"verb": "WS", "kind": kind, "channel": "executions", "frames": 1})
    txid = desk.order("buy", "0.01", ordertype="limit", price="30000")
    desk.private("CancelOrder", txid=txid)
    assert _kinds(line) == expected


def test_connections_gone_wrong(desk: Desk) -> None:
    hub = Hub(desk.box)
    line, other = _listening(desk, hub), Line(hub)
    _script(desk, {"verb": "WS", "kind": "NO_SNAPSHOT", "channel": "book"})
    assert [f.get("method") for f in other.subscribe("book", symbol=["BTC/USD"])] == ["subscribe"]
    _script(desk, {"verb": "WS", "kind": "BAD_SESSION"})
    (answer,) = line.ask("cancel_all", token=desk.box.key.key)
    assert answer["error"] == "EAPI:Invalid token"
    _script(desk, {"verb": "WS", "kind": "STALL", "channel": "trade", "heartbeats": False})
    desk.advance(600)
    hub.pump()
    assert line.texts() == []
    _script(desk, {"verb": "WS", "kind": "OFF"})
    desk.advance(600)
    hub.pump()
    assert line.texts()
    _script(desk, {"verb": "WS", "kind": "HALF_OPEN"})
    desk.advance(600)
    hub.pump()
    assert (line.texts(), line.session.deaf) == ([], True)
    _script(desk, {"verb": "WS", "kind": "CLOSE", "code": 1008})
    assert line.session.close_code == 1008


@pytest.mark.parametrize(
    ("rule", "orders", "closed"),
    [
        ({"verb": "ACCEPT_DROP"}, 1, True),
        ({"verb": "DROP_BEFORE"}, 0, True),
        ({"verb": "HANG"}, 1, False),
        ({"verb": "ERR", "text": "EService:Busy", "applied": True}, 1, False),
    ],
)
def test_trading_requests_meet_the_same_faults(
    desk: Desk, rule: dict[str, Any], orders: int, closed: bool
) -> None:
    line = _listening(desk, Hub(desk.box))
    token = desk.private("GetWebSocketsToken")["token"]
    _script(desk, {"on": "AddOrder", **rule})
    order = {"order_type": "market", "side": "buy", "order_qty": 0.01, "symbol": "BTC/USD", "token": token}
    answers = [frame for frame in line.ask("add_order", 1, **order) if "method" in frame]
    assert [frame["error"] for frame in answers] == (["EService:Busy"] if rule["verb"] == "ERR" else [])
    assert _orders(desk) == orders
    assert bool(line.session.close_code) is closed


@contextmanager
def _served(desk: Desk) -> Iterator[http.client.HTTPConnection]:
    import uvicorn

    config = uvicorn.Config(application(desk.box), port=0, log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        pass
    wire = http.client.HTTPConnection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1], timeout=5)
    try:
        yield wire
    finally:
        wire.close()
        server.should_exit = True
        thread.join(5)


def test_faults_on_a_real_wire(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    _script(
        desk,
        {"verb": "DROP_BEFORE", "on": "Time"},
        {"verb": "HANG", "on": "SystemStatus", "seconds": 0.3},
        {"verb": "TRICKLE", "on": "Spread", "where": {"pair": "ETHUSD"}, "rate": 40_000},
        {"verb": "HTTP", "on": "Assets", "code": 521},
        {"verb": "HANG", "on": "Depth", "seconds": 60},
    )
    with _served(desk) as wire:
        wire.request("GET", "/0/public/Time")
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            wire.getresponse()
        wire.close()
        started = time.monotonic()
        wire.request("GET", "/0/public/SystemStatus")
        assert json.loads(wire.getresponse().read())["error"] == []
        assert time.monotonic() - started >= 0.3
        wire.request("GET", "/0/public/Spread?pair=ETHUSD")
        assert len(json.loads(wire.getresponse().read())["result"]["XETHZUSD"]) == 200
        wire.request("GET", "/0/public/Assets")
        answer = wire.getresponse()
        assert (answer.status, b"cloudflare" in answer.read()) == (521, True)
        wire.request("GET", "/0/public/Depth?pair=XBTUSD")
        wire.close()
    assert Decimal(desk.truth()["balances"]["ZUSD"]) == 10_000
    assert "Exception" not in capfd.readouterr().err
