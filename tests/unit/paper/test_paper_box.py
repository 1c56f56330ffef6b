"""The box's own endpoints, and its HTTP face."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.rest import Request, respond


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=10))


def _post(desk: Desk, path: str, content: object) -> Any:
    body = json.dumps(content).encode()
    return json.loads(respond(desk.box, Request("POST", path, {}, {}, body)).body)


def test_every_answer_of_the_box_says_so(desk: Desk) -> None:
    for path in ("/box/clock", "/box/account", "/box/ledger"):
        assert desk.get(path)["box"] == "not Kraken"
    account = desk.get("/box/account")
    assert (account["key"], account["speed"], account["pairs"]) == (
        desk.box.key.key,
        0,
        ["BTC/USD", "ETH/USD"],
    )


def test_a_manual_clock_moves_by_hand(desk: Desk) -> None:
    before = desk.get("/box/clock")
    after = _post(desk, "/box/advance", {"ms": 61_000})
    assert after["now_ms"] - before["now_ms"] == 61_000
    assert desk.public("Time")["unixtime"] == after["now_ms"] // 1000
    assert _post(desk, "/box/advance", {"ms": -1})["error"] == ["EGeneral:Invalid arguments:ms"]


def test_a_running_clock_does_not() -> None:
    running = Desk(BoxOptions(speed=1, past_minutes=10))
    assert "the clock runs by itself" in _post(running, "/box/advance", {"ms": 1})["error"][0]
    with pytest.raises(TypeError, match="runs by itself"):
        running.advance(1)


def test_statuses_by_http(desk: Desk) -> None:
    answer = _post(desk, "/box/status", {"system": "cancel_only", "pair": {"BTC/USD": "post_only"}})
    assert answer == {"box": "not Kraken", "system": "cancel_only", "pair": {"XXBTZUSD": "post_only"}}
    assert desk.public("SystemStatus")["status"] == "cancel_only"
    assert desk.public("AssetPairs?pair=XBTUSD")["XXBTZUSD"]["status"] == "post_only"
    assert _post(desk, "/box/status", {"system": "asleep"})["error"] == ["EGeneral:Invalid arguments:status"]
    assert _post(desk, "/box/status", {"pair": {"X": "online"}})["error"] == ["EQuery:Unknown asset pair"]
    assert _post(desk, "/box/status", {"pair": "no"})["error"] == ["EGeneral:Invalid arguments:pair"]
    assert _post(desk, "/box/nothing", {})["error"] == ["EGeneral:Unknown method"]


@contextmanager
def _served(desk: Desk) -> Iterator[http.client.HTTPConnection]:
    import uvicorn

    from tui_bot.paper.application import application

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


def test_the_http_face(desk: Desk) -> None:
    with _served(desk) as wire:
        wire.request("GET", "/0/public/OHLC?pair=xbtusd&interval=5")
        answer = wire.getresponse()
        assert (answer.status, answer.getheader("content-type")) == (200, "application/json")
        assert list(json.loads(answer.read())["result"]) == ["XXBTZUSD", "last"]
        wire.request("GET", "/anything/else")
        assert json.loads(wire.getresponse().read()) == {"error": ["EGeneral:Unknown method"]}
        wire.request("POST", "/0/private/Balance", b"nonce=1")
        assert json.loads(wire.getresponse().read()) == {"error": ["EAPI:Invalid key"]}
        wire.request("POST", "/0/private/Balance", b"x" * 300_000)
        assert wire.getresponse().status == 413
