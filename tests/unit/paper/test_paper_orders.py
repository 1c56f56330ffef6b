"""What the exchange refuses, how orders match, and what spot does to the books."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions, Doubts
from tui_bot.paper.refusal import Refusal

RICH = {"ZUSD": Decimal(1_000_000), "XXBT": Decimal(5)}


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=60, balances=RICH))


def _best(desk: Desk) -> tuple[Decimal, Decimal]:
    """Best bid and ask."""
    book = desk.public("Depth?pair=XBTUSD&count=1")["XXBTZUSD"]
    return Decimal(book["bids"][0][0]), Decimal(book["asks"][0][0])


def _row(desk: Desk, txid: str) -> Any:
    return desk.private("QueryOrders", txid=txid, trades="true")[txid]


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"pair": "DOGEUSD"}, "EQuery:Unknown asset pair"),
        ({"type": "hold"}, "EGeneral:Invalid arguments:type"),
        ({"ordertype": "hope"}, "EGeneral:Invalid arguments:ordertype"),
        ({"volume": "0.00004999"}, "EOrder:Order minimum not met"),
        ({"volume": "0"}, "EGeneral:Invalid arguments:volume"),
        ({"volume": "-1"}, "EGeneral:Invalid arguments:volume"),
        ({"volume": "1e-3"}, "EGeneral:Invalid arguments:volume"),
        ({"volume": "nan"}, "EGeneral:Invalid arguments:volume"),
        ({"volume": "0.100000001"}, "EGeneral:Invalid arguments:volume"),
        ({"volume": ""}, "EGeneral:Invalid arguments:volume"),
        ({"ordertype": "limit"}, "EGeneral:Invalid arguments:price"),
        ({"ordertype": "limit", "price": "60000.05"}, "EOrder:Invalid price"),
        ({"ordertype": "limit", "price": "0"}, "EOrder:Invalid price"),
        ({"ordertype": "limit", "price": "0.1", "volume": "1"}, "EOrder:Cost minimum not met"),
        ({"leverage": "11"}, "EGeneral:Invalid arguments:leverage"),
        ({"leverage": "1"}, "EGeneral:Invalid arguments:leverage"),
        ({"leverage": "2.5"}, "EGeneral:Invalid arguments:leverage"),
        ({"reduce_only": "true"}, "EGeneral:Invalid arguments:reduce_only"),
        ({"reduce_only": "maybe", "leverage": "2"}, "EGeneral:Invalid arguments:reduce_only"),
        ({"oflags": "post"}, "EGeneral:Invalid arguments:oflags"),
        ({"oflags": "fcib,fciq"}, "EGeneral:Invalid arguments:oflags"),
        ({"timeinforce": "DAY"}, "EGeneral:Invalid arguments:timeinforce"),
        ({"timeinforce": "GTD"}, "EGeneral:Invalid arguments:expiretm"),
        ({"expiretm": "+4"}, "EGeneral:Invalid arguments:expiretm"),
        ({"expiretm": "1"}, "EGeneral:Invalid arguments:expiretm"),
        ({"cl_ord_id": "nineteen-characters"}, "EGeneral:Invalid arguments:cl_ord_id"),
        ({"cl_ord_id": "a", "userref": "1"}, "EGeneral:Invalid arguments:cl_ord_id"),
        ({"userref": "2147483648"}, "EGeneral:Invalid arguments:userref"),
        ({"deadline": "soon"}, "EGeneral:Invalid arguments:deadline"),
        ({"deadline": "2026-01-05T12:01:21Z"}, "EGeneral:Invalid arguments:deadline"),
        ({"deadline": "2026-01-05T12:00:20.000Z"}, "EService:Deadline elapsed"),
        ({"type": "sell", "volume": "5.00000001"}, "EOrder:Insufficient funds"),
        ({"ordertype": "limit", "price": "50000", "volume": "20"}, "EOrder:Insufficient funds"),
    ],
)
def test_refusals(desk: Desk, params: dict[str, str], error: str) -> None:
    wanted = {"pair": "XBTUSD", "type": "buy", "ordertype": "market", "volume": "0.1", **params}
    answer = desk.post("AddOrder", **wanted)
    assert answer.keys() == {"error"}
    assert answer["error"][0].startswith(error)
    assert desk.truth()["orders"] == []


def test_validate_checks_and_places_nothing(desk: Desk) -> None:
    answer = desk.private(
        "AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="0.1", leverage="3", validate="true"
    )
    assert answer == {"descr": {"order": "buy 0.10000000 XBTUSD @ market with 3:1 leverage"}}
    assert desk.truth()["orders"] == []
    desk.private("AddOrder", pair="XBTUSD", type="sell", ordertype="market", volume="6", validate="true")
    strict = Desk(BoxOptions(speed=0, past_minutes=5, doubts=Doubts(validate_funds=True)))
    with pytest.raises(Refusal, match="Insufficient funds"):
        strict.order("sell", "6", validate="true")


def test_market_order_walks_the_book(desk: Desk) -> None:
    asks = desk.public("Depth?pair=XBTUSD&count=50")["XXBTZUSD"]["asks"]
    txid = desk.order("buy", "2.5", deadline="2026-01-05T12:01:20+00:00", cl_ord_id="walk-1")
    row, fills = _row(desk, txid), desk.truth()["fills"]
    assert len(fills) > 1
    assert [fill["price"] for fill in fills] == [ask[0] for ask in asks[: len(fills)]]
    assert sum(Decimal(fill["vol"]) for fill in fills) == Decimal("2.5")
    assert (row["status"], row["vol_exec"], row["cl_ord_id"]) == ("closed", "2.50000000", "walk-1")
    assert len(row["trades"]) == len(fills)
    cost = sum(Decimal(fill["cost"]) for fill in fills)
    value = sum(Decimal(fill["price"]) * Decimal(fill["vol"]) for fill in fills)
    assert Decimal(row["price"]) == (value / Decimal("2.5")).quantize(Decimal("0.00001"))
    before = Decimal(0)
    for fill in fills:
        expected = (Decimal(fill["price"]) * Decimal(fill["vol"])).quantize(
            Decimal("0.00001"), "ROUND_HALF_UP"
        )
        assert Decimal(fill["cost"]) == expected
        percent = next(
            p for floor, p in ((100_000, 22), (50_000, 24), (10_000, 35), (0, 40)) if before >= floor
        )
        assert Decimal(fill["fee"]) == (expected * percent / 10_000).quantize(
            Decimal("0.00001"), "ROUND_HALF_UP"
        )
        before += expected
    balances = desk.truth()["balances"]
    assert Decimal(balances["XXBT"]) == Decimal("7.5")
    fees = sum(Decimal(fill["fee"]) for fill in fills)
    assert Decimal(balances["ZUSD"]) == Decimal(1_000_000) - cost - fees
    assert desk.public("Depth?pair=XBTUSD&count=1")["XXBTZUSD"]["asks"][0][0] == fills[-1]["price"]


def test_limit_order_rests_holds_and_fills_when_the_market_trades_through(desk: Desk) -> None:
    bid, _ = _best(desk)
    price = bid - 20
    txid = desk.order("buy", "0.5", ordertype="limit", price=price, oflags="post")
    assert _row(desk, txid)["status"] == "open"
    held = Decimal(desk.private("BalanceEx")["ZUSD"]["hold_trade"])
    assert held == (price / 2 + price / 2 * 25 / 10_000).quantize(Decimal("0.0001"), "ROUND_DOWN")
    assert [f"{price:.5f}"] == [
        level[0]
        for level in desk.public("Depth?pair=XBTUSD&count=500")["XXBTZUSD"]["bids"]
        if Decimal(level[0]) == price
    ]
    lowest = None
    for _ in range(24 * 60):
        desk.advance(60)
        lowest = min(Decimal(row[3]) for row in desk.public("OHLC?pair=XBTUSD&since=1767614400")["XXBTZUSD"])
        if _row(desk, txid)["status"] == "closed":
            break
        assert lowest >= price or _row(desk, txid)["vol_exec"] != "0.00000000"
    row = _row(desk, txid)
    assert lowest is not None
    assert lowest < price
    assert (row["status"], row["price"], row["oflags"]) == ("closed", f"{price:.5f}", "post,fciq")
    assert all(fill["maker"] for fill in desk.truth()["fills"])
    assert Decimal(row["fee"]) == sum(Decimal(fill["fee"]) for fill in desk.truth()["fills"])
    assert desk.private("BalanceEx")["ZUSD"]["hold_trade"] == "0.0000"


def test_post_only_that_would_take_is_taken_and_canceled(desk: Desk) -> None:
    _, ask = _best(desk)
    row = _row(desk, desk.order("buy", "0.1", ordertype="limit", price=ask, oflags="post"))
    assert (row["status"], row["reason"], row["vol_exec"]) == ("canceled", "Post only order", "0.00000000")
    row = _row(desk, desk.order("buy", "0.1", ordertype="limit", price=ask - Decimal("0.1"), oflags="post"))
    assert row["status"] == "open"


def test_post_only_that_would_take_is_refused_when_so_told() -> None:
    desk = Desk(BoxOptions(speed=0, past_minutes=60, doubts=Doubts(post_only_refused=True)))
    _, ask = _best(desk)
    with pytest.raises(Refusal, match="EOrder:Post only order"):
        desk.order("buy", "0.1", ordertype="limit", price=ask, oflags="post")


def test_ioc_and_fok(desk: Desk) -> None:
    _, ask = _best(desk)
    limit: dict[str, Any] = {"ordertype": "limit", "price": ask}
    killed = _row(desk, desk.order("buy", "9", timeinforce="FOK", **limit))
    assert (killed["status"], killed["vol_exec"]) == ("canceled", "0.00000000")
    taken = _row(desk, desk.order("buy", "9", timeinforce="IOC", **limit))
    assert taken["status"] == "canceled"
    assert Decimal(0) < Decimal(taken["vol_exec"]) < 9
    assert taken["reason"]
    assert desk.private("OpenOrders") == {"open": {}}


def test_crossing_limit_takes_up_to_its_price_and_rests_with_the_remainder(desk: Desk) -> None:
    _, ask = _best(desk)
    txid = desk.order("buy", "9", ordertype="limit", price=ask)
    row = desk.private("OpenOrders", trades="true")["open"][txid]
    assert row["status"] == "open"
    assert Decimal(0) < Decimal(row["vol_exec"]) < 9
    assert {fill["price"] for fill in desk.truth()["fills"]} == {f"{ask:.5f}"}


def test_expiry(desk: Desk) -> None:
    txid = desk.order("buy", "0.1", ordertype="limit", price="30000", expiretm="+10", timeinforce="GTD")
    desk.advance(9)
    assert _row(desk, txid)["status"] == "open"
    desk.advance(1)
    row = _row(desk, txid)
    assert row["status"] == "expired"
    assert row["closetm"] - row["opentm"] == pytest.approx(10)


def test_client_ids_are_unique_among_open_orders_only(desk: Desk) -> None:
    rest = {"ordertype": "limit", "price": "30000"}
    first = desk.order("buy", "0.1", cl_ord_id="one", **rest)
    with pytest.raises(Refusal, match="EGeneral:Invalid arguments:cl_ord_id"):
        desk.order("buy", "0.1", cl_ord_id="one", **rest)
    assert list(desk.private("OpenOrders", cl_ord_id="one")["open"]) == [first]
    assert desk.private("CancelOrder", cl_ord_id="one") == {"count": 1}
    second = desk.order("buy", "0.1", cl_ord_id="one", **rest)
    assert desk.private("CancelOrder", txid=second) == {"count": 1}
    closed = desk.private("ClosedOrders", cl_ord_id="one")
    assert list(closed["closed"]) == [second, first]
    assert closed["count"] == 2
    assert closed["closed"][first]["reason"] == "User requested"
    with pytest.raises(Refusal, match="EOrder:Unknown order"):
        desk.private("CancelOrder", txid=first)
    assert desk.private("CancelAll") == {"count": 0}


def test_paging(desk: Desk) -> None:
    ids = []
    for _ in range(60):
        ids.append(desk.order("buy", "0.001", userref="5"))
        desk.advance(0.01)
    newest = ids[::-1]
    first = desk.private("ClosedOrders")
    assert (list(first["closed"]), first["count"]) == (newest[:50], 60)
    assert list(desk.private("ClosedOrders", ofs="50", userref="5")["closed"]) == newest[50:]
    start = first["closed"][newest[3]]["closetm"]
    assert list(desk.private("ClosedOrders", start=f"{start:.6f}")["closed"]) == newest[:3]
    trades = desk.private("TradesHistory")
    assert len(trades["trades"]) == 50
    assert trades["count"] == len(desk.truth()["fills"])
    name = next(iter(trades["trades"]))
    assert desk.private("QueryTrades", txid=name) == {name: trades["trades"][name]}
    assert "count" not in desk.private("TradesHistory", without_count="true")


def _status(desk: Desk, **status: object) -> None:
    for name, value in status.items():
        desk.box.exchange.set_status(str(value), "" if name == "system" else "XBTUSD")


@pytest.mark.parametrize(
    ("where", "status", "params", "error"),
    [
        ("system", "cancel_only", {}, "EService:Market in cancel_only mode"),
        ("pair", "post_only", {}, "EService:Market in post_only mode"),
        ("pair", "post_only", {"ordertype": "limit", "price": "30000", "oflags": "post"}, ""),
        ("pair", "limit_only", {}, "EService:Market in limit_only mode"),
        ("pair", "limit_only", {"ordertype": "limit", "price": "30000"}, ""),
        ("system", "maintenance", {}, "EService:Unavailable"),
    ],
)
def test_statuses(desk: Desk, where: str, status: str, params: dict[str, str], error: str) -> None:
    resting = desk.order("buy", "0.1", ordertype="limit", price="20000")
    _status(desk, **{where: status})
    answer = desk.post(
        "AddOrder", **{"pair": "XBTUSD", "type": "buy", "ordertype": "market", "volume": "0.1", **params}
    )
    assert "".join(answer["error"]) == error
    if status != "maintenance":
        assert desk.private("CancelOrder", txid=resting) == {"count": 1}
    else:
        assert desk.post("Balance")["error"] == ["EService:Unavailable"]
        assert desk.public("SystemStatus")["status"] == "maintenance"


def test_fees_fall_with_volume(desk: Desk) -> None:
    fees = desk.private("TradeVolume", pair="XBTUSD")
    assert (fees["fees"]["XXBTZUSD"]["fee"], fees["fees_maker"]["XXBTZUSD"]["fee"]) == ("0.4000", "0.2500")
    desk.order("sell", "1")
    assert desk.private("TradeVolume", pair="XBTUSD")["fees"]["XXBTZUSD"]["fee"] == "0.2400"
    ledger, now_ns = desk.box.exchange.ledger, desk.box.exchange.now_ns
    month_ns = 30 * 86_400 * 10**9
    assert ledger.volume_30d(now_ns + month_ns) > 0
    assert ledger.volume_30d(now_ns + month_ns + 1) == 0
