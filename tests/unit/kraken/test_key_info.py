"""What Kraken says of a key, and trying it out without changing anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from pytest_httpx import HTTPXMock

from tui_bot.engine.ports import KeyFacts
from tui_bot.kraken.answers import KrakenError
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.exchange import KrakenExchange, open_kraken
from tui_bot.kraken.fields import WireError
from tui_bot.kraken.key_info import key_facts
from tui_bot.kraken.permissions import Tried
from tui_bot.kraken.signing import Credentials
from tui_bot.market.order import Intent

pytestmark = pytest.mark.anyio

URL = "http://127.0.0.1:9"
PAIR = {"altname": "XBTUSD", "wsname": "XBT/USD", "base": "XXBT", "quote": "ZUSD", "cost_decimals": 5,
        "pair_decimals": 1, "lot_decimals": 8, "tick_size": "0.1"}  # fmt: skip
INFO = {
    "api_key_name": "bot",
    "permissions": ["query-funds", "modify-trades"],
    "nonce": "17",
    "nonce_window": "0",
    "valid_until": "1800000000",
    "ip_allowlist": ["10.0.0.0/8"],
}
DENIED = "EGeneral:Permission denied"


@pytest.fixture
def exchange(tmp_path: Path, credentials: Credentials) -> KrakenExchange:
    return open_kraken(URL, "BTC/USD", credentials, tmp_path / "nonce", ExchangeClock(1_700_000_000_000))


@pytest.fixture
def trial(intent: Intent) -> Intent:
    return replace(intent, validate=True)


class Script:
    """Answers by method; what was posted, in order."""

    def __init__(self, httpx_mock: HTTPXMock, **answers: object) -> None:
        self.mock = httpx_mock
        for method, answer in answers.items():
            body = {"error": [answer]} if isinstance(answer, str) else {"error": [], "result": answer}
            url = f"{URL}/0/private/{method}"
            httpx_mock.add_response(method="POST", url=url, json=body, is_reusable=True, is_optional=True)
        rules = {"error": [], "result": {"XXBTZUSD": PAIR}}
        httpx_mock.add_response(url=f"{URL}/0/public/AssetPairs?pair=XBTUSD", json=rules, is_optional=True)

    def posted(self) -> list[tuple[str, dict[str, str]]]:
        return [
            (
                request.url.path.rpartition("/")[2],
                {name: values[0] for name, values in parse_qs(request.content.decode()).items()},
            )
            for request in self.mock.get_requests(method="POST")
        ]


async def test_what_getapikeyinfo_says(httpx_mock: HTTPXMock, exchange: KrakenExchange) -> None:
    Script(httpx_mock, GetApiKeyInfo=INFO)
    assert await exchange.key_facts() == KeyFacts(
        frozenset({"query-funds", "modify-trades"}), False, 0, ("10.0.0.0/8",), 1_800_000_000
    )


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"permissions": ["withdraw-funds"]}, {"may_withdraw": True}),
        ({"nonce_window": 5000}, {"nonce_window": 5000}),
        ({"nonce_window": None}, {"nonce_window": None}),
        ({"ip_allowlist": []}, {"ip_allowlist": ()}),
        ({"ip_allowlist": None}, {"ip_allowlist": None}),
        ({"valid_until": "0"}, {"valid_until_s": 0}),
    ],
)
def test_s6_each_fact_by_itself(changes: dict[str, object], facts: dict[str, object]) -> None:
    found = key_facts(INFO | changes)
    assert {name: getattr(found, name) for name in facts} == facts


def test_an_answer_without_a_list_of_permissions_says_nothing_about_withdrawing() -> None:
    assert key_facts({**INFO, "permissions": None}) == KeyFacts()
    with pytest.raises(WireError):
        key_facts([])


@pytest.mark.parametrize(
    ("answer", "may_withdraw"),
    [(DENIED, False), ([], True), ("EGeneral:Invalid arguments", None), ("EService:Unavailable", None)],
)
async def test_s6_without_getapikeyinfo_only_a_denied_read_proves_that_a_key_cannot_withdraw(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, answer: object, may_withdraw: bool | None
) -> None:
    script = Script(httpx_mock, GetApiKeyInfo="EGeneral:Unknown method", WithdrawMethods=answer)
    assert await exchange.key_facts() == KeyFacts(may_withdraw=may_withdraw)
    assert [method for method, _ in script.posted()] == ["GetApiKeyInfo", "WithdrawMethods"]


@pytest.mark.parametrize("answer", ["EAPI:Invalid key", "EAPI:Invalid nonce", "EGeneral:Temporary lockout"])
async def test_f38_a_key_that_kraken_does_not_take_is_not_tried_on(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, answer: str
) -> None:
    script = Script(httpx_mock, GetApiKeyInfo=answer)
    with pytest.raises(KrakenError, match=answer):
        await exchange.key_facts()
    assert len(script.posted()) == 1


GOOD: dict[str, Any] = {
    "Balance": {},
    "OpenOrders": {"open": {}},
    "ClosedOrders": {"closed": {}, "count": 0},
    "GetWebSocketsToken": {"token": "t", "expires": 900},
    "AddOrder": {"descr": {"order": "buy 0.01 XBTUSD @ market"}},
    "CancelOrder": "EOrder:Unknown order",
}


async def test_a_key_with_every_permission(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, trial: Intent
) -> None:
    script = Script(httpx_mock, **GOOD)
    tried = await exchange.try_permissions(lambda: trial)
    assert {one.permission for one in tried} == {
        "query-funds", "query-open-trades", "query-closed-trades", "modify-trades", "close-trades",
        "create-ws-token",
    }  # fmt: skip
    assert not [one for one in tried if one.error]
    orders = [form for method, form in script.posted() if method == "AddOrder"]
    assert [form["validate"] for form in orders] == ["true"]


@pytest.mark.parametrize("method", list(GOOD))
async def test_f43_a_missing_permission_is_found_by_its_own_call(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, trial: Intent, method: str
) -> None:
    Script(httpx_mock, **{**GOOD, method: DENIED})
    (lacking,) = [one for one in await exchange.try_permissions(lambda: trial) if one.error]
    assert lacking.call.startswith(method)
    assert (lacking.error, lacking.denied) == (DENIED, True)


async def test_an_order_that_would_be_refused_for_money_does_not_speak_against_the_key(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, trial: Intent
) -> None:
    Script(httpx_mock, **{**GOOD, "AddOrder": "EOrder:Insufficient funds"})
    tried = {one.permission: one for one in await exchange.try_permissions(lambda: trial)}
    assert tried["modify-trades"] == Tried(
        "modify-trades", "AddOrder, validate only", "EOrder:Insufficient funds"
    )


@pytest.mark.parametrize(("method", "answer"), [("Balance", "EService:Unavailable"), ("AddOrder", {"x": 1})])
async def test_a_kraken_that_does_not_answer_proves_nothing(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, trial: Intent, method: str, answer: object
) -> None:
    Script(httpx_mock, **{**GOOD, method: answer})
    with pytest.raises(KrakenError):
        await exchange.try_permissions(lambda: trial)


async def test_an_order_that_would_be_placed_is_no_trial(
    httpx_mock: HTTPXMock, exchange: KrakenExchange, intent: Intent
) -> None:
    script = Script(httpx_mock)
    with pytest.raises(ValueError, match="only validated"):
        await exchange.try_permissions(lambda: intent)
    assert script.posted() == []
