"""Orders and reads through the whole client, against a mocked connection."""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs

import httpx
import pytest
from pytest_httpx import HTTPXMock

from tui_bot.engine.events import Acked, Answer, Lost, NotSent, Refused, Validated
from tui_bot.engine.ports import ExchangeError
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.exchange import KrakenExchange, open_kraken
from tui_bot.kraken.signing import Credentials
from tui_bot.market.order import Intent, Side

pytestmark = pytest.mark.anyio

URL = "http://127.0.0.1:9"
TXID = "OUF4EM-FRGI2-MQMWZD"
PAIRS = {
    "XXBTZUSD": {
        "altname": "XBTUSD",
        "wsname": "XBT/USD",
        "base": "XXBT",
        "quote": "ZUSD",
        "cost_decimals": 5,
        "pair_decimals": 1,
        "lot_decimals": 8,
        "tick_size": "0.1",
    }
}


class StillClock(ExchangeClock):
    """Stands at the creation of the intent until it is moved."""

    def __init__(self) -> None:
        self.moved_ms = 0
        super().__init__(1_700_000_000_000, counter_ns=lambda: self.moved_ms * 1_000_000)

    async def sleep(self, seconds: float) -> None:
        self.moved_ms += round(seconds * 1000)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def exchange(
    httpx_mock: HTTPXMock, tmp_path: Path, credentials: Credentials, clock: StillClock
) -> KrakenExchange:
    httpx_mock.add_response(url=f"{URL}/0/public/AssetPairs?pair=XBTUSD", json={"error": [], "result": PAIRS})
    return open_kraken(URL, "BTC/USD", credentials, tmp_path / "nonce", clock)


def accepted(txid: Any) -> dict[str, object]:
    return {"error": [], "result": {"descr": {"order": "buy"}, "txid": txid}}


def placed(httpx_mock: HTTPXMock) -> list[dict[str, str]]:
    requests = httpx_mock.get_requests(method="POST")
    return [
        {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        for request in requests
    ]


async def test_a_market_order(httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent) -> None:
    httpx_mock.add_response(method="POST", json=accepted([TXID]))
    assert await exchange.place(intent) == Acked(TXID)
    (form,) = placed(httpx_mock)
    assert form.pop("nonce").isdigit()
    assert form == {
        "pair": "XBTUSD",
        "type": "buy",
        "ordertype": "market",
        "volume": "0.01000000",
        "oflags": "fciq",
        "cl_ord_id": "bot-1",
        "deadline": "2023-11-14T22:13:25.250Z",
    }


async def test_a_margin_limit_order(httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent) -> None:
    httpx_mock.add_response(method="POST", json=accepted([TXID]))
    wanted = replace(intent, side=Side.SELL, price=Decimal("60000.1"), leverage=2, reduce_only=True)
    assert await exchange.place(wanted) == Acked(TXID)
    (form,) = placed(httpx_mock)
    assert (form["type"], form["ordertype"], form["price"]) == ("sell", "limit", "60000.1")
    assert (form["leverage"], form["reduce_only"]) == ("2", "true")


async def test_an_order_that_is_only_validated(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent
) -> None:
    only = {"error": [], "result": {"descr": {"order": "buy 0.01000000 XBTUSD @ market"}}}
    httpx_mock.add_response(method="POST", json=only)
    assert await exchange.place(replace(intent, validate=True)) == Validated("buy 0.01000000 XBTUSD @ market")
    (form,) = placed(httpx_mock)
    assert form["validate"] == "true"


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        ({"descr": {"order": "buy"}, "txid": [TXID]}, Acked(TXID)),
        ({"descr": {"order": "buy"}, "txid": []}, Lost("the answer has no order id")),
        ({"descr": {}}, Lost("the answer has no order id")),
        (None, Lost("the answer has no order id")),
    ],
)
async def test_what_is_no_plain_validation_is_not_taken_for_one(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent, result: object, answer: Answer
) -> None:
    httpx_mock.add_response(method="POST", json={"error": [], "result": result})
    assert await exchange.place(replace(intent, validate=True)) == answer


