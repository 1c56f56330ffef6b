"""Frames have the members, their order, types and decimals of recorded frames."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.ws.hub import Hub
from tui_bot.paper.ws.line import Line

SAMPLES = Path(__file__).parents[4] / "shared/kraken-samples"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="recorded samples are not at hand")

# recorded on pairs whose prices or costs have other decimals than BTC/USD
FOREIGN = frozenset(
    {"open", "high", "low", "close", "vwap", "cum_cost", "limit_price", "stop_price", "fee_usd_equiv"}
)


class Exact(str):
    """The text of a recorded number."""


def _load(text: str) -> Any:
    return json.loads(text, parse_float=Exact, parse_int=Exact)


def _live(name: str) -> list[Any]:
    return [_load(line) for line in (SAMPLES / "ws-live" / name).read_text().splitlines() if line.strip()]


def _kind(name: str, value: Any) -> str:
    if isinstance(value, Exact):
        decimals = len(value.partition(".")[2])
        return "number" if name in FOREIGN else f"number with {decimals} decimals"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return f"instant with {len(value.partition('.')[2]) - 1} digits"
    return type(value).__name__


def _same(ours: Any, theirs: Any, *, more: frozenset[str] = frozenset(), where: str = "") -> None:
    """The same members in the same order, of the same kind; `more` are members that ours has besides."""
    if isinstance(theirs, dict):
        names = [name for name in ours if name not in more or name in theirs]
        assert names == list(theirs), where
        for name, value in theirs.items():
            _same(ours[name], value, more=more, where=f"{where}.{name}")
    elif isinstance(theirs, list):
        for row in ours[:5]:
            _same(row, theirs[0], more=more, where=f"{where}[]")
    else:
        assert _kind(where.rpartition(".")[2], ours) == _kind(where.rpartition(".")[2], theirs), where


class Wire:
    """A line that gives recorded texts, and a token."""

    def __init__(self) -> None:
        self.desk = Desk(BoxOptions(speed=0, past_minutes=60, balances={"ZUSD": Decimal("160.2405")}))
        self.hub = Hub(self.desk.box)
        self.line = Line(self.hub)
        self.token = self.desk.private("GetWebSocketsToken")["token"]

    def ask(self, method: str, **params: Any) -> list[Any]:
        self.line.texts()
        request = {"method": method, "params": params, "req_id": 0}
        self.hub.receive(self.line.session, json.dumps(request))
        return self.frames()

    def frames(self) -> list[Any]:
        return [_load(text) for text in self.line.texts()]


@pytest.fixture
def wire() -> Wire:
    return Wire()


def test_admin_frames(wire: Wire) -> None:
    _, status = _live("admin_frames.ndjson")
    (ours,) = wire.frames()
    _same(ours, status)


def test_acknowledgements(wire: Wire) -> None:
    executions, ohlc, ticker, book = _live("subscribe_acks.ndjson")
    symbol = ["BTC/USD"]
    (ours, *_) = wire.ask("subscribe", channel="executions", token=wire.token, snapshot=True)
    _same(ours, executions)
    assert ours["result"]["warnings"] == executions["result"]["warnings"]
    for theirs, params in (
        (ohlc, {"channel": "ohlc", "interval": 60}),
        (ticker, {"channel": "ticker"}),
        (book, {"channel": "book", "depth": 10}),
    ):
        (ours, *_) = wire.ask("subscribe", symbol=symbol, snapshot=True, **params)
        _same(ours, theirs)


@pytest.mark.parametrize(
    ("sample", "params", "more"),
    [
        ("ohlc_snapshot_two_rows", {"channel": "ohlc", "interval": 1}, set()),
        ("ticker_snapshot", {"channel": "ticker"}, {"timestamp"}),
        ("trade_snapshot_two_rows", {"channel": "trade", "snapshot": True}, set()),
    ],
)
def test_market_snapshots(wire: Wire, sample: str, params: dict[str, Any], more: set[str]) -> None:
    (theirs,) = _live(f"{sample}.ndjson")
    _, ours = wire.ask("subscribe", symbol=["BTC/USD"], **params)
    _same(ours, theirs, more=frozenset(more))


def test_errors(wire: Wire) -> None:
    ping, field, denied = _live("error_frames.ndjson")
    (ours,) = wire.ask("ping", x=1)
    assert (list(ours), ours["error"]) == (list(ping), ping["error"])
    order = {"order_type": "market", "side": "buy", "symbol": "BTC/USD", "token": wire.token}
    (ours,) = wire.ask("add_order", **order, cash_order_qty="100")
    assert (list(ours), ours["error"]) == (list(field), field["error"])
    wire.desk.box.key.permissions = frozenset()
    (ours,) = wire.ask("add_order", **order, order_qty=1.0)
    assert (list(ours), ours["error"]) == (list(denied), denied["error"])


def test_balances(wire: Wire) -> None:
    (theirs,) = _live("balances_snapshot.ndjson")
    _, ours = wire.ask("subscribe", channel="balances", token=wire.token)
    assert list(ours) == list(theirs)
    assert ours["data"][0]["balance"] == "160.2405"
    _same(ours["data"][0], theirs["data"][-1] | {"wallets": ours["data"][0]["wallets"]})
    assert list(ours["data"][0]["wallets"][0]) == list(theirs["data"][-1]["wallets"][0])
    _, update = json.loads((SAMPLES / "ws/balances.json").read_text())
    wire.desk.order("buy", "0.0001")
    assert [list(row) for f in wire.frames() for row in f["data"]] == [list(update["data"][0])] * 2


def test_executions_from_request_to_cancel(wire: Wire) -> None:
    wire.ask("subscribe", channel="executions", token=wire.token, snapshot=True)
    order = {"order_type": "limit", "side": "buy", "order_qty": 0.0001, "limit_price": 30000.0}
    *rows, answer = wire.ask("add_order", **order, symbol="BTC/USD", token=wire.token, cl_ord_id="c")
    _same(answer, _live("add_order_response.ndjson")[0])
    pending, new = rows
    _same(pending, _live("executions_pending_new_limit.ndjson")[0], more=frozenset({"cl_ord_id"}))
    _same(new, _live("executions_new_sparse.ndjson")[0], more=frozenset({"cl_ord_id"}))
    name = answer["result"]["order_id"]
    amended, _ = wire.ask("amend_order", order_id=name, order_qty=0.0002, token=wire.token)
    _same(amended, _live("executions_amended.ndjson")[0], more=frozenset({"cl_ord_id"}))
    *_, canceled = wire.ask("cancel_order", order_id=[name], token=wire.token)
    _same(canceled, _live("cancel_order_responses.ndjson")[0])
    *_, unknown = wire.ask("batch_cancel", orders=[name, "X"], token=wire.token)
    assert unknown["error"] == "EOrder:Unknown order"


def test_trades_on_executions(wire: Wire) -> None:
    wire.desk.order("buy", "0.0001")
    _, snapshot = wire.ask("subscribe", channel="executions", token=wire.token, snap_trades=True)
    (theirs,) = _live("executions_trades_snapshot.ndjson")
    recorded = {name: value for name, value in theirs["data"][0].items() if name != "sender_sub_id"}
    _same(snapshot["data"][0], recorded)
    wire.desk.order("sell", "0.0001")
    documented = json.loads((SAMPLES / "ws/executions_place_then_fill.json").read_text())[2]["data"][0]
    trade = next(row for f in wire.frames() for row in f["data"] if row["exec_type"] == "trade")
    assert list(trade) == list(documented)


def test_batch_cancel_answers_at_the_top(wire: Wire) -> None:
    rest = {"ordertype": "limit", "price": "30000"}
    names = [wire.desk.order("buy", "0.0001", **rest) for _ in range(2)]
    *_, ours = wire.ask("batch_cancel", orders=names, token=wire.token)
    _same(ours, _live("batch_cancel_response.ndjson")[0])
