"""What is carried to the paper box: the newest word on each thing, exact."""

from __future__ import annotations

from decimal import Decimal

from tests.support.market import RULES
from tui_bot.engine.events import (
    CandleClosed,
    CandleForming,
    ClockMeasured,
    FeedRead,
    Quote,
    Quoted,
    StatusReported,
)
from tui_bot.market.candle import Candle
from tui_bot.paper.instruments import BTC_USD
from tui_bot.paper.push import read_push
from tui_bot.session.basket import Basket


def candle(begin: int, close: str, trades: int = 3) -> Candle:
    """A candle."""
    price = Decimal(close)
    return Candle(begin, price - 1, price + 1, price - 2, price, Decimal("0.00000012"), trades)


def quoted(bid: str) -> Quoted:
    """A quote a tick wide."""
    return Quoted(1, Quote(Decimal(bid), Decimal(bid) + Decimal("0.1"), Decimal(bid), 1))


def test_the_newest_word_counts_and_every_closed_candle() -> None:
    basket = Basket()
    events = (
        quoted("100.1"),
        CandleForming(1, candle(120, "100.5")),
        CandleClosed(1, candle(60, "101")),
        CandleClosed(1, candle(0, "100")),
        CandleClosed(1, candle(60, "102", 4)),
        CandleForming(1, candle(120, "100.7", 4)),
        quoted("100.20000"),
        StatusReported(1, "post_only", "online"),
    )
    assert all(basket.put(event) for event in events)
    assert basket.empty(7) == {
        "now_ms": 7,
        "quote": {"bid": "100.20000", "ask": "100.30000", "last": "100.20000"},
        "closed": [
            [0, "99", "101", "98", "100", "0.00000012", 3],
            [60, "101", "103", "100", "102", "0.00000012", 4],
        ],
        "running": [120, "99.7", "101.7", "98.7", "100.7", "0.00000012", 4],
        "system": "post_only",
        "pair_status": "online",
    }
    assert basket.empty(8) == {"now_ms": 8}


def test_what_is_no_news_of_the_market_stays_out() -> None:
    basket = Basket()
    assert not basket.put(FeedRead(1, "the quote", "away"))
    assert not basket.put(ClockMeasured(1, 5))
    assert basket.empty(1) == {"now_ms": 1}


def test_the_box_reads_it() -> None:
    basket = Basket()
    for event in (
        quoted("65000.1"),
        CandleClosed(1, candle(60, "65000.1")),
        CandleForming(1, candle(120, "65000")),
    ):
        basket.put(event)
    told = basket.empty(5) | {"now_ms": "5"}
    told["closed"] = [[str(cell) for cell in row] for row in told["closed"]]
    told["running"] = [str(cell) for cell in told["running"]]
    push = read_push(told, BTC_USD, 1)
    assert push.quote is not None
    assert push.running is not None
    assert (push.quote.bid, push.quote.ask) == (650_001, 650_002)
    assert (push.closed[0].close, push.closed[0].lots, push.running.minute) == (650_001, 12, 2)
    assert RULES.name == BTC_USD.symbol
