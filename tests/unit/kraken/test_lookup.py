"""Looking for one order: where it may be, page by page, and what was executed of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from tui_bot.kraken.answers import KrakenError
from tui_bot.kraken.lookup import look_up
from tui_bot.market.order import Intent, Order, OrderState
from tui_bot.market.pair import PairRules

pytestmark = pytest.mark.anyio

TXID = "OUF4EM-FRGI2-MQMWZD"


def row(cl_ord_id: str | None = "bot-1", executed: str = "0", trades: list[str] | None = None) -> Any:
    return {
        "cl_ord_id": cl_ord_id,
        "status": "closed" if executed != "0" else "open",
        "opentm": Decimal(1_700_000_000),
        "vol": "1.0",
        "vol_exec": executed,
        "fee": "0.0",
        "price": "0.0",
        "descr": {"pair": "XBTUSD", "type": "buy", "price": "0", "leverage": "none"},
        "trades": trades,
    }


def trade(volume: str, at: int, txid: str = TXID) -> Any:
    return {
        "ordertxid": txid,
        "pair": "XXBTZUSD",
        "time": Decimal(at),
        "type": "buy",
        "price": "10",
        "cost": "10",
        "fee": "0.1",
        "vol": volume,
    }


def trade_id(number: int) -> str:
    return f"T{number:05d}-AAAAA-AAAAAA"


class Rest:
    """Answers private reads from tables and remembers what was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def private(self, method: str, params: Mapping[str, str] | None = None) -> object:
        self.asked.append((method, dict(params or {})))
        answer = self.answers.get(method)
        if isinstance(answer, Exception):
            raise answer
        return answer(dict(params or {})) if callable(answer) else answer

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.asked]


NOWHERE: dict[str, Any] = {"OpenOrders": {"open": {}}, "ClosedOrders": {"closed": {}, "count": 0}}


async def find(rest: Rest, rules: PairRules, intent: Intent, txid: str | None = None) -> Any:
    return await look_up(rest, rules, Order(intent, txid=txid))  # type: ignore[arg-type]


async def test_by_its_txid(rules: PairRules, intent: Intent) -> None:
    rest = Rest(QueryOrders={TXID: row()})
    found = await find(rest, rules, intent, TXID)
    assert found.report.state is OrderState.OPEN
    assert found.fills == ()
    assert rest.asked == [("QueryOrders", {"txid": TXID, "trades": "true"})]


@pytest.mark.parametrize(
    "answer", [{}, KrakenError("gone", retryable=False, texts=("EOrder:Unknown order",))]
)
async def test_a_txid_that_is_not_known_yet(rules: PairRules, intent: Intent, answer: object) -> None:
    rest = Rest(QueryOrders=answer, OpenOrders={"open": {TXID: row()}})
    assert (await find(rest, rules, intent, TXID)).report.txid == TXID
    assert rest.methods == ["QueryOrders", "OpenOrders"]


async def test_open_orders_are_read_before_closed_ones(rules: PairRules, intent: Intent) -> None:
    rest = Rest(**NOWHERE)
    assert (await find(rest, rules, intent)).report is None
    assert rest.asked == [
        ("OpenOrders", {"trades": "true", "cl_ord_id": "bot-1"}),
        ("ClosedOrders", {"trades": "true", "cl_ord_id": "bot-1", "start": "1699999940", "ofs": "0"}),
    ]


async def test_a_server_that_ignores_the_filter(rules: PairRules, intent: Intent) -> None:
    others = {"OAAAAA-AAAAA-AAAAAA": row("other"), "OBBBBB-AAAAA-AAAAAA": row(None)}
    rest = Rest(OpenOrders={"open": {**others, TXID: row()}})
    assert (await find(rest, rules, intent)).report.txid == TXID


async def test_dashes_in_the_id_do_not_matter(rules: PairRules, intent: Intent) -> None:
    rest = Rest(OpenOrders={"open": {TXID: row("BOT1")}})
    assert (await find(rest, rules, intent)).report.txid == TXID


