"""Faults that strike a part: of a request, of a batch, of a list, of a stream; and pairs that go away."""

from __future__ import annotations

import http.client
import json
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.served_box import served
from tui_bot.paper.auth import sign
from tui_bot.paper.desk import Desk
from tui_bot.paper.faults import read_script
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.ws.hub import Hub
from tui_bot.paper.ws.line import Line

LIMIT = {"ordertype": "limit", "price": "30000"}


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=60))


def _script(desk: Desk, *rules: dict[str, Any]) -> None:
    desk.box.script(read_script(list(rules)))


def _signed(desk: Desk, method: str, **params: object) -> tuple[str, bytes, dict[str, str]]:
    desk.nonce += 1
    body, path = urlencode({"nonce": desk.nonce, **params}).encode(), f"/0/private/{method}"
    key = desk.box.key
    headers = {"API-Key": key.key, "API-Sign": sign(path, str(desk.nonce), body, key.secret)}
    return path, body, headers


@pytest.mark.parametrize("count", [0, 1, 40, 10_000])
def test_a_request_cut_off_on_its_way_is_not_done(desk: Desk, count: int) -> None:
    """F11: whatever part of it has left, the client cannot know."""
    _script(desk, {"verb": "CUT_REQUEST", "on": "AddOrder", "bytes": count})
    order = {"pair": "XBTUSD", "type": "buy", "ordertype": "market", "volume": "0.01"}
    with served(desk) as at:
        wire = http.client.HTTPConnection(urlsplit(at.rest).netloc, timeout=5)
        path, body, headers = _signed(desk, "AddOrder", **order)
        wire.request("POST", path, body, headers)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            wire.getresponse()
        wire.close()
        assert desk.truth()["orders"] == []
        path, body, headers = _signed(desk, "AddOrder", **order)
        wire.request("POST", path, body, headers)
        assert json.loads(wire.getresponse().read())["error"] == [], "it strikes once"
        wire.close()
    (entry,) = desk.get("/box/faults")["log"]
    assert (entry["verb"], entry["on"], entry["bytes"]) == ("CUT_REQUEST", "AddOrder", count)


def test_one_leg_of_a_batch(desk: Desk) -> None:
    _script(desk, {"verb": "ERR", "on": "AddOrderBatch", "leg": 2, "text": "EOrder:Margin level too low"})
    legs = [{"type": "buy", "volume": "0.01", **LIMIT} for _ in range(3)]
    params = {f"orders[{i}][{name}]": text for i, leg in enumerate(legs) for name, text in leg.items()}
    rows = desk.private("AddOrderBatch", pair="XBTUSD", **params)["orders"]
    assert [row.get("error") for row in rows] == [None, "EOrder:Margin level too low", None]
    assert len(desk.private("OpenOrders")["open"]) == 2
    rows = desk.private("AddOrderBatch", pair="XBTUSD", **params)["orders"]
    assert [row.get("error") for row in rows] == [None] * 3


def test_one_leg_of_a_batch_over_a_socket(desk: Desk) -> None:
    _script(desk, {"verb": "ERR", "on": "AddOrderBatch", "leg": 1})
    line = Line(Hub(desk.box))
    leg = {"order_type": "limit", "side": "buy", "order_qty": 0.01, "limit_price": 30000.0}
    token = desk.private("GetWebSocketsToken")["token"]
    (answer,) = line.ask("batch_add", symbol="BTC/USD", orders=[leg, leg], token=token)
    assert answer["result"][0] == {"success": False, "error": "EOrder:Insufficient funds"}
    assert "order_id" in answer["result"][1]


def test_orders_hidden_from_a_list(desk: Desk) -> None:
    """F35: an empty list is no proof of flat."""
    first, second, third = (desk.order("buy", "0.01", **LIMIT) for _ in range(3))
    _script(desk, {"verb": "HIDE", "on": "OpenOrders", "orders": 2})
    assert list(desk.private("OpenOrders")["open"]) == [first]
    _script(desk, {"verb": "HIDE", "on": "OpenOrders", "txid": second})
    assert list(desk.private("OpenOrders")["open"]) == [third, first]
    assert len(desk.private("OpenOrders")["open"]) == 3
    _script(desk, {"verb": "HIDE", "on": "OpenOrders", "orders": 9})
    assert desk.private("OpenOrders") == {"open": {}}


def _kinds(line: Line) -> list[str]:
    return [row["exec_type"] for f in line.frames() if f.get("channel") == "executions" for row in f["data"]]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({}, ["new", "trade", "filled"]),
        ({"exec_type": "trade"}, ["pending_new", "new", "filled"]),
        ({"exec_type": "filled", "frames": 2}, ["pending_new", "new", "trade"]),
        ({"frames": 3}, ["filled"]),
    ],
)
def test_a_lost_message_of_executions(desk: Desk, args: dict[str, Any], expected: list[str]) -> None:
    """F20: a fill that is never pushed; the next message's number tells."""
    line = Line(Hub(desk.box))
    line.subscribe("executions", token=desk.private("GetWebSocketsToken")["token"])
    _script(desk, {"verb": "WS", "kind": "LOSE_EXEC", **args})
    desk.order("buy", "0.01")
    assert _kinds(line) == expected
    assert line.session.private["executions"].sequence == 5, "numbers are used up"


