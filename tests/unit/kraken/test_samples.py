"""Answers as recorded from Kraken, or shown in its documentation, read to what they say."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tui_bot.engine.events import Acked, Holding
from tui_bot.kraken.accounts import holdings, margin, open_position
from tui_bot.kraken.answers import answer_to_order, result_of
from tui_bot.kraken.fields import Row, mapping_of
from tui_bot.kraken.http import Reply
from tui_bot.kraken.orders import fill, open_orders, order_report
from tui_bot.kraken.pairs import pair_rules
from tui_bot.kraken.prices import recent_candles, ticker_quote
from tui_bot.market.candle import Candle, candle_fault
from tui_bot.market.order import OrderState, Side
from tui_bot.market.pair import PairRules

Sample = Callable[[str], bytes]


@pytest.fixture
def result(sample: Sample) -> Callable[[str], Any]:
    return lambda name: result_of("Sample", Reply(200, sample(name)))


@pytest.mark.parametrize(
    ("name", "txid"),
    [
        ("rest/add_order_margin_close.json", "OUF4EM-FRGI2-MQMWZD"),
        ("rest/add_order_market.json", "OL7LNO-R4SAD-6UINEU"),
    ],
)
def test_placed_orders(sample: Sample, name: str, txid: str) -> None:
    assert answer_to_order(Reply(200, sample(name))) == Acked(txid)


def test_candles_recorded(result: Callable[[str], Any]) -> None:
    recent = recent_candles(result("rest/ohlc_tail_181_recorded.json"))
    assert len(recent.closed) == 180
    assert recent.forming is not None
    assert recent.forming.begin == 1762820220
    assert recent.closed[-1].begin == 1762820160
    assert sum(candle.trades == 0 for candle in (*recent.closed, recent.forming)) == 60
    assert recent.closed[1] == Candle(
        1762809480,
        Decimal("105615.3"),
        Decimal("105633.8"),
        Decimal("105615.3"),
        Decimal("105633.8"),
        Decimal("0.099727"),
        4,
    )
    assert [candle_fault(candle, 60) for candle in recent.closed] == [None] * 180


def test_candles_documented(result: Callable[[str], Any]) -> None:
    recent = recent_candles(result("rest/ohlc_docs_excerpt.json"))
    assert [candle.trades for candle in recent.closed] == [23, 18, 25, 9]
    assert recent.forming is None


def test_pairs(result: Callable[[str], Any]) -> None:
    pairs = result("rest/asset_pairs_2023.json")
    bitcoin = pair_rules("XXBTZUSD", pairs["XXBTZUSD"])
    assert (bitcoin.name, bitcoin.key, bitcoin.altname) == ("BTC/USD", "XXBTZUSD", "XBTUSD")
    assert (bitcoin.base, bitcoin.quote) == ("XXBT", "ZUSD")
    assert bitcoin.leverage_sell == (2, 3, 4, 5)
    assert bitcoin.taker_rate == Decimal("0.0026")
    ether = pair_rules("XETHXXBT", pairs["XETHXXBT"])
    assert ether.name == "ETH/BTC"
    assert (ether.price_decimals, ether.cost_decimals, ether.lot_decimals) == (5, 6, 8)
    assert (ether.order_minimum, ether.cost_minimum) == (Decimal("0.01"), Decimal("0.00002"))
    assert ether.tick_size == Decimal("0.00001")
    assert ether.maker_fees[-1] == (Decimal(10_000_000), Decimal(0))


def test_pair_of_2025(result: Callable[[str], Any]) -> None:
    tether = pair_rules("XBTUSDT", result("rest/asset_pairs_2025.json")["XBTUSDT"])
    assert tether.name == "BTC/USDT"
    assert tether.leverage_buy == (2, 3, 4, 5, 6, 7, 8, 9, 10)
    assert tether.taker_fees[:2] == ((Decimal(0), Decimal("0.4")), (Decimal(10_000), Decimal("0.35")))
    assert tether.maker_fees[0] == (Decimal(0), Decimal("0.25"))
    assert tether.status == "online"


def test_ticker(result: Callable[[str], Any]) -> None:
    quote = ticker_quote(result("rest/ticker.json"), 7)
    assert (quote.bid, quote.ask, quote.last) == (Decimal("30300.0"), Decimal("30300.1"), Decimal("30303.2"))
    assert quote.at_ms == 7


def test_time_and_status(result: Callable[[str], Any]) -> None:
    assert Row.of(result("rest/server_time.json"), "Time").integer("unixtime") == 1762820224
    assert Row.of(result("rest/system_status.json"), "SystemStatus").text("status") == "online"


def test_open_orders(result: Callable[[str], Any], rules: PairRules) -> None:
    first, second = open_orders(result("rest/open_orders.json"), rules)
    assert first.txid == "OQCLML-BW3P3-BUCMWZ"
    assert first.state is OrderState.PARTIAL
    assert (first.volume, first.executed) == (Decimal("1.25"), Decimal("0.375"))
    assert (first.price, first.average) == (Decimal("30010.0"), Decimal("30010.0"))
    assert first.pair == "BTC/USD"
    assert first.opened_ms == 1688666559897
    assert second.state is OrderState.OPEN
    assert second.leverage == 5
    assert second.average is None
    assert second.price == Decimal("14500.0")


def test_open_order_of_another_pair(result: Callable[[str], Any], rules: PairRules) -> None:
    answer = result("rest/open_orders_live_2026.json")
    assert open_orders(answer, rules) == ()
    (txid, row), *_ = answer["open"].items()
    report = order_report(txid, row, rules, "OpenOrders")
    assert report.cl_ord_id == "9ce3b826-7c70-4bb6-a89e-d6370e5378f6"
    assert report.pair == "XBTUSDC"
    assert report.opened_ms == 1780582233729
    assert report.price == Decimal(20000)


def test_queried_orders(result: Callable[[str], Any], rules: PairRules) -> None:
    rows = result("rest/query_orders.json")
    market = order_report("OMMDB2-FSB6Z-7W3HPO", rows["OMMDB2-FSB6Z-7W3HPO"], rules, "QueryOrders")
    assert market.side is Side.SELL
    assert market.state is OrderState.CLOSED
    assert market.price is None
    assert market.average == Decimal(30000)
    assert market.fee == Decimal("7.5")
    assert market.reason == ""


def test_closed_orders(result: Callable[[str], Any], rules: PairRules) -> None:
    answer = result("rest-live/closed_orders.json")
    reports = [order_report(txid, row, rules, "ClosedOrders") for txid, row in answer["closed"].items()]
    assert [report.state for report in reports] == [
        OrderState.CLOSED,
        OrderState.CLOSED,
        OrderState.CANCELED,
    ]
    assert reports[2].reason == "User requested"
    assert reports[2].executed == 0
    assert answer["count"] == 99


def test_trades(result: Callable[[str], Any], rules: PairRules) -> None:
    rows = result("rest/trades_history.json")["trades"]
    one = fill("THVRQM-33VKH-UCI7BS", rows["THVRQM-33VKH-UCI7BS"], rules, "TradesHistory")
    assert one.txid == "OQCLML-BW3P3-BUCMWZ"
    assert one.pair == "BTC/USD"
    assert (one.price, one.volume) == (Decimal(30010), Decimal("0.02"))
    assert (one.cost, one.fee) == (Decimal("600.2"), Decimal(0))
    assert one.at_ms == 1688667796880
    assert one.maker
    assert one.leverage == 0


def test_positions(result: Callable[[str], Any], rules: PairRules) -> None:
    assert open_position(result("rest/open_positions_one.json"), rules) == Decimal("0.5")


@pytest.mark.parametrize(
    ("name", "free", "equity"),
    [
        ("rest/trade_balance.json", "375.1678", "382.2032"),
        ("rest/trade_balance_uv.json", "185999.67", "198499.67"),
        ("rest-live/trade_balance_no_ml.json", "4204.0545", "4204.0545"),
    ],
)
def test_trade_balances(result: Callable[[str], Any], name: str, free: str, equity: str) -> None:
    assert margin(result(name)) == (Decimal(free), Decimal(equity))


def test_balances_as_text(result: Callable[[str], Any]) -> None:
    balances = holdings(result("rest-live/balance_ex_strings.json"))
    assert balances["ATOM"] == Holding(Decimal("14.50385601"), Decimal("3.924336"))
    assert balances["ATOM"].available == Decimal("10.57952001")


def test_balances_as_numbers(result: Callable[[str], Any]) -> None:
    assert holdings(result("rest/balance_ex_numbers.json"))["XXBT"] == Holding(
        Decimal("1.2435"), Decimal("0.8423")
    )


def test_a_cancel(result: Callable[[str], Any]) -> None:
    assert Row.of(result("rest/cancel_order.json"), "CancelOrder").integer("count") == 1


def test_every_recorded_answer_passes_the_strict_decoder(sample: Sample) -> None:
    sample("README.md")
    folder = Path(__file__).parents[4] / "shared" / "kraken-samples"
    files = sorted(folder.glob("rest*/*.json"))
    assert len(files) > 20
    for path in files:
        body = path.read_bytes()
        read = mapping_of(result_of(path.stem, Reply(200, body)), path.stem)
        assert read.keys() == json.loads(body)["result"].keys()