LOST: dict[str, dict[str, Any]] = {
    "no txid": {"json": {"error": [], "result": {"descr": {"order": "buy"}}}},
    "empty txid": {"json": accepted([])},
    "two txids": {"json": accepted([TXID, TXID])},
    "txid as text": {"json": accepted(TXID)},
    "txid of another shape": {"json": accepted(["oops\x1b[2J"])},
    "txid not a text": {"json": accepted([7])},
    "result null": {"json": {"error": [], "result": None}},
    "result a list": {"json": {"error": [], "result": []}},
    "no error list": {"json": {"result": {"txid": [TXID]}}},
    "errors not texts": {"json": {"error": [1], "result": {"txid": [TXID]}}},
    "errors and txid": {"json": {"error": ["EOrder:Insufficient funds"], "result": {"txid": [TXID]}}},
    "not an object": {"json": []},
    "html": {"text": "<html>cloudflare</html>"},
    "empty": {"content": b""},
    "cut": {"content": b'{"error":[],"result":{"txid":["OUF4'},
    "repeated member": {
        "content": b'{"error":["EOrder:X"],"error":[],"result":{"txid":["OUF4EM-FRGI2-MQMWZD"]}}'
    },
    "deep": {"content": b"[" * 50_000},
    "huge": {"content": b'{"error":[],"result":"' + b"x" * 70_000 + b'"}'},
    **{
        f"HTTP {code}": {"status_code": code, "text": "<html>"}
        for code in (301, 400, 403, 429, 500, 502, 504)
    },
    **{f"HTTP {code} with JSON": {"status_code": code, "json": accepted([TXID])} for code in (201, 302, 520)},
    "HTTP 503 refusing": {"status_code": 503, "json": {"error": ["EOrder:Insufficient funds"]}},
}


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST.keys())
async def test_answers_that_leave_an_order_lost(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent, answer: dict[str, Any]
) -> None:
    httpx_mock.add_response(method="POST", **answer)
    result = await exchange.place(intent)
    assert isinstance(result, Lost)
    assert result.reason
    assert "\x1b" not in result.reason
    assert len(placed(httpx_mock)) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (httpx.ConnectError("refused"), NotSent),
        (httpx.ConnectTimeout("slow"), NotSent),
        (httpx.PoolTimeout("busy"), NotSent),
        (httpx.ReadTimeout("slow"), Lost),
        (httpx.ReadError("reset"), Lost),
        (httpx.WriteError("reset"), Lost),
        (httpx.RemoteProtocolError("gone"), Lost),
        (RuntimeError("nobody expected this"), Lost),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
async def test_faults_on_the_way(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent, fault: Exception, kind: type[Answer]
) -> None:
    httpx_mock.add_exception(fault, method="POST")
    assert isinstance(await exchange.place(intent), kind)
    assert len(placed(httpx_mock)) == 1


async def test_a_refusal_says_what_to_do(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent
) -> None:
    httpx_mock.add_response(method="POST", json={"error": ["EOrder:Insufficient funds"]})
    answer = await exchange.place(intent)
    assert answer == Refused(
        "EOrder:Insufficient funds", "there is not enough money for it; lower the trade size or add funds"
    )


async def test_a_warning_is_not_an_error(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent
) -> None:
    httpx_mock.add_response(
        method="POST", json={"error": ["WGeneral:be careful"], "result": {"txid": [TXID]}}
    )
    assert await exchange.place(intent) == Acked(TXID)


async def test_an_order_whose_turn_comes_too_late_is_not_sent(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent, clock: StillClock
) -> None:
    clock.moved_ms = 5_251
    answer = await exchange.place(intent)
    assert isinstance(answer, NotSent)
    assert "deadline" in answer.reason
    assert placed(httpx_mock) == []


async def test_without_the_pairs_rules_nothing_is_sent(
    httpx_mock: HTTPXMock, tmp_path: Path, credentials: Credentials, clock: StillClock, intent: Intent
) -> None:
    httpx_mock.add_response(status_code=502, text="<html>")
    exchange = open_kraken(URL, "BTC/USD", credentials, tmp_path / "nonce", clock)
    assert isinstance(await exchange.place(intent), NotSent)
    assert placed(httpx_mock) == []


async def test_without_a_nonce_nothing_is_sent(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent, tmp_path: Path
) -> None:
    (tmp_path / "nonce.new").mkdir()
    answer = await exchange.place(intent)
    assert isinstance(answer, NotSent)
    assert "nonce" in answer.reason
    assert placed(httpx_mock) == []


async def test_without_keys_nothing_is_sent(
    httpx_mock: HTTPXMock, tmp_path: Path, clock: StillClock, intent: Intent
) -> None:
    httpx_mock.add_response(json={"error": [], "result": PAIRS})
    exchange = open_kraken(URL, "BTC/USD", None, tmp_path / "nonce", clock)
    answer = await exchange.place(intent)
    assert isinstance(answer, NotSent)
    assert "no API key" in answer.reason
    with pytest.raises(ExchangeError, match="no API key"):
        await exchange.account()


