"""Order kinds beyond market and limit, changes of orders, batches, the dead man's switch, rate counters."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tui_bot.paper.auth import sign
from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.rest import Request, respond

RICH = {"ZUSD": Decimal(1_000_000), "XXBT": Decimal(5)}


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=60, balances=RICH))


def _row(desk: Desk, txid: str) -> Any:
    return desk.private("QueryOrders", txid=txid, trades="true")[txid]


def _path(tmp_path: Path, prices: list[int]) -> Desk:
    """A market that is at 60000 for ten minutes and then walks along these prices, a minute each."""
    rows = [60_000] * 10 + prices
    lines = [f"{60 * (i + 1)},{p}.0,{p}.0,{p}.0,{p}.0,50.0,10" for i, p in enumerate(rows)]
    history = tmp_path / "XBTUSD_1.csv"
    history.write_text("\n".join(lines))
    desk = Desk(BoxOptions(speed=0, history=history, history_past=9, balances=RICH))
    desk.advance(57)  # from here on each minute brings one price
    return desk


@pytest.mark.parametrize(
    ("side", "ordertype", "price", "prices", "fires_at"),
    [
        ("sell", "stop-loss", 59_900, [60_050, 59_950, 59_900, 60_000], 3),
        ("buy", "stop-loss", 60_100, [59_900, 60_050, 60_150, 60_000], 3),
        ("sell", "take-profit", 60_100, [59_800, 60_050, 60_100, 60_000], 3),
        ("buy", "take-profit", 59_900, [60_200, 59_850, 60_000, 60_000], 2),
        ("sell", "trailing-stop", "+100", [60_200, 60_150, 60_090, 60_000], 3),
        ("buy", "trailing-stop", "+100", [59_800, 59_850, 59_905, 60_000], 3),
    ],
)
def test_triggers_fire_where_they_should(
    tmp_path: Path, side: str, ordertype: str, price: object, prices: list[int], fires_at: int
) -> None:
    desk = _path(tmp_path, prices)
    txid = desk.order(side, "0.1", ordertype=ordertype, price=price)
    assert _row(desk, txid)["status"] == "open"
    for minute in range(1, fires_at):
        desk.advance(60)
        assert _row(desk, txid)["status"] == "open", minute
    desk.advance(60)
    row = _row(desk, txid)
    assert (row["status"], row["vol_exec"]) == ("closed", "0.10000000")
    assert row["misc"] in {"stopped", "touched"}
    assert not desk.truth()["fills"][0]["maker"]


@pytest.mark.parametrize(
    ("price", "price2", "limit"),
    [("59900", "59850", "59850.0"), ("-1%", "-50", "59350.0"), ("#100", "#10", "59890.0")],
)
def test_a_stop_limit_becomes_a_limit_order(tmp_path: Path, price: str, price2: str, limit: str) -> None:
    desk = _path(tmp_path, [59_000, 59_000, 59_900, 59_990])
    txid = desk.order("sell", "0.1", ordertype="stop-loss-limit", price=price, price2=price2)
    assert _row(desk, txid)["descr"]["price2"] == limit
    desk.advance(60)
    row = _row(desk, txid)
    assert (row["status"], row["vol_exec"], row["misc"]) == ("open", "0.00000000", "stopped")
    desk.advance(180)
    assert _row(desk, txid)["status"] == "closed"
    assert {fill["price"] for fill in desk.truth()["fills"]} == {f"{Decimal(limit):.5f}"}


def test_a_trailing_stop_limit_rests_where_its_offset_says(tmp_path: Path) -> None:
    desk = _path(tmp_path, [60_500, 60_300, 60_000])
    txid = desk.order("sell", "0.1", ordertype="trailing-stop-limit", price="+100", price2="+200")
    desk.advance(60)
    assert _row(desk, txid)["stopprice"] == "60400.00000"
    desk.advance(60)
    assert _row(desk, txid)["limitprice"] == "60600.00000"
    assert _row(desk, txid)["status"] == "open"


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"ordertype": "stop-loss"}, "price"),
        ({"ordertype": "stop-loss-limit", "price": "60000"}, "price2"),
        ({"ordertype": "trailing-stop", "price": "100"}, "price"),
        ({"ordertype": "trailing-stop-limit", "price": "+100", "price2": "5"}, "price2"),
        ({"ordertype": "stop-loss", "price": "60000", "trigger": "moon"}, "trigger"),
        ({"ordertype": "iceberg", "price": "60000"}, "displayvol"),
        ({"ordertype": "iceberg", "price": "60000", "displayvol": "0.006"}, "displayvol"),
        ({"ordertype": "market", "oflags": "viqc", "type": "sell"}, "oflags"),
        ({"ordertype": "market", "stptype": "maybe"}, "stptype"),
        ({"ordertype": "market", "starttm": "x"}, "starttm"),
        ({"ordertype": "market", "close[ordertype]": "market"}, "close[ordertype]"),
        ({"ordertype": "market", "close[ordertype]": "limit", "close[price]": "7e4"}, "price"),
        (
            {"ordertype": "market", "close[ordertype]": "limit", "close[price]": "1", "cl_ord_id": "x"},
            "cl_ord_id",
        ),
    ],
)  # fmt: skip
def test_refused_terms(desk: Desk, params: dict[str, str], error: str) -> None:
    wanted = {"pair": "XBTUSD", "type": "buy", "volume": "0.1", **params}
    assert desk.post("AddOrder", **wanted)["error"] == [f"EGeneral:Invalid arguments:{error}"]
    assert desk.truth()["orders"] == []


def test_waiting_orders_reserve_and_are_not_in_the_book(desk: Desk) -> None:
    desk.order("sell", "4", ordertype="stop-loss", price="50000")
    assert desk.private("BalanceEx")["XXBT"]["hold_trade"] == "4.0000000000"
    with pytest.raises(Refusal, match="Insufficient funds"):
        desk.order("sell", "2")
    prices = [row[0] for row in desk.public("Depth?pair=XBTUSD&count=500")["XXBTZUSD"]["asks"]]
    assert "50000.00000" not in prices


def test_a_start_time_is_waited_for(desk: Desk) -> None:
    txid = desk.order("buy", "0.1", starttm="+60")
    assert _row(desk, txid)["status"] == "pending"
    desk.advance(59)
    assert _row(desk, txid)["status"] == "pending"
    desk.advance(2)
    assert _row(desk, txid)["status"] == "closed"
    assert desk.truth()["fills"][0]["time_ms"] == 1_767_614_480_000
    poor = desk.order("buy", "0.1", starttm="+60")
    desk.order("buy", "33", ordertype="limit", price="30000")
    desk.advance(60)
    assert (_row(desk, poor)["status"], _row(desk, poor)["reason"]) == (
        "canceled",
        "EOrder:Insufficient funds",
    )


def test_an_iceberg_shows_a_part(desk: Desk) -> None:
    desk.order("buy", "1", ordertype="iceberg", price="30000", displayvol="0.1")
    bid = Decimal(desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"]["b"][0]) - Decimal("0.1")
    before = dict(row[:2] for row in desk.public("Depth?pair=XBTUSD&count=500")["XXBTZUSD"]["bids"])
    desk.order("buy", "1", ordertype="iceberg", price=bid, displayvol="0.1")
    after = dict(row[:2] for row in desk.public("Depth?pair=XBTUSD&count=500")["XXBTZUSD"]["bids"])
    name = f"{bid:.5f}"
    assert Decimal(after[name]) - Decimal(before.get(name, "0")) == Decimal("0.1")


def test_a_conditional_close_follows_the_fill(desk: Desk) -> None:
    placed = desk.private(
        "AddOrder",
        pair="XBTUSD", type="buy", ordertype="market", volume="0.1", leverage="3",
        **{"close[ordertype]": "stop-loss-limit", "close[price]": "#5%", "close[price2]": "#10"},
    )  # fmt: skip
    assert placed["descr"]["close"] == "close position @ stop loss #5% -> limit #10"
    first = _row(desk, placed["txid"][0])
    ((_, second),) = desk.private("OpenOrders")["open"].items()
    assert second["refid"] == placed["txid"][0]
    descr = second["descr"]
    assert (descr["type"], descr["ordertype"], descr["leverage"], second["vol"]) == (
        "sell",
        "stop-loss-limit",
        "3:1",
        "0.10000000",
    )
    assert Decimal(descr["price"]) == pytest.approx(Decimal(first["price"]) * 95 / 100, abs=Decimal("0.2"))
    assert Decimal(descr["price"]) - Decimal(descr["price2"]) == 10


def test_amending_frees_and_takes_funds(desk: Desk) -> None:
    txid = desk.order("buy", "30", ordertype="limit", price="30000", cl_ord_id="big")
    result = desk.private("AmendOrder", cl_ord_id="big", order_qty="20", limit_price="45000")
    assert result["amend_id"].startswith("T")
    held = Decimal(desk.private("BalanceEx")["ZUSD"]["hold_trade"])
    assert held == Decimal(900_000) * Decimal("1.0025")
    with pytest.raises(Refusal, match="Insufficient funds"):
        desk.private("AmendOrder", txid=txid, order_qty="30")
    with pytest.raises(Refusal, match="Post only order"):
        desk.private("AmendOrder", txid=txid, order_qty="1", limit_price="90000", post_only="true")
    desk.private("AmendOrder", txid=txid, order_qty="1", limit_price="90000")
    row = _row(desk, txid)
    assert (row["status"], row["vol"], row["misc"]) == ("closed", "1.00000000", "amended")
    amends = desk.private("OrderAmends", order_id=txid)
    assert [one["amend_type"] for one in amends["amends"]] == ["original", "user", "user"]
    assert [one["limit_price"] for one in amends["amends"]] == ["30000.0", "45000.0", "90000.0"]


def test_amending_below_the_filled_part_cancels_the_rest(desk: Desk) -> None:
    ask = desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"]["a"][0]
    txid = desk.order("buy", "9", ordertype="limit", price=Decimal(ask))
    filled = Decimal(_row(desk, txid)["vol_exec"])
    assert 0 < filled < 9
    desk.private("AmendOrder", txid=txid, order_qty=f"{filled / 2:.8f}")
    row = _row(desk, txid)
    assert (row["status"], Decimal(row["vol_exec"])) == ("canceled", filled)


def test_editing_needs_funds_only_once(desk: Desk) -> None:
    txid = desk.order("buy", "30", ordertype="limit", price="30000", userref="9")
    edited = desk.private("EditOrder", txid=txid, pair="XBTUSD", price="30100")
    assert (edited["status"], edited["originaltxid"], edited["orders_cancelled"]) == ("ok", txid, 1)
    assert (edited["volume"], edited["price"], edited["newuserref"]) == ("30.00000000", "30100", 9)
    assert (_row(desk, txid)["status"], _row(desk, txid)["reason"]) == ("canceled", "Order replaced")
    with pytest.raises(Refusal, match="Insufficient funds"):
        desk.private("EditOrder", txid=edited["txid"], pair="XBTUSD", volume="300")
    assert list(desk.private("OpenOrders")["open"]) == [edited["txid"]], "a refused edit leaves the order"


def test_editing_keeps_what_kind_of_order_it_was(desk: Desk) -> None:
    iceberg = desk.order("buy", "1", ordertype="iceberg", price="30000", displayvol="0.2")
    stop = desk.order(
        "sell", "1", ordertype="stop-loss-limit", price="40000", price2="39000", trigger="index"
    )
    for txid, params, order in (
        (iceberg, {"volume": "2"}, "buy 2.00000000 XBTUSD @ limit 30000.0"),
        (stop, {"price": "41000"}, "sell 1.00000000 XBTUSD @ stop loss 41000.0 -> limit 39000.0"),
    ):
        edited = desk.private("EditOrder", txid=txid, pair="XBTUSD", **params)
        assert edited["descr"]["order"] == order
    rows = list(desk.private("OpenOrders")["open"].values())
    assert [(row.get("displayvol"), row.get("trigger")) for row in rows] == [
        (None, "index"),
        ("0.20000000", None),
    ]


def _json(desk: Desk, method: str, **params: Any) -> Any:
    desk.nonce += 1
    body = json.dumps({"nonce": desk.nonce, **params}).encode()
    path = f"/0/private/{method}"
    headers = {
        "api-key": desk.box.key.key,
        "api-sign": sign(path, str(desk.nonce), body, desk.box.key.secret),
        "content-type": "application/json",
    }
    return json.loads(respond(desk.box, Request("POST", path, {}, headers, body)).body)


def test_batches_by_json_and_by_form(desk: Desk) -> None:
    row = {"ordertype": "limit", "type": "buy", "price": "30000", "volume": "0.1"}
    close = {"close": {"ordertype": "limit", "price": "90000"}}
    answer = _json(
        desk, "AddOrderBatch", pair="XBTUSD", orders=[row, {**row, "volume": 999}, {**row, **close}]
    )
    first, refused, third = answer["result"]["orders"]
    assert refused["error"] == "EOrder:Insufficient funds"
    assert third["close"] == "close position @ limit 90000.0"
    assert isinstance(first["txid"], str)
    bad = _json(desk, "AddOrderBatch", pair="XBTUSD", orders=[row, {**row, "price": "x"}])
    assert bad == {"error": ["EGeneral:Invalid arguments:price"]}
    form = {f"orders[{i}][{name}]": value for i in (0, 1) for name, value in row.items()}
    placed = desk.private("AddOrderBatch", pair="XBTUSD", **form)["orders"]
    assert len(desk.private("OpenOrders")["open"]) == 4
    ids = [first["txid"], placed[0]["txid"]]
    assert _json(desk, "CancelOrderBatch", orders=ids)["result"] == {"count": 2}
    for rows in ([row], [row] * 16):
        assert _json(desk, "AddOrderBatch", pair="XBTUSD", orders=rows)["error"]


def test_ledger_entries_by_id_and_asset(desk: Desk) -> None:
    desk.order("buy", "0.1")
    entries = desk.private("Ledgers", asset="XBT", type="trade")["ledger"]
    assert {row["asset"] for row in entries.values()} == {"XXBT"}
    (name, *_) = entries
    assert desk.private("QueryLedgers", id=name) == {name: entries[name]}
    assert "count" not in desk.private("Ledgers", without_count="true")
    (trade, *_) = desk.private("TradesHistory", ledgers="true")["trades"].values()
    assert name in trade["ledgers"]
    assert len(trade["ledgers"]) == 2


def _tiered(rates: str) -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=20, rates=rates, balances=RICH))


@pytest.mark.parametrize(
    ("rates", "calls", "wait"), [("starter", 15, 4), ("intermediate", 20, 2), ("pro", 20, 1)]
)
def test_the_call_counter(rates: str, calls: int, wait: int) -> None:
    desk = _tiered(rates)
    for _ in range(calls):
        desk.private("Balance")
    for _ in range(3):
        assert desk.post("Balance")["error"] == ["EAPI:Rate limit exceeded"]
    desk.advance(wait)
    desk.private("Balance")
    assert desk.post("TradesHistory")["error"] == ["EAPI:Rate limit exceeded"]
    desk.order("buy", "0.01")


def test_the_engine_counter_is_the_documented_one() -> None:
    """Add (1), amend at 7 s (1 + 2), cancel 36 s after that (4): 8 before decay."""
    desk = _tiered("starter")
    rates, exchange = desk.box.rates, desk.box.exchange
    txid = desk.order("buy", "0.1", ordertype="limit", price="30000")
    assert rates.value("XXBTZUSD", exchange.now_ns) == 1
    desk.advance(7)
    desk.private("AmendOrder", txid=txid, order_qty="0.2")
    assert rates.value("XXBTZUSD", exchange.now_ns) == 3, "the first point has decayed"
    desk.advance(36)
    desk.private("CancelOrder", txid=txid)
    assert rates.value("XXBTZUSD", exchange.now_ns) == 4


def test_quick_cancels_stop_new_orders() -> None:
    desk = _tiered("starter")
    for _ in range(7):
        desk.private("CancelOrder", txid=desk.order("buy", "0.1", ordertype="limit", price="30000"))
    with pytest.raises(Refusal, match="EOrder:Rate limit exceeded"):
        desk.order("buy", "0.01")
    desk.order("buy", "0.01", pair="ETHUSD")
    desk.advance(10)
    desk.order("buy", "0.01")


def test_too_many_open_orders() -> None:
    desk = _tiered("starter")
    for _ in range(60):
        desk.order("buy", "0.001", ordertype="limit", price="30000")
        desk.advance(2)
    with pytest.raises(Refusal, match="EOrder:Orders limit exceeded"):
        desk.order("buy", "0.001", ordertype="limit", price="30000")


def test_without_rates_nothing_is_counted(desk: Desk) -> None:
    for _ in range(50):
        desk.private("TradesHistory")
        desk.private("CancelOrder", txid=desk.order("buy", "0.1", ordertype="limit", price="30000"))


def test_changes_survive_a_restart(tmp_path: Path) -> None:
    options = BoxOptions(speed=0, past_minutes=20, state=tmp_path / "box", balances=RICH)
    desk = Desk(options)
    amended = desk.order("buy", "0.1", ordertype="limit", price="30000")
    desk.private("AmendOrder", txid=amended, order_qty="0.2")
    desk.order("sell", "0.1", ordertype="trailing-stop", price="+3000")
    desk.order("buy", "0.1", starttm="+9000")
    desk.private("CancelAllOrdersAfter", timeout="80000")
    desk.advance(3600)
    before = [desk.private("OpenOrders"), desk.private("OrderAmends", order_id=amended), desk.truth()]
    desk.box.close()
    again = Desk(options)
    assert [
        again.private("OpenOrders"),
        again.private("OrderAmends", order_id=amended),
        again.truth(),
    ] == before
    again.advance(90_000)
    assert again.private("OpenOrders") == {"open": {}}
    again.box.close()
