"""Programs written by others for Kraken drive the box over WebSocket; only the base address differs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support.served_box import Addresses, served
from tests.unit.paper.test_paper_clients import library
from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions

SYMBOL = "BTC/USD"


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=60, past_minutes=120))


def _run(desk: Desk, scene: Callable[[Addresses], Awaitable[None]]) -> None:
    with served(desk) as at:
        asyncio.run(asyncio.wait_for(scene(at), 60))


@pytest.mark.filterwarnings("default")
def test_python_kraken_sdk_on_both_sockets(desk: Desk) -> None:
    spot = library("kraken.spot")
    seen: dict[str, list[Any]] = {}

    async def listen(message: dict[str, Any]) -> None:
        seen.setdefault(str(message.get("channel") or message.get("method")), []).append(message)

    async def until(name: str) -> None:
        while name not in seen:  # noqa: ASYNC110 - the client calls back, it does not tell
            await asyncio.sleep(0.01)

    async def scene(at: Addresses) -> None:
        keys = {"key": desk.box.key.key, "secret": desk.box.key.secret}
        urls = {"rest_url": at.rest, "ws_url": at.websocket, "auth_ws_url": at.websocket}
        client = spot.SpotWSClient(callback=listen, **keys, **urls)
        await client.start()
        for params in (
            {"channel": "ticker", "symbol": [SYMBOL]},
            {"channel": "trade", "symbol": [SYMBOL], "snapshot": True},
            {"channel": "ohlc", "symbol": [SYMBOL], "interval": 5},
            {"channel": "instrument"},
            {"channel": "executions", "snap_orders": True, "snap_trades": True},
            {"channel": "balances"},
        ):
            await client.subscribe(params=params)
        for channel in ("ticker", "trade", "ohlc", "instrument", "executions", "balances"):
            await until(channel)
        order = {
            "order_type": "limit",
            "side": "buy",
            "limit_price": 30000,
            "order_qty": 0.001,
            "symbol": SYMBOL,
        }
        await client.send_message({"method": "add_order", "params": {**order, "cl_ord_id": "a"}})
        await until("add_order")
        await client.send_message({"method": "amend_order", "params": {"cl_ord_id": "a", "order_qty": 0.002}})
        await until("amend_order")
        rows = [{**order, "order_userref": number} for number in (7, 8)]
        await client.send_message({"method": "batch_add", "params": {"symbol": SYMBOL, "orders": rows}})
        await until("batch_add")
        await client.send_message({"method": "cancel_order", "params": {"order_userref": [7]}})
        await until("cancel_order")
        await client.send_message({"method": "cancel_all", "params": {}})
        await until("cancel_all")
        assert seen["cancel_all"][0]["result"] == {"count": 2}
        assert not [message for messages in seen.values() for message in messages if message.get("error")]
        await client.close()

    _run(desk, scene)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("depth", [10, 25])
def test_python_kraken_sdk_keeps_the_book(desk: Desk, depth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    spot, base = library("kraken.spot"), library("kraken.base_api")
    book_client: Any = spot.SpotOrderBookClient
    valid: list[bool] = []

    class Books(book_client):  # type: ignore[misc]
        async def on_book_update(self, pair: str, message: dict[str, Any]) -> None:
            valid.append(self.get(pair=pair)["valid"])

    async def scene(at: Addresses) -> None:
        monkeypatch.setattr(base.SpotClient, "URL", at.rest)
        monkeypatch.setattr(spot.SpotWSClient, "WS_URL", at.websocket)
        books = Books(depth=depth)
        await books.start()
        await books.add_book(pairs=[SYMBOL])
        while len(valid) < 40:  # noqa: ASYNC110 - the client calls back
            await asyncio.sleep(0.01)
        assert [len(books.get(pair=SYMBOL)[side]) for side in ("ask", "bid")] == [depth, depth]
        await books.close()

    _run(desk, scene)
    assert all(valid), "every checksum fits"


@pytest.mark.filterwarnings("default")
def test_ccxt_pro(desk: Desk) -> None:
    pro = library("ccxt.pro")

    async def scene(at: Addresses) -> None:
        api = pro.kraken({"apiKey": desk.box.key.key, "secret": desk.box.key.secret})
        api.urls["api"] |= {"public": at.rest, "private": at.rest}
        for name in api.urls["api"]["ws"]:
            api.urls["api"]["ws"][name] = at.websocket + ("/v2" if name.endswith("V2") else "")
        try:
            assert (await api.watch_ticker(SYMBOL))["last"] > 0
            assert await api.watch_trades(SYMBOL)
            assert await api.watch_ohlcv(SYMBOL, "1m")
            for _ in range(20):
                book = await api.watch_order_book(SYMBOL, 10)
            assert len(book["bids"]) == 10
            orders = asyncio.ensure_future(api.watch_orders(SYMBOL))
            trades = asyncio.ensure_future(api.watch_my_trades(SYMBOL))
            await asyncio.sleep(0.5)
            placed = await api.create_order_ws(SYMBOL, "limit", "buy", 0.01, 30000)
            assert (await orders)[0]["id"] == placed["id"]
            await api.edit_order_ws(placed["id"], SYMBOL, "limit", "buy", 0.02, 30100)
            await api.create_order_ws(SYMBOL, "market", "buy", 0.01)
            assert (await trades)[0]["amount"] == 0.01
            await api.cancel_order_ws(placed["id"])
            assert (await api.watch_balance())["BTC"]["total"] == 0.01
        finally:
            await api.close()

    _run(desk, scene)
    assert [order["status"] for order in desk.truth()["orders"]] == ["canceled", "closed"]


@pytest.mark.filterwarnings("default")
def test_a_whole_bot(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """kraken-infinity-grid checks its key, lays its grid and follows its fills."""
    gridbot, spot, base = (
        library("kraken_infinity_grid.gridbot"),
        library("kraken.spot"),
        library("kraken.base_api"),
    )
    config = {
        "strategy": "GridHODL", "userref": 77, "name": "grid", "interval": 0.002, "amount_per_grid": 300,
        "max_investment": 5000, "n_open_buy_orders": 4, "base_currency": "BTC", "quote_currency": "USD",
        "fee": 0.004, "telegram_token": None, "telegram_chat_id": None, "exception_token": None,
        "exception_chat_id": None,
    }  # fmt: skip

    async def scene(at: Addresses) -> None:
        monkeypatch.setattr(base.SpotClient, "URL", at.rest)
        monkeypatch.setattr(spot.SpotWSClient, "WS_URL", at.websocket)
        monkeypatch.setattr(spot.SpotWSClient, "AUTH_WS_URL", at.websocket)
        bot = gridbot.KrakenInfinityGridBot(
            key=desk.box.key.key, secret=desk.box.key.secret, config=config, db_config={"in_memory": True}
        )
        running = asyncio.ensure_future(bot.run())
        while sum(order["userref"] == 77 for order in desk.truth()["orders"]) < 4:
            await asyncio.sleep(0.05)
            assert not running.done()
        running.cancel()
        await bot.close()

    _run(desk, scene)
