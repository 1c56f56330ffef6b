"""Rows that are not what they should be name the endpoint and the field."""

from decimal import Decimal
from typing import Any

import pytest

from tui_bot.kraken.accounts import holdings, open_position, set_aside
from tui_bot.kraken.fields import WireError
from tui_bot.kraken.orders import fill, open_orders, order_report
from tui_bot.kraken.prices import recent_candles, ticker_quote
from tui_bot.market.order import OrderState
from tui_bot.market.pair import PairRules

TXID = "OUF4EM-FRGI2-MQMWZD"
ORDER: dict[str, Any] = {
    "cl_ord_id": "bot-1",
    "status": "open",
    "opentm": Decimal("1700000000.5"),
    "vol": "1.0",
    "vol_exec": "0.0",
    "fee": "0.0",
    "price": "0.0",
    "descr": {"pair": "XBTUSD", "type": "buy", "price": "100.0", "leverage": "none"},
}
TRADE: dict[str, Any] = {
    "ordertxid": TXID,
    "pair": "XXBTZUSD",
    "time": Decimal("1700000001.1234"),
    "type": "sell",
    "price": "100.0",
    "cost": "200.0",
    "fee": "0.8",
    "vol": "2.0",
    "margin": "0.0",
}
CANDLE = [60, "1.0", "2.0", "0.5", "1.5", "1.2", "3.0", 4]


@pytest.mark.parametrize(
    ("status", "executed", "state"),
    [
        ("pending", "0", OrderState.OPEN),
        ("open", "0", OrderState.OPEN),
        ("open", "0.4", OrderState.PARTIAL),
        ("closed", "1", OrderState.CLOSED),
        ("canceled", "0.4", OrderState.CANCELED),
        ("expired", "0", OrderState.EXPIRED),
    ],
)
def test_states(rules: PairRules, status: str, executed: str, state: OrderState) -> None:
    row = {**ORDER, "status": status, "vol_exec": executed}
    assert order_report(TXID, row, rules, "OpenOrders").state is state


@pytest.mark.parametrize(
    ("leverage", "ratio"), [("none", 0), ("2:1", 2), ("5", 5), (3, 3), (None, 0), ("0", 0)]
)
def test_leverage_of_orders(rules: PairRules, leverage: object, ratio: int) -> None:
    row = {**ORDER, "descr": {**ORDER["descr"], "leverage": leverage}}
    assert order_report(TXID, row, rules, "OpenOrders").leverage == ratio


@pytest.mark.parametrize(
    ("members", "ratio"),
    [
        ({}, 0),
        ({"leverage": "0"}, 0),
        ({"leverage": "2"}, 2),
        ({"leverage": "2:1", "margin": "100.0"}, 2),
        ({"margin": "100.0"}, 2),
        ({"margin": "40.1"}, 5),
        ({"margin": "500.0"}, 1),
    ],
)
def test_leverage_of_trades(rules: PairRules, members: dict[str, str], ratio: int) -> None:
    assert fill("TUF4EM-FRGI2-MQMWZD", {**TRADE, **members}, rules, "QueryTrades").leverage == ratio


def test_a_hostile_text_is_made_harmless(rules: PairRules) -> None:
    row = {**ORDER, "reason": "\x1b[2J[bold]no[/]"}
    assert "\x1b" not in order_report(TXID, row, rules, "OpenOrders").reason


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("status", "odd"),
        ("status", None),
        ("opentm", None),
        ("vol", None),
        ("vol", "NaN"),
        ("vol_exec", "1e3"),
        ("fee", "much"),
        ("price", True),
        ("descr", None),
        ("descr", {"pair": "XBTUSD", "type": "hold"}),
        ("descr", {"pair": "XBTUSD", "type": "buy", "leverage": "x:1"}),
    ],
)
def test_orders_that_cannot_be_read(rules: PairRules, member: str, value: object) -> None:
    with pytest.raises(WireError, match="QueryOrders, OUF4EM"):
        order_report(TXID, {**ORDER, member: value}, rules, "QueryOrders")


@pytest.mark.parametrize("txid", ["", "OUF4EM", "ouf4em-frgi2-mqmwzd", TXID + "\n", "OUF4EM-FRGI2-MQMWZ*"])
def test_ids_of_another_shape(rules: PairRules, txid: str) -> None:
    with pytest.raises(WireError, match="not an id"):
        order_report(txid, ORDER, rules, "QueryOrders")


