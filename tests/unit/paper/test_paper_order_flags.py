"""Fee currency, self-trade prevention, what amends and conditional closes look like."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tui_bot.paper.auth import form_members, read_body
from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.ws.hub import Hub
from tui_bot.paper.ws.line import Line

RICH = {"ZUSD": Decimal(1_000_000), "XXBT": Decimal(5)}


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=30, balances=RICH))


def _row(desk: Desk, txid: str) -> Any:
    return desk.private("QueryOrders", txid=txid, trades="true")[txid]


def _balance(desk: Desk, asset: str) -> Decimal:
    return Decimal(desk.truth()["balances"][asset])


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_a_fee_in_base_is_taken_from_the_base(desk: Desk, side: str) -> None:
    txid = desk.order(side, "0.05", oflags="fcib")
    sign = 1 if side == "buy" else -1
    (fill, *more) = desk.truth()["fills"]
    cost = Decimal(fill["cost"]) + sum(Decimal(one["cost"]) for one in more)
    fee = sum(Decimal(one["base_fee"]) for one in (fill, *more))
    assert abs(fee - Decimal("0.05") * Decimal("0.004")) < Decimal("0.000001")
    assert _balance(desk, "XXBT") == 5 + sign * Decimal("0.05") - fee
    assert _balance(desk, "ZUSD") == 1_000_000 - sign * cost
    assert _row(desk, txid)["oflags"] == "fcib"
    assert Decimal(_row(desk, txid)["fee"]) > 0, "the row shows its worth in quote"
    entries = desk.private("Ledgers", asset="XBT", type="trade")["ledger"].values()
    assert sum(Decimal(entry["fee"]) for entry in entries) == fee


def test_a_resting_sell_holds_its_fee_in_base(desk: Desk) -> None:
    desk.order("sell", "2", ordertype="limit", price="200000", oflags="fcib")
    held = Decimal(desk.private("BalanceEx")["XXBT"]["hold_trade"])
    assert held == 2 + Decimal("2") * Decimal("0.0025")
    with pytest.raises(Refusal, match="Insufficient funds"):
        desk.order("sell", str(5 - 2), oflags="fcib")


def test_executions_say_in_what_a_fee_was_paid(desk: Desk) -> None:
    line = Line(Hub(desk.box))
    line.subscribe("executions", token=desk.private("GetWebSocketsToken")["token"])
    desk.order("buy", "0.01", oflags="fcib")
    rows = [row for frame in line.frames() for row in frame["data"]]
    trade = next(row for row in rows if row["exec_type"] == "trade")
    assert trade["fees"] == [{"asset": "BTC", "qty": Decimal("0.0000400000")}]
    assert rows[0]["fee_ccy_pref"] == "fcib"


@pytest.mark.parametrize(
    ("stptype", "older", "newer"),
    [
        ("", "open", "canceled"),
        ("cancel-newest", "open", "canceled"),
        ("cancel-oldest", "canceled", "closed"),
        ("cancel-both", "canceled", "canceled"),
    ],
)
def test_nobody_trades_with_himself(desk: Desk, stptype: str, older: str, newer: str) -> None:
    asks = desk.public("Depth?pair=XBTUSD&count=50")["XXBTZUSD"]["asks"]
    price = asks[5][0][:-4]
    first = desk.order("sell", "0.1", ordertype="limit", price=price)
    before = sum(Decimal(volume) for _, volume, _ in asks[:5])
    params = {"stptype": stptype} if stptype else {}
    second = desk.order("buy", str(before + 2), **params)
    assert (_row(desk, first)["status"], _row(desk, second)["status"]) == (older, newer)
    assert Decimal(_row(desk, first)["vol_exec"]) == 0
    if newer == "canceled":
        assert _row(desk, second)["reason"] == "Self trade prevention"
        fills = [fill for fill in desk.truth()["fills"] if fill["ordertxid"] == second]
        assert fills
        assert max(Decimal(fill["price"]) for fill in fills) < Decimal(price)


def test_a_post_only_order_does_not_meet_an_own_one(desk: Desk) -> None:
    bid, ask = (desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"][name][0] for name in "ba")
    inside = f"{(Decimal(bid) + Decimal(ask)) / 2 + 5:.1f}"
    desk.order("sell", "0.1", ordertype="limit", price=inside)
    txid = desk.order("buy", "0.1", ordertype="limit", price=f"{Decimal(inside):.1f}", oflags="post")
    assert (_row(desk, txid)["status"], _row(desk, txid)["reason"]) == ("canceled", "Post only order")


def test_amends_tell_what_was_left(desk: Desk) -> None:
    params = {"ordertype": "limit", "price": "30000", "timeinforce": "GTC"}
    txid = desk.order("buy", "0.2", **params)
    desk.advance(1)
    desk.private("AmendOrder", txid=txid, order_qty="0.3")
    first, second = desk.private("OrderAmends", order_id=txid)["amends"]
    assert (first["amend_type"], first["order_qty"], first["reason"]) == ("original", "0.20000000", "")
    assert (second["amend_type"], second["remaining_qty"]) == ("user", "0.30000000")
    stop = desk.order("sell", "0.2", ordertype="stop-loss", price="-5%")
    (row,) = desk.private("OrderAmends", order_id=stop)["amends"]
    assert "limit_price" not in row
    assert "trigger_price" in row


def test_a_conditional_close_is_shown_with_the_order(desk: Desk) -> None:
    line = Line(Hub(desk.box))
    line.subscribe("executions", token=desk.private("GetWebSocketsToken")["token"])
    params = {"close[ordertype]": "stop-loss-limit", "close[price]": "22000", "close[price2]": "-1%"}
    txid = desk.order("buy", "0.1", ordertype="limit", price="30000", **params)
    assert _row(desk, txid)["descr"]["close"] == "close position @ stop loss 22000.0 -> limit -1%"
    pending = line.frames()[0]["data"][0]
    assert pending["contingent"] == {
        "order_type": "stop-loss-limit",
        "trigger_price": 22000,
        "limit_price": -1,
        "limit_price_type": "pct",
    }


def test_trade_balance_in_coins(desk: Desk) -> None:
    dollars, coins = desk.private("TradeBalance"), desk.private("TradeBalance", asset="XBT")
    last = Decimal(desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"]["c"][0])
    assert abs(Decimal(coins["eb"]) * last - Decimal(dollars["eb"])) < 1
    with pytest.raises(Refusal, match="EQuery:Unknown asset"):
        desk.private("TradeBalance", asset="EUR")


def test_lists_in_bodies() -> None:
    assert form_members([("orders[]", "A"), ("orders[]", "B"), ("x[0]", "1"), ("x[1]", "2")]) == {
        "orders": "A,B",
        "x": "1,2",
    }
    body = json.dumps({"oflags": ["post", "fciq"], "volume": 1e-05, "orders": ["A", 7]}).encode()
    assert read_body("application/json", body) == {
        "oflags": "post,fciq",
        "volume": "0.00001",
        "orders": "A,7",
    }


def test_an_edit_over_a_socket_may_only_check(desk: Desk) -> None:
    line = Line(Hub(desk.box))
    token = desk.private("GetWebSocketsToken")["token"]
    txid = desk.order("buy", "0.1", ordertype="limit", price="30000")
    (answer,) = line.ask(
        "edit_order", order_id=txid, symbol="BTC/USD", order_qty=0.2, validate=True, token=token
    )
    assert answer["result"] == {"order_id": "", "original_order_id": txid}
    assert list(desk.private("OpenOrders")["open"]) == [txid]
