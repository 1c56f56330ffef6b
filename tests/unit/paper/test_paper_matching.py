"""What one public trade does to resting orders."""

from __future__ import annotations

import pytest

from tui_bot.paper.book import Book
from tui_bot.paper.facts import OrderPlaced
from tui_bot.paper.generator import BTC_CLIMATE, Generator
from tui_bot.paper.instruments import BTC_USD
from tui_bot.paper.ledger import Order
from tui_bot.paper.market import Market
from tui_bot.paper.matching import Match, by_priority, crosses, resting_fill, walk
from tui_bot.paper.tape import Trade

NOW = 1_767_614_420 * 10**9


def _market(ticks: int, lots: int, bid: int, ask: int) -> Market:
    market = Market(BTC_USD, Generator(BTC_CLIMATE, 1, NOW, 1), Book(1, 10_000_000))
    market.take(Trade(1, NOW, ticks, lots, "s", "m", bid, ask))
    return market


def _order(side: str, price: int, lots: int, ns: int = 0) -> Order:
    placed = OrderPlaced(
        f"O{price}-{ns}",
        ns,
        BTC_USD.id,
        side,
        "limit",
        price,
        lots,
        0,
        False,
        False,
        "fciq",
        "GTC",
        0,
        None,
        None,
        "",
    )
    return Order(placed, status="open")


@pytest.mark.parametrize(
    ("side", "traded", "filled"),
    [
        ("buy", 999, 70),
        ("buy", 1000, 0),
        ("buy", 1001, 0),
        ("sell", 1001, 70),
        ("sell", 1000, 0),
        ("sell", 999, 0),
    ],
)
def test_only_a_trade_beyond_the_price_fills_and_only_its_volume(side: str, traded: int, filled: int) -> None:
    market = _market(traded, 70, 990, 1010)
    assert resting_fill(market, _order(side, 1000, 200), 70) == (filled, [])
    assert resting_fill(market, _order(side, 1000, 50), 70) == (min(filled, 50), [])


def test_a_quote_beyond_the_price_brings_the_book_to_the_order() -> None:
    market = _market(999, 70, 998, 999)
    filled, crossing = resting_fill(market, _order("buy", 1000, 1000), 70)
    assert filled == 70
    assert sum(match.lots for match in crossing) == 930
    assert all(match.ticks <= 1000 for match in crossing)


def test_best_price_first_then_oldest() -> None:
    orders = [_order("buy", 10, 1, 1), _order("buy", 12, 1, 3), _order("buy", 12, 1, 2)]
    assert [(o.placed.price, o.placed.ns) for o in by_priority(orders)] == [(12, 2), (12, 3), (10, 1)]
    orders = [_order("sell", 10, 1, 1), _order("sell", 12, 1, 3), _order("sell", 10, 1, 0)]
    assert [(o.placed.price, o.placed.ns) for o in by_priority(orders)] == [(10, 0), (10, 1), (12, 3)]


def test_a_walk_stops_at_volume_limit_and_silence() -> None:
    market = _market(1000, 1, 999, 1000)
    (only,) = walk(market, "buy", 5, 0, NOW)
    assert only == Match(1000, 5)
    deep = walk(market, "sell", 10**11, 990, NOW)
    assert [m.ticks for m in deep] == sorted({m.ticks for m in deep}, reverse=True)
    assert deep[-1].ticks >= 990
    assert walk(market, "sell", 5, 1000, NOW) == []
    silent = Market(BTC_USD, Generator(BTC_CLIMATE, 1, NOW, 1), Book(1, 1))
    assert walk(silent, "buy", 5, 0, NOW) == []


@pytest.mark.parametrize(
    ("side", "limit", "ticks", "accepted"),
    [
        ("buy", 10, 10, True),
        ("buy", 10, 11, False),
        ("sell", 10, 10, True),
        ("sell", 10, 9, False),
        ("buy", 0, 99, True),
    ],
)
def test_crosses(side: str, limit: int, ticks: int, accepted: bool) -> None:
    assert crosses(side, limit, ticks) is accepted