@pytest.mark.parametrize("member", ["ordertxid", "time", "type", "price", "cost", "fee", "vol", "pair"])
def test_trades_that_cannot_be_read(rules: PairRules, member: str) -> None:
    broken = {name: value for name, value in TRADE.items() if name != member}
    with pytest.raises(WireError, match="TradesHistory"):
        fill("TUF4EM-FRGI2-MQMWZD", broken, rules, "TradesHistory")


def test_open_orders_of_other_pairs_are_passed_over(rules: PairRules) -> None:
    other = {"descr": {"pair": "ETHUSD"}, "status": "odd"}
    reports = open_orders({"open": {TXID: ORDER, "odd": other}}, rules)
    assert [report.txid for report in reports] == [TXID]


def test_the_open_position_is_the_sum_of_its_rows(rules: PairRules) -> None:
    rows: dict[str, dict[str, object]] = {
        "A": {"pair": "XXBTZUSD", "type": "sell", "vol": "0.5", "vol_closed": "0.1"},
        "B": {"pair": "XXBTZUSD", "type": "sell", "vol": Decimal("0.25")},
        "C": {"pair": "XETHZUSD", "type": "buy", "vol": "9"},
    }
    assert open_position(rows, rules) == Decimal("-0.65")
    assert open_position(None, rules) == 0
    with pytest.raises(WireError, match="type"):
        open_position({"A": {**rows["A"], "type": "long"}}, rules)


def test_credit_counts_to_a_holding() -> None:
    row = {"balance": "10", "credit": "5", "credit_used": "1", "hold_trade": "2"}
    assert holdings({"ZUSD": row})["ZUSD"].available == Decimal(12)
    assert holdings(None) == {}


@pytest.mark.parametrize(
    "result",
    [
        None,
        {},
        {"last": 60},
        {"X": [CANDLE]},
        {"X": [CANDLE], "Y": [CANDLE], "last": 60},
        {"X": {}, "last": 60},
        {"X": ["row"], "last": 60},
        {"X": [CANDLE[:7]], "last": 60},
        {"X": [[Decimal("60.5"), *CANDLE[1:]]], "last": 60},
        {"X": [[60, "NaN", *CANDLE[2:]]], "last": 60},
        {"X": [[60, None, *CANDLE[2:]]], "last": 60},
        {"X": [[True, *CANDLE[1:]]], "last": 60},
        {"X": [CANDLE], "last": "soon"},
    ],
)
def test_candles_that_cannot_be_read(result: object) -> None:
    with pytest.raises(WireError, match="OHLC"):
        recent_candles(result)


def test_candles_come_in_order_and_once() -> None:
    rows = [[120, *CANDLE[1:]], CANDLE, [60, "1.1", *CANDLE[2:]], [180, *CANDLE[1:]]]
    recent = recent_candles({"X": rows, "last": 120})
    assert [candle.begin for candle in recent.closed] == [60, 120]
    assert recent.closed[0].open == Decimal("1.1")
    assert recent.forming is not None
    assert recent.forming.begin == 180


@pytest.mark.parametrize(
    "result",
    [
        None,
        {},
        {"X": {"a": ["1"], "b": ["1"], "c": []}},
        {"X": {"a": ["1"], "b": ["0"], "c": ["1"]}},
        {"X": {"a": ["1"], "b": ["1"]}},
        {"X": {"a": "1", "b": ["1"], "c": ["1"]}},
        {"X": {}, "Y": {}},
    ],
)
def test_quotes_that_cannot_be_read(result: object) -> None:
    with pytest.raises(WireError, match="Ticker"):
        ticker_quote(result, 0)


def test_f77_what_lies_under_a_suffix_is_told_apart_and_never_counted(rules: PairRules) -> None:
    balances = {
        "XXBT": {"balance": "0.1"},
        "XBT.F": {"balance": "0.5"},
        "XXBT.M": {"balance": "0.25"},
        "XBT.S": {"balance": "0"},
        "USD.F": {"balance": "20"},
        "ETH.F": {"balance": "9"},
    }
    held = holdings(balances)
    assert held[rules.base].total == Decimal("0.1")
    assert rules.quote not in held
    assert set_aside(held, rules) == (
        ("BTC.F", Decimal("0.5")),
        ("BTC.M", Decimal("0.25")),
        ("USD.F", Decimal(20)),
    )