def _candles(desk: Desk, line: Line) -> list[Any]:
    (_, snapshot) = line.subscribe("ohlc", symbol=["BTC/USD"], interval=1)
    return list(snapshot["data"])


@pytest.mark.parametrize(
    "kind", ["GAP", "REORDER", "REPAINT", "SHIFT_TS", "ZERO", "NEG", "STALE", "SPIKE", "OFFGRID"]
)
def test_candles_gone_wrong_on_a_socket(desk: Desk, kind: str) -> None:
    hub = Hub(desk.box)
    honest = _candles(desk, Line(hub))
    _script(desk, {"verb": "FEED", "on": "ohlc", "kind": kind})
    spoiled = _candles(desk, Line(hub))
    assert spoiled != honest
    assert len(spoiled) - len(honest) == {"GAP": -1, "STALE": -3}.get(kind, 0)
    assert _candles(desk, Line(hub)) == honest, "it strikes once"


@pytest.mark.parametrize(("kind", "frames"), [("DUP", 2), ("GAP", 0), ("STALE", 0), ("NAN", 1)])
def test_an_update_gone_wrong(desk: Desk, kind: str, frames: int) -> None:
    hub = Hub(desk.box)
    line = Line(hub)
    _candles(desk, line)
    desk.advance(1)
    hub.pump()
    line.texts()
    _script(desk, {"verb": "FEED", "on": "ohlc", "kind": kind, "count": 0})
    while not desk.get("/box/faults")["log"]:
        desk.advance(1)
        hub.pump()
    texts = line.texts()
    assert len(texts) == frames * len(desk.get("/box/faults")["log"])
    assert all('"close":NaN' in text for text in texts) == (kind == "NAN" or not texts)


def test_a_pair_is_delisted_and_comes_back(desk: Desk) -> None:
    """F75: a pair that is gone takes its open orders along."""
    hub = Hub(desk.box)
    line = Line(hub)
    line.subscribe("instrument")
    txid = desk.order("buy", "0.01", pair="ETHUSD", ordertype="limit", price="2000")
    _script(desk, {"verb": "STATUS", "value": "delisted", "pair": "ETHUSD"})
    row = desk.private("QueryOrders", txid=txid)[txid]
    assert (row["status"], row["reason"]) == ("canceled", "Asset pair delisted")
    assert list(desk.public("AssetPairs")) == ["XXBTZUSD"]
    with pytest.raises(Refusal, match="EQuery:Unknown asset pair"):
        desk.order("buy", "0.01", pair="ETHUSD")
    told = [frame["data"]["pairs"][0] for frame in line.frames() if frame.get("channel") == "instrument"]
    assert [(row["symbol"], row["status"]) for row in told] == [("ETH/USD", "delisted")]
    _script(desk, {"verb": "STATUS", "value": "online", "pair": "ETHUSD"})
    assert desk.order("buy", "0.01", pair="ETHUSD")


def test_a_pair_gets_another_name(desk: Desk) -> None:
    hub = Hub(desk.box)
    before = Line(hub)
    before.subscribe("trade", symbol=["BTC/USD"])
    _script(desk, {"verb": "PAIRS", "pair": "XBTUSD", "symbol": "BTC2/USD", "altname": "BTC2USD"})
    assert desk.public("AssetPairs?pair=BTC2USD")["XXBTZUSD"]["altname"] == "BTC2USD"
    after = Line(hub)
    (refused,) = after.subscribe("trade", symbol=["BTC/USD"])
    assert refused["error"] == "Currency pair not supported BTC/USD"
    _, snapshot = after.subscribe("trade", symbol=["BTC2/USD"], snapshot=True)
    assert snapshot["data"][0]["symbol"] == "BTC2/USD"
    desk.advance(60)
    hub.pump()
    assert before.frames()
    assert after.frames()


def test_a_clock_that_stands_still_or_runs_behind(desk: Desk) -> None:
    first = desk.public("Time")["unixtime"]
    _script(desk, {"verb": "CLOCK", "freeze": 30})
    desk.advance(20)
    assert desk.public("Time")["unixtime"] == first
    desk.advance(15)
    assert desk.public("Time")["unixtime"] == first + 35
    _script(desk, {"verb": "CLOCK", "skew": -120})
    assert desk.public("Time")["unixtime"] == first + 35 - 120
    _script(desk, {"verb": "CLOCK", "leap": 60})
    assert desk.public("Time")["unixtime"] == first + 95 - 120, "the skew stays"


def test_margin_is_refused_in_any_words(desk: Desk) -> None:
    _script(desk, {"verb": "MARGIN", "kind": "refuse", "text": "EOrder:Cannot open position"})
    with pytest.raises(Refusal, match="EOrder:Cannot open position"):
        desk.order("buy", "0.01", leverage="2")
    desk.order("buy", "0.01")
    _script(desk, {"verb": "MARGIN", "kind": "allow"})
    desk.order("buy", "0.01", leverage="2")
    assert Decimal(desk.truth()["net_position"]["XXBTZUSD"]) == Decimal("0.01")
