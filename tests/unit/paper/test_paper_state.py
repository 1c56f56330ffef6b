"""The box remembers: restart, torn tails, kill -9 in the middle of orders, and one box a file."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest

from tui_bot.paper.auth import sign
from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.remote import VisitError, visit
from tui_bot.paper.state import StateError

ROOT = Path(__file__).parents[3]


def _trade_a_little(desk: Desk) -> None:
    desk.order("buy", "0.05", leverage="3", cl_ord_id="first")
    desk.order("buy", "0.01", ordertype="limit", price="30000", cl_ord_id="resting")
    desk.advance(5 * 3600)
    desk.order("sell", "0.02", leverage="3", reduce_only="true")
    desk.order("buy", "0.01")
    desk.box.exchange.set_status("post_only", "XBTUSD")


def _everything(desk: Desk) -> list[Any]:
    public = [
        desk.public(call)
        for call in ("OHLC?pair=XBTUSD", "Trades?pair=XBTUSD", "Ticker?pair=XBTUSD", "AssetPairs")
    ]
    private = [
        desk.private(name)
        for name in (
            "BalanceEx",
            "TradeBalance",
            "OpenOrders",
            "ClosedOrders",
            "TradesHistory",
            "OpenPositions",
        )
    ]
    return [desk.truth(), public, private]


def test_a_restarted_box_is_the_same_box(tmp_path: Path) -> None:
    options = BoxOptions(speed=0, past_minutes=60, state=tmp_path / "box")
    desk = Desk(options)
    _trade_a_little(desk)
    before, key = _everything(desk), desk.box.key
    desk.box.close()
    again = Desk(options)
    assert (again.box.key.key, again.box.key.secret, again.nonce) == (key.key, key.secret, key.nonce)
    assert _everything(again) == before
    again.advance(60)
    unbroken = Desk(BoxOptions(speed=0, past_minutes=60))
    unbroken.advance(5 * 3600 + 60)
    assert again.public("Trades?pair=XBTUSD") == unbroken.public("Trades?pair=XBTUSD")


@pytest.mark.parametrize("bookmark", ["kept", "lost", "torn", "foreign"])
def test_the_market_comes_back_with_and_without_its_bookmark(tmp_path: Path, bookmark: str) -> None:
    options = BoxOptions(speed=0, past_minutes=60, state=tmp_path / "box")
    desk = Desk(options)
    desk.advance(7200)
    desk.box.close()
    path = tmp_path / "box.market"
    content = json.loads(path.read_text())
    if bookmark == "lost":
        path.unlink()
    elif bookmark == "torn":
        path.write_text(path.read_text()[:-100])
    elif bookmark == "foreign":
        content["markets"][1][1][0] = "rows"
        path.write_text(json.dumps(content))
    again, unbroken = Desk(options), Desk(BoxOptions(speed=0, past_minutes=60))
    unbroken.advance(7200)
    for step in (0, 1, 3600):
        for one in (again, unbroken):
            one.advance(step)
        for call in ("Trades?pair=XBTUSD", "OHLC?pair=ETHUSD", "OHLC?pair=XBTUSD&interval=15", "Ticker"):
            assert again.public(call) == unbroken.public(call)
    again.box.close()


def test_a_torn_tail_is_dropped_and_written_over(tmp_path: Path) -> None:
    options = BoxOptions(speed=0, past_minutes=60, state=tmp_path / "box")
    desk = Desk(options)
    desk.order("buy", "0.01", cl_ord_id="kept")
    desk.box.close()
    whole = (tmp_path / "box").read_bytes()
    assert whole.endswith(b"\n")
    for cut in (1, 7, 100):
        (tmp_path / "box").write_bytes(whole + whole.splitlines(keepends=True)[-1][:-cut])
        again = Desk(options)
        assert [order["cl_ord_id"] for order in again.truth()["orders"]] == ["kept"]
        again.order("buy", "0.01")
        again.box.close()
        third = Desk(options)
        assert len(third.truth()["orders"]) == 2
        third.box.close()


def test_files_that_are_not_its_own(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.write_text("hello\n")
    with pytest.raises(StateError, match="line 1: not the state of a box"):
        Desk(BoxOptions(speed=0, state=foreign))
    options = BoxOptions(speed=0, past_minutes=10, state=tmp_path / "box")
    desk = Desk(options)
    with pytest.raises(StateError, match="in use by another box"):
        Desk(options)
    desk.box.close()
    history = tmp_path / "XBTUSD_1.csv"
    history.write_text("60,1.0,1.0,1.0,1.0,1,1\n120,1.0,1.0,1.0,1.0,1,1\n")
    with pytest.raises(StateError, match="belongs to a box of the simulated market"):
        Desk(BoxOptions(speed=0, state=tmp_path / "box", history=history))


class Running:
    """A box in a process of its own."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui_bot.paper", "--with-parent", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())
        self.wire = http.client.HTTPConnection(self.ready["rest"].removeprefix("http://"), timeout=10)
        self.nonce = time.time_ns()

    def get(self, path: str) -> Any:
        self.wire.request("GET", path)
        return json.loads(self.wire.getresponse().read())

    def send(self, method: str, **params: object) -> None:
        self.nonce += 1
        path, body = f"/0/private/{method}", urlencode({"nonce": self.nonce, **params}).encode()
        signature = sign(path, str(self.nonce), body, self.ready["secret"])
        headers = {
            "API-Key": self.ready["key"],
            "API-Sign": signature,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.wire.request("POST", path, body, headers)

    def receive(self) -> Any:
        return json.loads(self.wire.getresponse().read())

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = self.process.wait(5)
        self.wire.close()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        return code


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_answered_order_survives_kill_9(tmp_path: Path, seed: int) -> None:
    rng, answered = Random(seed), {}
    state = str(tmp_path / "box")
    box = Running("--state", state, "--speed", "50")
    for count in range(rng.randrange(3, 12)):
        name = f"order-{count}"
        limit = (
            {"ordertype": "limit", "price": "20000"}
            if rng.random() < 0.5
            else {"ordertype": "market", "leverage": "5"}
        )
        box.send("AddOrder", pair="XBTUSD", type="buy", volume="0.001", cl_ord_id=name, **limit)
        answered[name] = box.receive()["result"]["txid"][0]
    candles = box.get("/0/public/OHLC?pair=XBTUSD")["result"]["XXBTZUSD"][:-1]
    clock, nonce = box.get("/box/clock")["now_ms"], box.nonce
    box.send(
        "AddOrder", pair="XBTUSD", type="buy", volume="0.001", cl_ord_id="unanswered", ordertype="market"
    )
    time.sleep(rng.random() * 0.004)
    box.end(signal.SIGKILL)
    again = Running("--state", state, "--speed", "50")
    assert again.ready["key"] == box.ready["key"]
    assert again.get("/box/clock")["now_ms"] >= clock
    truth = again.get("/box/ledger")
    orders = {order["cl_ord_id"]: order["txid"] for order in truth["orders"]}
    assert {name: orders.get(name) for name in answered} == answered
    assert len(truth["orders"]) == len(orders) <= len(answered) + 1
    fills = sum(Decimal(fill["vol"]) for fill in truth["fills"])
    assert fills == sum(Decimal(order["vol_exec"]) for order in truth["orders"])
    now = {row[0]: row for row in again.get("/0/public/OHLC?pair=XBTUSD")["result"]["XXBTZUSD"]}
    assert all(now[row[0]] == row for row in candles if row[0] in now)
    again.nonce = nonce - 1
    again.send("Balance")
    assert again.receive()["error"] == ["EAPI:Invalid nonce"]
    assert again.end(signal.SIGTERM) == 0


def test_ends_with_its_parent_and_on_signals() -> None:
    box = Running()
    seen = visit(box.ready["rest"], 2.0)
    assert (seen.key, seen.secret, seen.speed) == (box.ready["key"], box.ready["secret"], 10.0)
    assert box.process.stdin is not None
    box.process.stdin.close()
    assert box.process.wait(3) == 0
    box.end(signal.SIGCONT)
    other = Running("--speed", "2.5")
    assert other.ready["speed"] == 2.5
    started = time.monotonic()
    assert other.end(signal.SIGINT) == 0
    assert time.monotonic() - started < 2


def test_says_why_it_cannot_start(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tui_bot.paper", "--history", os.fspath(tmp_path / "none.csv")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "none.csv: cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:1", "http://example.com", "http://127.0.0.1.example.com:80"]
)
def test_visits_only_this_machine(url: str) -> None:
    with pytest.raises(VisitError, match="not a box on this machine"):
        visit(url, 1.0)


def test_nobody_at_home() -> None:
    with pytest.raises(VisitError, match="no box answers"):
        visit("http://127.0.0.1:9", 1.0)