async def test_private_calls_go_one_by_one_with_growing_nonces(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent
) -> None:
    under_way = 0
    most = 0

    async def slowly(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        if request.url.path.endswith("AddOrder"):
            return httpx.Response(200, json=accepted([TXID]))
        return httpx.Response(200, json={"error": [], "result": {"count": 1}})

    httpx_mock.add_callback(slowly, method="POST", is_reusable=True)
    await exchange.rules()
    await asyncio.gather(*(exchange.place(intent) if n % 2 else exchange.cancel(TXID) for n in range(8)))
    nonces = [int(form["nonce"]) for form in placed(httpx_mock)]
    assert len(nonces) == 8
    assert nonces == sorted(set(nonces))
    assert most == 1


async def test_a_read_that_hangs_gives_way_to_an_order(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_bot.kraken.rest.PATIENCE_S", 0.05)

    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    httpx_mock.add_callback(hang, url=f"{URL}/0/private/OpenPositions")
    httpx_mock.add_response(url=f"{URL}/0/private/AddOrder", json=accepted([TXID]))
    await exchange.rules()
    reading = asyncio.create_task(exchange.account())
    await asyncio.sleep(0.02)
    async with asyncio.timeout(2):
        assert await exchange.place(intent) == Acked(TXID)
    with pytest.raises(ExchangeError, match="given up for an order") as caught:
        await reading
    assert caught.value.retryable


async def test_reads_slow_down_to_what_the_call_counter_allows(
    httpx_mock: HTTPXMock, tmp_path: Path, credentials: Credentials
) -> None:
    httpx_mock.add_response(method="POST", json={"error": [], "result": {"open": {}}}, is_reusable=True)
    clock = ExchangeClock(rate=300)
    rest = open_kraken(URL, "BTC/USD", credentials, tmp_path / "nonce", clock)._rest
    begun_ms = clock.local_ms()
    for _ in range(20):
        await rest.private("OpenOrders")
    assert clock.local_ms() - begun_ms >= (20 * 2 - 15 - 1) / 0.33 * 1000


async def test_a_cancel_is_not_held_back_by_a_rate_limit(
    httpx_mock: HTTPXMock, exchange: KrakenExchange
) -> None:
    httpx_mock.add_response(
        url=f"{URL}/0/private/OpenPositions", json={"error": ["EAPI:Rate limit exceeded"]}
    )
    httpx_mock.add_response(url=f"{URL}/0/private/CancelOrder", json={"error": [], "result": {"count": 1}})
    with pytest.raises(ExchangeError):
        await exchange.account()
    assert await exchange.cancel(TXID) == ""


@pytest.mark.parametrize(
    ("answer", "retryable"),
    [
        ({"status_code": 520, "text": "<html>"}, True),
        ({"status_code": 403, "text": "captcha"}, True),
        ({"text": "<html>"}, True),
        ({"json": {"error": ["EService:Unavailable"]}}, True),
        ({"json": {"error": ["EAPI:Rate limit exceeded"]}}, True),
        ({"json": {"error": ["EAPI:Invalid key"]}}, False),
        ({"json": {"error": ["EGeneral:Permission denied"]}}, False),
        ({"json": {"error": ["EWhat:New"]}}, False),
        ({"json": {"error": [], "result": {"status": 5}}}, True),
        ({"json": {"error": [], "result": None}}, True),
    ],
)
async def test_failed_reads(
    httpx_mock: HTTPXMock, tmp_path: Path, clock: StillClock, answer: dict[str, Any], retryable: bool
) -> None:
    httpx_mock.add_response(**answer)
    exchange = open_kraken(URL, "BTC/USD", None, tmp_path / "nonce", clock)
    with pytest.raises(ExchangeError, match="SystemStatus") as caught:
        await exchange.status()
    assert caught.value.retryable is retryable


async def test_a_lockout_stops_all_private_calls_for_its_time(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent, clock: StillClock
) -> None:
    httpx_mock.add_response(method="POST", json={"error": ["EGeneral:Temporary lockout"]})
    await exchange.rules()
    with pytest.raises(ExchangeError, match="locked the key out"):
        await exchange.account()
    with pytest.raises(ExchangeError, match=r"locked the key out.*until 22:29 UTC"):
        await exchange.account()
    later = replace(intent, deadline_ms=intent.deadline_ms + 2_000_000)
    assert isinstance(await exchange.place(later), NotSent)
    assert len(placed(httpx_mock)) == 1
    clock.moved_ms = 900_001
    httpx_mock.add_response(method="POST", json=accepted([TXID]))
    assert await exchange.place(later) == Acked(TXID)


async def test_f40_a_rate_limit_makes_reads_wait_but_no_orders_and_no_cancels(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent, clock: StillClock
) -> None:
    httpx_mock.add_response(method="POST", json={"error": ["EAPI:Rate limit exceeded"]})
    with pytest.raises(ExchangeError, match="too many calls"):
        await exchange.account()
    httpx_mock.add_response(method="POST", json=accepted([TXID]))
    assert await exchange.place(intent) == Acked(TXID)
    httpx_mock.add_response(method="POST", json={"error": [], "result": {"count": 1}})
    assert await exchange.cancel(TXID) == ""
    assert clock.moved_ms == 0
    httpx_mock.add_response(method="POST", json={"error": [], "result": {}}, is_reusable=True)
    with patch("asyncio.sleep", clock.sleep), pytest.raises(ExchangeError, match="unreadable"):
        await exchange.account()
    assert clock.moved_ms == pytest.approx(5 / 0.33 * 1000, abs=50)
    calls, orders = exchange.gauges()
    assert calls.used(clock.now_ms()) == pytest.approx(15, abs=0.01)
    assert orders.level == 1 + 8


async def test_f41_too_many_orders_fill_the_gauge(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent, clock: StillClock
) -> None:
    httpx_mock.add_response(method="POST", json={"error": ["EOrder:Rate limit exceeded"]})
    assert isinstance(await exchange.place(intent), Refused)
    assert exchange.gauges()[1].used(clock.now_ms()) == 60


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"json": {"error": [], "result": {"count": 1}}}, ""),
        ({"json": {"error": [], "result": {"count": 0, "pending": True}}}, ""),
        ({"json": {"error": [], "result": {"count": 0}}}, "nothing"),
        ({"json": {"error": ["EOrder:Unknown order"]}}, "Unknown order"),
        ({"status_code": 504, "text": "<html>"}, "HTTP 504"),
        ({"json": {"error": [], "result": None}}, "unreadable"),
    ],
)
async def test_cancels(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, answer: dict[str, Any], error: str
) -> None:
    await exchange.rules()
    httpx_mock.add_response(method="POST", **answer)
    result = await exchange.cancel(TXID)
    assert error in result
    assert bool(result) == bool(error)


