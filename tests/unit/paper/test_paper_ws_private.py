"""Private channels and trading requests over WebSocket."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions, Doubts
from tui_bot.paper.ws.hub import Hub
from tui_bot.paper.ws.line import Line

RICH = {"ZUSD": Decimal(100_000), "XXBT": Decimal(2)}
LIMIT: dict[str, Any] = {"order_type": "limit", "side": "buy", "order_qty": 0.5, "symbol": "BTC/USD"}


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=60, balances=RICH))


@pytest.fixture
def hub(desk: Desk) -> Hub:
    return Hub(desk.box)


class Trader:
    """A line with a token."""

    def __init__(self, desk: Desk, hub: Hub) -> None:
        self.line = Line(hub)
        self.token = desk.private("GetWebSocketsToken")["token"]

    def ask(self, method: str, **params: Any) -> list[Any]:
        return self.line.ask(method, 7, token=self.token, **params)

    def one(self, method: str, **params: Any) -> Any:
        """The answer to a request that has just one."""
        (answer,) = [frame for frame in self.ask(method, **params) if "method" in frame]
        return answer

    def rows(self) -> list[Any]:
        """Rows of executions since the last time."""
        return [row for f in self.line.frames() if f.get("channel") == "executions" for row in f["data"]]


@pytest.fixture
def trader(desk: Desk, hub: Hub) -> Trader:
    return Trader(desk, hub)


def _subscribe(trader: Trader, channel: str, **params: Any) -> list[Any]:
    return trader.ask("subscribe", channel=channel, **params)


def test_a_market_order_from_first_to_last_row(desk: Desk, hub: Hub, trader: Trader) -> None:
    watcher = Trader(desk, hub)
    ack, snapshot = _subscribe(watcher, "executions")
    assert ack["result"]["maxratecount"] == 180
    assert (snapshot["type"], snapshot["data"], snapshot["sequence"]) == ("snapshot", [], 1)
    params = {"order_type": "market", "side": "buy", "order_qty": 1.0, "symbol": "BTC/USD", "cl_ord_id": "a"}
    placed = trader.one("add_order", **params)
    assert (placed["success"], placed["req_id"]) == (True, 7)
    assert placed["result"]["cl_ord_id"] == "a"
    frames = watcher.line.frames()
    assert [frame["sequence"] for frame in frames] == list(range(2, len(frames) + 2))
    rows = [row for frame in frames for row in frame["data"]]
    assert {row["order_id"] for row in rows} == {placed["result"]["order_id"]}
    assert {row["cl_ord_id"] for row in rows} == {"a"}
    kinds = [row["exec_type"] for row in rows]
    assert kinds[:2] == ["pending_new", "new"]
    assert kinds[-1] == "filled"
    trades = rows[2:-1]
    assert {row["exec_type"] for row in trades} == {"trade"}
    assert sum(row["last_qty"] for row in trades) == 1 == rows[-1]["cum_qty"]
    running = Decimal(0)
    for row in trades:
        running += row["last_qty"]
        assert row["cum_qty"] == running, "each row tells the sum up to itself"
    fills = desk.truth()["fills"]
    assert [row["exec_id"] for row in trades] == [fill["id"] for fill in fills]
    assert [row["fees"][0]["qty"] for row in trades] == [Decimal(fill["fee"]) for fill in fills]
    assert "symbol" not in rows[1]
    assert "symbol" not in rows[-1]


def test_snapshots_tell_of_open_orders_and_of_old_trades(desk: Desk, trader: Trader) -> None:
    resting = desk.order("buy", "0.5", ordertype="limit", price="30000", oflags="post")
    desk.order("sell", "0.3")
    _, snapshot = _subscribe(trader, "executions", snap_trades=True)
    orders = [row for row in snapshot["data"] if row["exec_type"] == "new"]
    trades = [row for row in snapshot["data"] if row["exec_type"] == "trade"]
    assert [(row["order_id"], row["order_status"], row["limit_price"]) for row in orders] == [
        (resting, "new", Decimal("30000.0"))
    ]
    assert orders[0]["post_only"] is True
    assert [row["exec_id"] for row in trades] == [fill["id"] for fill in reversed(desk.truth()["fills"])]
    assert "cum_qty" not in trades[0]
    (ack,) = Trader(desk, Hub(desk.box)).ask("subscribe", channel="executions", snap_orders=False)
    assert ack["result"]["snap_orders"] is False


def test_ends_of_orders(desk: Desk, trader: Trader) -> None:
    _subscribe(trader, "executions")
    dull = Trader(desk, Hub(desk.box))
    _subscribe(dull, "executions", order_status=False)
    txid = desk.order("buy", "0.5", ordertype="limit", price="30000")
    desk.private("CancelOrder", txid=txid)
    desk.order("buy", "0.5", ordertype="limit", price="30000", expiretm="+10")
    desk.advance(11)
    rows = trader.rows()
    kinds = ["pending_new", "new", "canceled", "pending_new", "new", "expired"]
    assert [row["exec_type"] for row in rows] == kinds
    assert rows[2]["reason"] == rows[2]["cancel_reason"] == "User requested"
    assert [row["exec_type"] for row in dull.rows()] == [kind for kind in kinds if kind != "pending_new"]


def test_balances_tell_each_leg(desk: Desk, trader: Trader) -> None:
    _, snapshot = _subscribe(trader, "balances")
    start = {row["asset"]: row["balance"] for row in snapshot["data"]}
    assert start["USD"] == 100_000
    assert start["BTC"] == 2
    desk.order("buy", "0.1")
    rows = [row for frame in trader.line.frames() for row in frame["data"]]
    assert {row["asset"] for row in rows} == {"BTC", "USD"}
    for row in rows:
        start[row["asset"]] += row["amount"] - row["fee"]
        # amounts are shown at the asset's decimals, the rest cut off
        assert abs(row["balance"] - start[row["asset"]]) < Decimal("0.001")
        assert row["category"] == "trade"
    assert {row["ref_id"] for row in rows} == {fill["id"] for fill in desk.truth()["fills"]}


def test_tokens_end_unless_in_use(desk: Desk, hub: Hub, trader: Trader) -> None:
    unused = Trader(desk, hub)
    _subscribe(trader, "executions")
    desk.advance(899)
    assert unused.one("cancel_all")["success"]
    desk.advance(1)
    assert unused.one("cancel_all")["error"] == "ESession:Invalid session"
    assert trader.one("cancel_all")["result"] == {"count": 0}
    other = Trader(desk, hub)
    other.token = trader.token
    assert other.one("cancel_all")["error"] == "ESession:Invalid session"
    desk.box.key.permissions = frozenset({"create-ws-token"})
    poor = Trader(desk, hub)
    assert poor.one("add_order", **LIMIT, limit_price=1000.0)["error"] == "EGeneral:Permission denied"
    assert _subscribe(poor, "executions")[0]["error"] == "EGeneral:Permission denied"


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"limit_price": "30000"}, "Limit_price field must be a number_float"),
        ({"limit_price": 30000.0, "order_qty": "1"}, "Order_qty field must be a number_float"),
        ({"limit_price": 30000.0, "symbol": "XBT/USD"}, "Currency pair not supported XBT/USD"),
        ({"limit_price": 30000.05}, "EOrder:Invalid price"),
        ({"limit_price": 30000.0, "order_qty": 100.0}, "EOrder:Insufficient funds"),
        ({"limit_price": 30000.0, "order_qty": 0.00001}, "EOrder:Order minimum not met"),
        ({"limit_price": 1e300}, "EGeneral:Invalid arguments:limit_price"),
        ({}, "EGeneral:Invalid arguments:price"),
        ({"limit_price": 30000.0, "side": "hold"}, "EGeneral:Invalid arguments:type"),
        ({"limit_price": 30000.0, "order_type": 5}, "EGeneral:Invalid arguments:order_type"),
    ],
)
def test_refused_orders(desk: Desk, trader: Trader, params: dict[str, Any], error: str) -> None:
    answer = trader.one("add_order", **{**LIMIT, **params})
    assert answer["success"] is False
    assert answer["error"].startswith(error)
    assert "result" not in answer
    assert desk.truth()["orders"] == []


def test_whole_numbers_by_choice(desk: Desk, trader: Trader) -> None:
    assert trader.one("add_order", **LIMIT, limit_price=30000)["success"]
    strict = Desk(BoxOptions(speed=0, past_minutes=10, doubts=Doubts(ws_integers=False)))
    answer = Trader(strict, Hub(strict.box)).one("add_order", **LIMIT, limit_price=30000)
    assert answer["error"] == "Limit_price field must be a number_float"


def test_small_numbers_may_come_with_an_exponent(desk: Desk, trader: Trader) -> None:
    answer = trader.line.send(
        '{"method":"add_order","params":{"order_type":"limit","side":"buy","symbol":"BTC/USD",'
        f'"order_qty":5e-05,"limit_price":3.0e4,"token":"{trader.token}"}}}}'
    )
    assert answer[0]["success"], answer
    assert desk.truth()["orders"][0]["vol"] == "0.00005000"


def test_options_reach_the_order(desk: Desk, trader: Trader) -> None:
    params = {
        "limit_price": 30000.0,
        "time_in_force": "gtd",
        "expire_time": "2026-01-05T13:00:00.000Z",
        "post_only": True,
        "margin": True,
        "order_userref": 17,
        "stp_type": "cancel_both",
        "deadline": "2026-01-05T12:00:50Z",
    }
    placed = trader.one("add_order", **LIMIT, **params)
    assert placed["result"]["order_userref"] == 17
    row = desk.private("OpenOrders")["open"][placed["result"]["order_id"]]
    assert (row["descr"]["leverage"], row["userref"], row["oflags"]) == ("5:1", 17, "post,fciq")
    assert row["expiretm"] == 1_767_618_000
    checked = trader.one("add_order", **LIMIT, limit_price=30000.0, validate=True)
    assert checked["result"]["order_id"] == ""
    assert len(desk.truth()["orders"]) == 1


def test_cash_orders_spend_about_so_much(desk: Desk, trader: Trader) -> None:
    params = {"order_type": "market", "side": "buy", "cash_order_qty": 1000.0, "symbol": "BTC/USD"}
    assert trader.one("add_order", **params)["success"]
    spent = sum(Decimal(fill["cost"]) for fill in desk.truth()["fills"])
    assert spent == pytest.approx(Decimal(1000), rel=Decimal("0.001"))


def test_one_answer_for_each_cancelled_order(desk: Desk, trader: Trader) -> None:
    rest = {"ordertype": "limit", "price": "30000"}
    first = desk.order("buy", "0.1", **rest)
    desk.order("buy", "0.1", cl_ord_id="mine", **rest)
    desk.order("buy", "0.1", userref="5", **rest)
    answers = trader.ask("cancel_order", order_id=[first, "OXXXXX-XXXXX-XXXXXX"], cl_ord_id=["mine"])
    assert [(frame["success"], frame.get("result")) for frame in answers] == [
        (True, {"order_id": first}),
        (False, None),
        (True, {"cl_ord_id": "mine"}),
    ]
    assert answers[1]["error"] == "EOrder:Unknown order"
    assert trader.one("cancel_order", order_userref=[5])["success"]
    assert trader.one("cancel_order")["error"] == "EGeneral:Invalid arguments:order_id"


def test_amending_keeps_the_order(desk: Desk, trader: Trader) -> None:
    _subscribe(trader, "executions")
    order = trader.one("add_order", **LIMIT, limit_price=30000.0)["result"]["order_id"]
    trader.line.texts()
    answers = trader.ask("amend_order", order_id=order, order_qty=0.4, limit_price=30100.0)
    (amended,) = (row for f in answers if "channel" in f for row in f["data"])
    assert (amended["exec_type"], amended["order_id"], amended["amended"]) == ("amended", order, True)
    assert (amended["order_qty"], amended["limit_price"]) == (Decimal("0.4"), Decimal("30100.0"))
    answer = answers[-1]
    assert answer["result"]["order_id"] == order
    assert answer["result"]["amend_id"].startswith("T")
    row = desk.private("OpenOrders")["open"][order]
    assert (row["vol"], row["descr"]["price"], row["amended"]) == ("0.40000000", "30100.0", True)
    gone = trader.one("amend_order", order_id="OXXXXX-XXXXX-XXXXXX", order_qty=1.0)
    assert gone["error"] == "EOrder:Unknown order"


def test_editing_makes_another_order(desk: Desk, trader: Trader) -> None:
    order = trader.one("add_order", **LIMIT, limit_price=30000.0)["result"]["order_id"]
    edited = trader.one("edit_order", order_id=order, symbol="BTC/USD", order_qty=0.3, limit_price=31000.0)
    assert edited["result"]["original_order_id"] == order
    (name,) = desk.private("OpenOrders")["open"]
    assert name == edited["result"]["order_id"] != order
    assert desk.private("QueryOrders", txid=order)[order]["reason"] == "Order replaced"


def test_batches(desk: Desk, trader: Trader) -> None:
    row = {"order_type": "limit", "side": "buy", "order_qty": 0.1, "limit_price": 30000.0}
    answer = trader.one(
        "batch_add", symbol="BTC/USD", orders=[row, {**row, "cl_ord_id": "b"}, {**row, "order_qty": 99.0}]
    )
    first, second, third = answer["result"]
    assert (second["cl_ord_id"], third) == ("b", {"success": False, "error": "EOrder:Insufficient funds"})
    assert set(desk.private("OpenOrders")["open"]) == {first["order_id"], second["order_id"]}
    canceled = trader.one("batch_cancel", orders=[first["order_id"]], cl_ord_id=["b"])
    assert (canceled["orders_cancelled"], "result" in canceled) == (2, False)


def test_the_dead_mans_switch(desk: Desk, trader: Trader) -> None:
    _subscribe(trader, "executions")
    desk.order("buy", "0.1", ordertype="limit", price="30000")
    answer = trader.one("cancel_all_orders_after", timeout=60)
    assert answer["result"] == {
        "currentTime": "2026-01-05T12:00:20Z",
        "triggerTime": "2026-01-05T12:01:20Z",
    }
    desk.advance(61)
    assert trader.rows()[-1]["reason"] == "CancelAllOrdersAfter Timeout"
    desk.order("buy", "0.1", ordertype="limit", price="30000")
    desk.advance(600)
    assert len(desk.private("OpenOrders")["open"]) == 1, "it fires once"
    trader.one("cancel_all_orders_after", timeout=60)
    assert trader.one("cancel_all_orders_after", timeout=0)["result"]["triggerTime"] == "0"
    desk.advance(600)
    assert len(desk.private("OpenOrders")["open"]) == 1


def test_a_resting_stop_tells_when_it_fires(desk: Desk, trader: Trader) -> None:
    _subscribe(trader, "executions")
    last = Decimal(desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"]["c"][0])
    trigger = float(last - 10)
    params = {"order_type": "stop-loss", "side": "sell", "order_qty": 0.1, "symbol": "BTC/USD"}
    trader.one("add_order", **params, triggers={"price": trigger, "reference": "last"})
    for _ in range(2000):
        desk.advance(60)
        rows = trader.rows()
        if rows:
            break
    assert rows[0]["exec_type"] == "new"
    assert rows[0]["triggers"]["status"] == "triggered"
    assert rows[-1]["exec_type"] == "filled"
    assert rows[-1]["avg_price"] <= Decimal(trigger)
