"""Programs written by others for Kraken drive the box; only the base address differs."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from tui_bot.paper.application import application
from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions


@contextmanager
def _served(desk: Desk) -> Iterator[str]:
    import uvicorn

    config = uvicorn.Config(application(desk.box), port=0, log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        pass
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=120))


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        pytest.skip(f"{name} is not installed")


def _result(answer: dict[str, Any]) -> Any:
    assert answer["error"] == []
    return answer["result"]


def test_krakenex(desk: Desk) -> None:
    krakenex = _library("krakenex")
    with _served(desk) as url:
        api = krakenex.API(desk.box.key.key, desk.box.key.secret)
        api.uri = url
        assert _result(api.query_public("Time"))["unixtime"] == 1_767_614_420
        assert len(_result(api.query_public("OHLC", {"pair": "XBTUSD", "interval": 5}))["XXBTZUSD"]) > 20
        order = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}
        (txid,) = _result(api.query_private("AddOrder", order))["txid"]
        assert list(_result(api.query_private("OpenOrders"))["open"]) == [txid]
        assert _result(api.query_private("CancelOrder", {"txid": txid})) == {"count": 1}
        market = {"pair": "XXBTZUSD", "type": "buy", "ordertype": "market", "volume": "0.01", "leverage": "2"}
        _result(api.query_private("AddOrder", market))
        (position,) = _result(api.query_private("OpenPositions", {"docalcs": "true"})).values()
        assert position["vol"] == "0.01000000"
        assert _result(api.query_private("TradesHistory"))["count"] == 1
        refused = api.query_private("AddOrder", {**market, "volume": "1000"})
        assert refused["error"] == ["EOrder:Margin position size exceeded"]
        api.close()


def test_ccxt(desk: Desk) -> None:
    ccxt = _library("ccxt")
    with _served(desk) as url:
        api = ccxt.kraken(
            {"apiKey": desk.box.key.key, "secret": desk.box.key.secret, "enableRateLimit": False}
        )
        for name in ("public", "private"):
            api.urls["api"][name] = url
        assert set(api.load_markets()) == {"BTC/USD", "ETH/USD"}
        assert api.fetch_ticker("BTC/USD")["last"] > 0
        placed = api.create_order("BTC/USD", "limit", "buy", 0.01, 30000, {"clientOrderId": "mine"})
        assert api.fetch_order(placed["id"])["status"] == "open"
        api.cancel_order(placed["id"])
        api.create_order("BTC/USD", "market", "buy", 0.01, None, {"leverage": 3})
        (position,) = api.fetch_positions()
        assert (position["symbol"], position["side"]) == ("BTC/USD", "long")
        api.create_order("BTC/USD", "market", "sell", 0.01, None, {"leverage": 3, "reduceOnly": True})
        assert desk.truth()["net_position"]["XXBTZUSD"] == "0.00000000"
        assert len(api.fetch_my_trades()) == 2
        assert Decimal(str(api.fetch_balance()["USD"]["total"])) < 10_000


def test_python_kraken_sdk(desk: Desk) -> None:
    spot = _library("kraken.spot")
    with _served(desk) as url:
        trade = spot.Trade(desk.box.key.key, desk.box.key.secret, url=url)
        user = spot.User(desk.box.key.key, desk.box.key.secret, url=url)
        placed = trade.create_order(
            ordertype="stop-loss-limit", side="buy", pair="XBTUSD", volume=0.01, price=90000, price2=90100
        )
        (txid,) = placed["txid"]
        row = user.get_orders_info(txid)[txid]
        assert row["descr"]["order"] == "buy 0.01000000 XBTUSD @ stop loss 90000.0 -> limit 90100.0"
        trade.amend_order(txid=txid, order_qty=0.02)
        assert user.get_order_amends(order_id=txid)["count"] == 2
        rows = [{"ordertype": "limit", "type": "buy", "price": "30000", "volume": "0.001"}] * 2
        assert len(trade.create_order_batch(pair="XBTUSD", orders=rows)["orders"]) == 2
        assert trade.cancel_all_orders() == {"count": 3}
