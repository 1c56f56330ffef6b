"""Answers have the members, types and decimals of Kraken's recorded answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions

SAMPLES = Path(__file__).parents[4] / "shared/kraken-samples"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="recorded samples are not at hand")

TXID = re.compile(r"[OTL][A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{6}")


def _sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text())["result"]


@pytest.fixture(scope="module")
def desk() -> Desk:
    desk = Desk(BoxOptions(speed=0))
    desk.order("buy", "0.05", leverage="3", cl_ord_id="9ce3b826-7c70-4bb6-a89e-d6370e5378f6")
    desk.order("buy", "0.01")
    desk.order("buy", "0.01", ordertype="limit", price="20000.0", oflags="post")
    desk.order("buy", "0.01", ordertype="limit", price="20000.0")
    desk.private("CancelOrder", txid=next(iter(desk.private("OpenOrders")["open"])))
    return desk


def _kind(value: Any) -> str:
    """What a value looks like: its type, and for numbers in text the count of decimals."""
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d+(\.\d+)?", value):
        return f"text with {len(value.partition('.')[2])} decimals"
    return (
        "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    )


def _same_row(ours: dict[str, Any], theirs: dict[str, Any], *, loose: frozenset[str] = frozenset()) -> None:
    """Every member of theirs is in ours and looks alike; `loose` names what differs between recordings."""
    for name, value in theirs.items():
        if name in loose:
            continue
        assert name in ours, name
        if isinstance(value, dict):
            _same_row(ours[name], value, loose=loose)
        else:
            assert _kind(ours[name]) == _kind(value), name


def test_public_rows(desk: Desk) -> None:
    _same_row(
        desk.public("AssetPairs?pair=XBTUSD")["XXBTZUSD"], _sample("rest/asset_pairs_2025.json")["XBTUSDT"]
    )
    _same_row(desk.public("Assets?asset=XBT,USD"), _sample("rest/assets.json"), loose=frozenset({"ZEUR"}))
    _same_row(desk.public("Time"), _sample("rest/server_time.json"))
    _same_row(desk.public("SystemStatus"), _sample("rest/system_status.json"))
    ours, theirs = desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"], _sample("rest/ticker.json")["XXBTZUSD"]
    assert list(ours) == list(theirs)
    for name, value in theirs.items():
        assert [_kind(cell) for cell in ours[name]] == [_kind(cell) for cell in value], name


def test_the_pair_has_the_published_fees_and_minima(desk: Desk) -> None:
    ours = desk.public("AssetPairs?pair=XBTUSD")["XXBTZUSD"]
    theirs = _sample("rest/asset_pairs_2025.json")["XBTUSDT"]
    assert list(ours) == list(theirs)
    # the recorded table is the lower part of the present one
    for name in ("fees", "fees_maker", "leverage_buy", "leverage_sell"):
        assert ours[name][: len(theirs[name])] == theirs[name], name


@pytest.mark.parametrize(
    ("call", "sample", "member"),
    [
        ("OHLC?pair=XBTUSD", "rest/ohlc_tail_181_recorded.json", None),
        ("Trades?pair=XBTUSD", "rest/trades_public_short.json", None),
        ("Depth?pair=XBTUSD", "rest-live/depth.json", "asks"),
        ("Depth?pair=XBTUSD", "rest-live/depth.json", "bids"),
    ],
)
def test_public_lists(desk: Desk, call: str, sample: str, member: str | None) -> None:
    ours, theirs = desk.public(call), _sample(sample)
    assert _kind(ours.get("last")) == _kind(theirs.get("last"))
    key = next(name for name in theirs if name != "last")
    rows, recorded = ours["XXBTZUSD"], theirs[key]
    if member:
        rows, recorded = rows[member], recorded[member]
    assert {tuple(map(_kind, row)) for row in rows} == {tuple(map(_kind, row)) for row in recorded}


def test_orders(desk: Desk) -> None:
    (txid, ours), *_ = desk.private("OpenOrders")["open"].items()
    assert TXID.fullmatch(txid)
    (theirs,) = _sample("rest/open_orders_live_2026.json")["open"].values()
    # this account's open order has no client id, and pairs differ in price decimals
    _same_row(ours, theirs, loose=frozenset({"cl_ord_id", "price"}))
    closed = desk.private("ClosedOrders", trades="true")
    assert list(closed) == ["closed", "count"]
    rows = list(closed["closed"].values())
    recorded = next(iter(_sample("rest-live/closed_orders.json")["closed"].values()))
    for row in rows:
        _same_row(row, recorded, loose=frozenset({"price", "userref", "reason"}))
        assert list(row["descr"]) == list(recorded["descr"])
    assert {row["reason"] for row in rows} == {None, "User requested"}
    assert rows[-1]["cl_ord_id"] == "9ce3b826-7c70-4bb6-a89e-d6370e5378f6"
    placed = desk.private(
        "AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="0.01", leverage="2"
    )
    assert list(placed) == list(_sample("rest/add_order_market.json"))
    assert TXID.fullmatch(placed["txid"][0])
    assert placed["descr"]["order"] == "buy 0.01000000 XBTUSD @ market with 2:1 leverage"
    assert desk.private("CancelAll") == {"count": 1}


def test_trades_and_positions(desk: Desk) -> None:
    trades = desk.private("TradesHistory")["trades"]
    recorded = next(iter(_sample("rest/trades_history.json")["trades"].values()))
    for name, row in trades.items():
        assert TXID.fullmatch(name)
        _same_row(row, recorded)
    (theirs,) = _sample("rest/open_positions_one.json").values()
    for row in desk.private("OpenPositions", docalcs="true").values():
        _same_row(row, theirs, loose=frozenset({"cost", "fee", "margin"}))
        assert re.fullmatch(r"[+-]\d+\.\d{4}", row["net"])


def test_money(desk: Desk) -> None:
    _same_row(desk.private("TradeBalance"), _sample("rest/trade_balance.json"))
    flat = Desk(BoxOptions(speed=0, past_minutes=5))
    assert list(flat.private("TradeBalance")) == list(_sample("rest-live/trade_balance_no_ml.json"))
    live = _sample("rest-live/balance_ex_strings.json")
    for row in desk.private("BalanceEx").values():
        assert list(row) == list(live["ARB"])
    assert desk.private("BalanceEx")["ZUSD"]["balance"].partition(".")[2].__len__() == 4
    assert list(desk.private("GetWebSocketsToken")) == list(_sample("rest-live/get_websockets_token.json"))
