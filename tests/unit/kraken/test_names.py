"""One pair under many names, and rules with members left out."""

from decimal import Decimal
from typing import Any

import pytest

from tui_bot.engine.ports import ExchangeError
from tui_bot.kraken.fields import WireError
from tui_bot.kraken.names import find_pair, query_name, readable
from tui_bot.kraken.pairs import pair_rules

PAIRS: dict[str, Any] = {
    "XXBTZUSD": {"altname": "XBTUSD", "wsname": "XBT/USD"},
    "XXBTZEUR": {"altname": "XBTEUR", "wsname": "XBT/EUR"},
    "XDGUSD": {"altname": "XDGUSD", "wsname": "XDG/USD"},
    "SOLUSD": {"altname": "SOLUSD", "wsname": "SOL/USD"},
    "USDCUSD": {"altname": "USDCUSD"},
}
BARE = {"altname": "XBTUSD", "base": "XXBT", "quote": "ZUSD", "pair_decimals": 1, "lot_decimals": 8}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        *[(name, "XXBTZUSD") for name in ("BTC/USD", "XBT/USD", "XBTUSD", "XXBTZUSD", "BTCUSD", " btc/usd ")],
        *[(name, "XDGUSD") for name in ("DOGE/USD", "XDG/USD", "XDGUSD", "DOGEUSD")],
        ("SOL/USD", "SOLUSD"),
        ("USDCUSD", "USDCUSD"),
    ],
)
def test_every_name_leads_to_its_pair(name: str, key: str) -> None:
    assert find_pair(name, PAIRS) == key


def test_an_unknown_name_gets_the_nearest_three() -> None:
    with pytest.raises(ExchangeError, match=r"BTC/USDX; the nearest are BTC/USD, [A-Z/]+, [A-Z/]+$"):
        find_pair("BTC/USDX", PAIRS)


def test_nothing_is_near_an_empty_list() -> None:
    with pytest.raises(ExchangeError, match=r"does not list BTC/USD$"):
        find_pair("BTC/USD", {})


def test_both_ways() -> None:
    assert readable("XBT/XDG") == "BTC/DOGE"
    assert query_name("btc/usd") == "XBTUSD"
    assert query_name("XXBTZUSD") == "XXBTZUSD"


def test_members_that_may_be_missing() -> None:
    rules = pair_rules("XXBTZUSD", {**BARE, "wsname": "XBT/USD", "cost_decimals": 5})
    assert rules.tick_size == Decimal("0.1")
    assert rules.status == "online"
    assert rules.maker_fees == ()
    assert rules.leverage_buy == ()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("pair_decimals", None),
        ("pair_decimals", "one"),
        ("pair_decimals", 99),
        ("lot_decimals", -1),
        ("tick_size", "0"),
        ("tick_size", "NaN"),
        ("base", 5),
        ("leverage_buy", ["two"]),
        ("leverage_buy", "2"),
        ("fees", [[0]]),
        ("fees", [0]),
        ("ordermin", "1e5"),
    ],
)
def test_rules_that_cannot_be_believed(member: str, value: object) -> None:
    with pytest.raises(WireError, match="AssetPairs, XXBTZUSD") as caught:
        pair_rules("XXBTZUSD", {**BARE, "cost_decimals": 5, member: value})
    assert caught.value.retryable
