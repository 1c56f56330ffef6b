"""Programs written by others for Kraken drive the box over REST; only the base address differs.

krakenex is always here; the others are where `make clients` put them, and then must be.
"""

from __future__ import annotations

import importlib
import os
from decimal import Decimal
from typing import Any

import pytest

from tests.support.served_box import served
from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions

krakenex: Any = importlib.import_module("krakenex")

LIMIT = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}
MARKET = {"pair": "XXBTZUSD", "type": "buy", "ordertype": "market", "volume": "0.01"}


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=120))


def library(name: str) -> Any:
    """A client; a test that needs one that is not installed is skipped, but not under `make clients`."""
    try:
        return importlib.import_module(name)
    except ImportError:
        if os.environ.get("CLIENTS"):
            raise
        pytest.skip(f"{name} is not installed")


class Krakenex:
    """krakenex at a box; gives results."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.api = krakenex.API(desk.box.key.key, desk.box.key.secret)
        self.api.uri = url

    def public(self, method: str, **params: object) -> Any:
        return self._result(self.api.query_public(method, params))

    def private(self, method: str, **params: object) -> Any:
        return self._result(self.api.query_private(method, params))

    def refused(self, method: str, **params: object) -> str:
        answer = self.api.query_private(method, params)
        assert "result" not in answer
        (error,) = answer["error"]
        return str(error)

    def _result(self, answer: dict[str, Any]) -> Any:
        assert answer["error"] == []
        return answer["result"]


def test_krakenex_reads_the_market(desk: Desk) -> None:
    with served(desk) as at:
        kraken = Krakenex(desk, at.rest)
        assert kraken.public("Time")["unixtime"] == 1_767_614_420
        assert kraken.public("SystemStatus")["status"] == "online"
        assert list(kraken.public("Assets", asset="XBT,USD")) == ["XXBT", "ZUSD"]
        pairs = kraken.public("AssetPairs")
        assert kraken.public("AssetPairs", pair="ETHUSD", info="margin")["XETHZUSD"]["margin_call"] == 80
        assert list(kraken.public("Ticker")) == list(pairs)
        rows = kraken.public("OHLC", pair="XBTUSD", interval=5)
        assert rows["last"] == rows["XXBTZUSD"][-2][0]
        later = kraken.public("OHLC", pair="XBTUSD", interval=5, since=rows["last"])
        assert later["XXBTZUSD"] == rows["XXBTZUSD"][-1:]
        book = kraken.public("Depth", pair="XBTUSD", count=3)["XXBTZUSD"]
        assert [len(book[side]) for side in ("asks", "bids")] == [3, 3]
        trades = kraken.public("Trades", pair="XBTUSD", count=5)
        assert len(trades["XXBTZUSD"]) == 5
        assert kraken.public("Trades", pair="XBTUSD", since=trades["last"])["XXBTZUSD"] == []
        assert kraken.public("Spread", pair="XBTUSD")["last"] <= 1_767_614_420
        kraken.api.close()


def test_krakenex_places_changes_and_cancels(desk: Desk) -> None:
    with served(desk) as at:
        kraken = Krakenex(desk, at.rest)
        (txid,) = kraken.private("AddOrder", **LIMIT, cl_ord_id="mine", oflags="post")["txid"]
        assert list(kraken.private("OpenOrders", cl_ord_id="mine")["open"]) == [txid]
        assert Decimal(kraken.private("BalanceEx")["ZUSD"]["hold_trade"]) > 300
        kraken.private("AmendOrder", txid=txid, order_qty="0.02")
        assert kraken.private("OrderAmends", order_id=txid)["count"] == 2
        assert kraken.private("CancelOrder", cl_ord_id="mine") == {"count": 1}
        assert kraken.refused("CancelOrder", txid=txid) == "EOrder:Unknown order"
        assert kraken.private("QueryOrders", txid=txid)[txid]["reason"] == "User requested"
        (first,) = kraken.private("AddOrder", **LIMIT, userref=7)["txid"]
        edited = kraken.private("EditOrder", txid=first, pair="XBTUSD", price="31000")
        assert (edited["originaltxid"], edited["newuserref"]) == (first, 7)
        assert kraken.private("CancelOrder", txid=7) == {"count": 1}
        assert "txid" not in kraken.private("AddOrder", **LIMIT, validate=True)
        close = {"close[ordertype]": "stop-loss-limit", "close[price]": "29000", "close[price2]": "28000"}
        placed = kraken.private("AddOrder", **LIMIT, **close)
        assert placed["descr"]["close"] == "close position @ stop loss 29000.0 -> limit 28000.0"
        names = [*placed["txid"], *kraken.private("AddOrder", **LIMIT)["txid"]]
        assert kraken.private("CancelOrderBatch", orders=",".join(names)) == {"count": 2}
        timer = kraken.private("CancelAllOrdersAfter", timeout=60)
        assert timer["triggerTime"] == "2026-01-05T12:01:20Z"
        assert kraken.private("CancelAll") == {"count": 0}
        assert kraken.private("ClosedOrders")["count"] == 5
        kraken.api.close()


def test_krakenex_trades_and_reads_its_books(desk: Desk) -> None:
    with served(desk) as at:
        kraken = Krakenex(desk, at.rest)
        kraken.private("AddOrder", **MARKET)
        assert Decimal(kraken.private("Balance")["XXBT"]) == Decimal("0.01")
        kraken.private("AddOrder", **MARKET, leverage="2")
        (position,) = kraken.private("OpenPositions", docalcs="true").values()
        assert position["vol"] == "0.01000000"
        assert float(kraken.private("TradeBalance")["ml"]) > 1000
        short = {**MARKET, "type": "sell", "leverage": "2", "reduce_only": True, "volume": "0.02"}
        kraken.private("AddOrder", **short)
        assert kraken.private("OpenPositions") == {}
        history = kraken.private("TradesHistory", ledgers=True)
        assert history["count"] == 3
        name, trade = next(iter(history["trades"].items()))
        assert kraken.private("QueryTrades", txid=name)[name]["vol"] == trade["vol"]
        entry = trade["ledgers"][0]
        assert kraken.private("QueryLedgers", id=entry)[entry]["refid"] == name
        assert kraken.private("Ledgers", asset="XBT", type="trade")["count"] == 1
        fee = kraken.private("TradeVolume", pair="XBTUSD")["fees"]["XXBTZUSD"]
        assert (fee["fee"], fee["nextvolume"]) == ("0.4000", "10000.0000")
        refused = kraken.refused("AddOrder", **{**MARKET, "volume": "1000", "leverage": "2"})
        assert refused == "EOrder:Margin position size exceeded"
        assert kraken.refused("AddOrder", **{**MARKET, "volume": "1000"}) == "EOrder:Insufficient funds"
        assert kraken.refused("WithdrawFunds") == "EGeneral:Unknown method"
        assert len(kraken.private("GetWebSocketsToken")["token"]) == 43
        kraken.api.close()


def test_pykrakenapi(desk: Desk) -> None:
    pykrakenapi = library("pykrakenapi")
    with served(desk) as at:
        plain = Krakenex(desk, at.rest)
        api = pykrakenapi.KrakenAPI(plain.api, tier="None")
        assert list(api.get_asset_info().index) == ["ZUSD", "XXBT", "XETH"]
        assert api.get_account_balance().loc["ZUSD"].iloc[0] == 10_000
        terms = {"pair": "XBTUSD", "type": "buy", "volume": "0.01", "validate": False}
        placed = api.add_standard_order(
            **terms, ordertype="limit", price="30000", close_ordertype="limit", close_price="31000"
        )
        assert list(api.get_open_orders().index) == placed["txid"]
        assert api.cancel_open_order(placed["txid"][0]) == {"count": 1}
        api.add_standard_order(**terms, ordertype="market")
        trades, count = api.get_trades_history()
        assert (count, len(trades)) == (1, 1)
        plain.api.close()


def test_ccxt(desk: Desk) -> None:
    ccxt = library("ccxt")
    with served(desk) as at:
        api = ccxt.kraken(
            {"apiKey": desk.box.key.key, "secret": desk.box.key.secret, "enableRateLimit": False}
        )
        for name in ("public", "private"):
            api.urls["api"][name] = at.rest
        assert set(api.load_markets()) == {"BTC/USD", "ETH/USD"}
        assert api.fetch_ticker("BTC/USD")["last"] > 0
        assert set(api.fetch_tickers()) == {"BTC/USD", "ETH/USD"}
        assert len(api.fetch_ohlcv("BTC/USD", "1m")) == 121
        placed = api.create_order("BTC/USD", "limit", "buy", 0.01, 30000, {"clientOrderId": "mine"})
        assert api.fetch_order(placed["id"])["status"] == "open"
        api.edit_order(placed["id"], "BTC/USD", "limit", "buy", 0.02, 30100)
        assert api.fetch_order(placed["id"])["amount"] == 0.02
        api.cancel_order(None, "BTC/USD", {"clientOrderId": "mine"})
        api.create_order("BTC/USD", "market", "buy", 0.01, None, {"leverage": 3})
        (position,) = api.fetch_positions()
        assert (position["symbol"], position["side"]) == ("BTC/USD", "long")
        api.create_order("BTC/USD", "market", "sell", 0.01, None, {"leverage": 3, "reduceOnly": True})
        assert desk.truth()["net_position"]["XXBTZUSD"] == "0.00000000"
        assert len(api.fetch_my_trades()) == 2
        assert Decimal(str(api.fetch_balance()["USD"]["total"])) < 10_000
        api.create_market_buy_order_with_cost("BTC/USD", 100)
        stop = api.create_order("BTC/USD", "market", "sell", 0.001, None, {"stopLossPrice": 30000})
        assert api.fetch_open_orders()[0]["id"] == stop["id"]
        assert api.fetch_trading_fee("BTC/USD")["taker"] == 0.004
        with pytest.raises(ccxt.InsufficientFunds):
            api.create_order("BTC/USD", "market", "buy", 1000)
        with pytest.raises(ccxt.OrderNotFound):
            api.cancel_order("OXXXXX-XXXXX-XXXXXX")


def test_python_kraken_sdk(desk: Desk) -> None:
    spot, errors = library("kraken.spot"), library("kraken.exceptions")
    with served(desk) as at:
        trade = spot.Trade(desk.box.key.key, desk.box.key.secret, url=at.rest)
        user = spot.User(desk.box.key.key, desk.box.key.secret, url=at.rest)
        market = spot.Market(url=at.rest)
        assert list(market.get_asset_pairs(pair="BTC/USD")) == ["BTC/USD"]
        placed = trade.create_order(
            ordertype="stop-loss-limit", side="buy", pair="XBTUSD", volume=0.01, price=90000, price2=90100
        )
        (txid,) = placed["txid"]
        row = user.get_orders_info(txid)[txid]
        assert row["descr"]["order"] == "buy 0.01000000 XBTUSD @ stop loss 90000.0 -> limit 90100.0"
        trade.amend_order(txid=txid, order_qty=0.02)
        assert user.get_order_amends(order_id=txid)["count"] == 2
        rows = [{"ordertype": "limit", "type": "buy", "price": "30000", "volume": "0.001"}] * 2
        batch = trade.create_order_batch(pair="XBTUSD", orders=rows)["orders"]
        assert trade.cancel_order_batch(orders=[row["txid"] for row in batch]) == {"count": 2}
        assert trade.cancel_all_orders() == {"count": 1}
        trade.create_order(ordertype="market", side="buy", pair="BTC/USD", volume="10", validate=True)
        with pytest.raises(errors.KrakenInvalidOrderError):
            trade.cancel_order(txid="", extra_params={"cl_ord_id": "nobody"})