async def test_all_pages_are_read(rules: PairRules, intent: Intent) -> None:
    def page(params: dict[str, str]) -> object:
        offset = int(params["ofs"])
        rows = {f"O{offset + n:05d}-AAAAA-AAAAAA": row("other") for n in range(50)}
        if offset == 100:
            rows = {TXID: row()}
        return {"closed": rows, "count": 101}

    rest = Rest(OpenOrders={"open": {}}, ClosedOrders=page)
    assert (await find(rest, rules, intent)).report.txid == TXID
    assert [params["ofs"] for method, params in rest.asked if method == "ClosedOrders"] == ["0", "50", "100"]


async def test_a_list_without_end_proves_nothing(rules: PairRules, intent: Intent) -> None:
    def page(params: dict[str, str]) -> object:
        return {"closed": {f"O{int(params['ofs']):05d}-AAAAA-AAAAAA": row("other")}}

    with pytest.raises(KrakenError, match="pages"):
        await find(Rest(OpenOrders={"open": {}}, ClosedOrders=page), rules, intent)


async def test_a_failed_read_proves_nothing(rules: PairRules, intent: Intent) -> None:
    rest = Rest(OpenOrders={"open": {}}, ClosedOrders=KrakenError("busy", retryable=True))
    with pytest.raises(KrakenError, match="busy"):
        await find(rest, rules, intent)


@pytest.mark.parametrize("answer", [None, {}, {"open": None}, {"open": []}, {"open": {TXID: "row"}}])
async def test_an_odd_answer_proves_nothing(rules: PairRules, intent: Intent, answer: object) -> None:
    with pytest.raises(KrakenError, match="unreadable"):
        await find(Rest(OpenOrders=answer), rules, intent)


async def test_fills_are_asked_for_twenty_at_a_time(rules: PairRules, intent: Intent) -> None:
    ids = [trade_id(number) for number in range(45)]

    def trades(params: dict[str, str]) -> object:
        wanted = params["txid"].split(",")
        assert len(wanted) <= 20
        return {one: trade("0.02", 1_700_000_000 - ids.index(one)) for one in wanted}

    rest = Rest(QueryOrders={TXID: row(executed="0.9", trades=ids)}, QueryTrades=trades)
    found = await find(rest, rules, intent, TXID)
    assert len(found.fills) == 45
    assert [fill.at_ms for fill in found.fills] == sorted(fill.at_ms for fill in found.fills)
    assert rest.methods == ["QueryOrders"] + ["QueryTrades"] * 3


async def test_without_trade_ids_the_history_is_searched(rules: PairRules, intent: Intent) -> None:
    history = {
        "trades": {
            trade_id(1): trade("0.4", 1_700_000_001),
            trade_id(2): trade("9", 1_700_000_002, "OAAAAA-AAAAA-AAAAAA"),
            trade_id(3): trade("0.6", 1_700_000_003),
        },
        "count": 3,
    }
    rest = Rest(QueryOrders={TXID: row(executed="1.0")}, TradesHistory=history)
    found = await find(rest, rules, intent, TXID)
    assert [fill.volume for fill in found.fills] == [Decimal("0.4"), Decimal("0.6")]
    assert rest.asked[-1] == ("TradesHistory", {"start": "1699999940", "ofs": "0"})


async def test_fills_that_lag_behind_are_searched_and_what_is_there_is_told(
    rules: PairRules, intent: Intent
) -> None:
    one = {trade_id(1): trade("0.4", 1_700_000_001)}
    rest = Rest(
        QueryOrders={TXID: row(executed="1.0", trades=[trade_id(1), trade_id(2)])},
        QueryTrades=one,
        TradesHistory={"trades": one, "count": 1},
    )
    found = await find(rest, rules, intent, TXID)
    assert found.report.executed == Decimal("1.0")
    assert [fill.volume for fill in found.fills] == [Decimal("0.4")]


async def test_a_txid_that_cannot_be_asked_for_proves_nothing(rules: PairRules, intent: Intent) -> None:
    rest = Rest(QueryOrders=KrakenError("busy", retryable=True, texts=("EService:Busy",)))
    with pytest.raises(KrakenError, match="busy"):
        await find(rest, rules, intent, TXID)
