"""Assets and AssetPairs: names, parts, and under which name an answer comes."""

from __future__ import annotations

from typing import Any

import pytest

from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions, Doubts
from tui_bot.paper.refusal import Refusal


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=5))


@pytest.mark.parametrize("name", ["XXBTZUSD", "XBTUSD", "xbtusd", "BTCUSD"])
def test_a_pair_has_many_names_and_one_id(desk: Desk, name: str) -> None:
    for call in ("AssetPairs", "Ticker", "OHLC", "Depth", "Trades", "Spread"):
        assert next(iter(desk.public(f"{call}?pair={name}"))) == "XXBTZUSD", call


@pytest.mark.parametrize("name", ["BTC/USD", "XBT/USD"])
def test_a_name_with_a_slash_comes_back(desk: Desk, name: str) -> None:
    for call in ("AssetPairs", "Ticker", "OHLC", "Depth", "Trades", "Spread"):
        assert next(iter(desk.public(f"{call}?pair={name}"))) == name, call
    by_id = Desk(BoxOptions(speed=0, past_minutes=5, doubts=Doubts(slash_keys=False)))
    assert list(by_id.public(f"Ticker?pair={name}")) == ["XXBTZUSD"]


@pytest.mark.parametrize(
    ("info", "members"),
    [
        ("leverage", ["leverage_buy", "leverage_sell"]),
        ("fees", ["fees", "fees_maker", "fee_volume_currency"]),
        ("margin", ["margin_call", "margin_stop"]),
    ],
)
def test_parts_of_a_pair(desk: Desk, info: str, members: list[str]) -> None:
    whole = desk.public("AssetPairs")
    part = desk.public(f"AssetPairs?info={info}")
    assert list(part) == list(whole)
    for name, row in part.items():
        assert row == {member: whole[name][member] for member in members}
    assert desk.public("AssetPairs?info=info") == whole


def test_new_names(desk: Desk) -> None:
    rows = desk.public("AssetPairs?assetVersion=1")
    assert list(rows) == ["BTC/USD", "ETH/USD"]
    row = rows["BTC/USD"]
    assert (row["wsname"], row["base"], row["quote"], row["altname"]) == ("BTC/USD", "BTC", "USD", "XBTUSD")
    assert list(desk.public("Assets?assetVersion=1&asset=XBT,USD")) == ["BTC", "USD"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("AssetPairs?info=colour", "EGeneral:Invalid arguments:info"),
        ("AssetPairs?pair=XBTEUR", "EQuery:Unknown asset pair"),
        ("AssetPairs?pair=XBTUSD,NONE", "EQuery:Unknown asset pair"),
        ("Assets?asset=DOGE", "EQuery:Unknown asset"),
        ("Assets?aclass=metal", "EQuery:Unknown asset class"),
    ],
)
def test_what_is_not_listed(desk: Desk, call: str, error: str) -> None:
    with pytest.raises(Refusal, match=error):
        desk.public(call)


def test_unknown_parameters_are_ignored(desk: Desk) -> None:
    answer: Any = desk.public("AssetPairs?country_code=US:TX&aclass_base=currency&colour=red")
    assert list(answer) == ["XXBTZUSD", "XETHZUSD"]