async def test_an_unknown_pair_names_the_nearest(
    httpx_mock: HTTPXMock, tmp_path: Path, clock: StillClock
) -> None:
    httpx_mock.add_response(
        url=f"{URL}/0/public/AssetPairs?pair=XBTUST", json={"error": ["EQuery:Unknown asset pair"]}
    )
    others = {"XETHZUSD": {**PAIRS["XXBTZUSD"], "altname": "ETHUSD", "wsname": "ETH/USD"}}
    httpx_mock.add_response(
        url=f"{URL}/0/public/AssetPairs", json={"error": [], "result": {**PAIRS, **others}}
    )
    exchange = open_kraken(URL, "BTC/UST", None, tmp_path / "nonce", clock)
    with pytest.raises(ExchangeError, match="BTC/UST; the nearest are BTC/USD, ETH/USD") as caught:
        await exchange.rules()
    assert not caught.value.retryable


@pytest.mark.parametrize("fault", [httpx.ReadError("broke"), httpx.ConnectError("broke")])
async def test_no_trace_shows_the_keys(
    httpx_mock: HTTPXMock,
    exchange: KrakenExchange,
    intent: Intent,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
) -> None:
    caplog.set_level(logging.DEBUG)
    httpx_mock.add_exception(fault, is_reusable=True, method="POST")
    shown = [repr(await exchange.place(intent)), await exchange.cancel(TXID)]
    with pytest.raises(ExchangeError) as caught:
        await exchange.account()
    shown += traceback.format_exception(caught.value)
    text = "".join(shown) + caplog.text
    for secret in ("the-key", "dGhlLXNlY3JldA", "API-Sign", "nonce="):
        assert secret not in text


async def test_closing(exchange: KrakenExchange) -> None:
    await exchange.rules()
    await exchange.close()


async def test_an_interval_that_kraken_does_not_offer(exchange: KrakenExchange) -> None:
    await exchange.rules()
    with pytest.raises(ExchangeError, match="no candles of 2 minutes, only of 1, 5, 15") as caught:
        await exchange.candles(120)
    assert not caught.value.retryable


async def test_a_read_without_a_connection(httpx_mock: HTTPXMock, tmp_path: Path, clock: StillClock) -> None:
    httpx_mock.add_exception(httpx.ConnectError("refused"))
    exchange = open_kraken(URL, "BTC/USD", None, tmp_path / "nonce", clock)
    with pytest.raises(ExchangeError, match="AssetPairs: no connection: refused") as caught:
        await exchange.rules()
    assert caught.value.retryable


async def test_without_a_nonce_nothing_is_read_or_cancelled(exchange: KrakenExchange, tmp_path: Path) -> None:
    (tmp_path / "nonce.new").mkdir()
    with pytest.raises(ExchangeError, match="nonce") as caught:
        await exchange.account()
    assert not caught.value.retryable
    assert "nonce" in await exchange.cancel(TXID)
