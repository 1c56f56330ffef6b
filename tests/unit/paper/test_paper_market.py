"""The simulated market: the same seed is the same market, and candles are exact aggregates of its trades."""

from __future__ import annotations

import itertools
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from tui_bot.paper.book import Book
from tui_bot.paper.clock import NS_PER_SECOND, ManualClock, RunningClock
from tui_bot.paper.desk import Desk
from tui_bot.paper.generator import BTC_CLIMATE, Generator
from tui_bot.paper.instruments import BTC_USD, find_pair
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.tape import Trade

START_NS = 1_767_571_200 * NS_PER_SECOND
HOUR_NS = 3600 * NS_PER_SECOND


def _trades(seed: int, stops: list[int]) -> list[Trade]:
    source = Generator(BTC_CLIMATE, seed, START_NS, 1)
    return [trade for stop in stops for trade in source.until(START_NS + stop)]


def test_polling_pattern_does_not_change_the_market() -> None:
    rng = Random(3)
    steps = sorted(rng.randrange(6 * HOUR_NS) for _ in range(500))
    assert _trades(7, [*steps, 6 * HOUR_NS]) == _trades(7, [6 * HOUR_NS])


def test_another_seed_is_another_market() -> None:
    assert _trades(7, [HOUR_NS]) != _trades(8, [HOUR_NS])


def test_trades_are_in_order_on_the_grid_and_inside_the_quote() -> None:
    trades = _trades(7, [12 * HOUR_NS])
    assert [t.number for t in trades] == list(range(trades[0].number, trades[0].number + len(trades)))
    assert all(a.ns <= b.ns for a, b in itertools.pairwise(trades))
    assert all(
        t.lots > 0 and t.bid < t.ask and t.ticks == (t.ask if t.side == "b" else t.bid) for t in trades
    )
    spreads = [t.ask - t.bid for t in trades]
    assert spreads.count(1) > len(spreads) / 2 > len(spreads) - spreads.count(1) > 0


@pytest.mark.parametrize("seed", [1, 7, 42])
def test_the_market_turns_often_enough_to_be_watched(seed: int) -> None:
    desk = Desk(BoxOptions(seed=seed, speed=0, past_minutes=1440))
    closes = [Decimal(row[4]) for row in desk.public("OHLC?pair=XBTUSD")["XXBTZUSD"][:-1]]
    up = [closes[i] > closes[i - 20] for i in range(20, len(closes))]
    turns = sum(a != b for a, b in itertools.pairwise(up))
    assert 6 <= len(up) / turns <= 25
    quiet = [row for row in desk.public("OHLC?pair=XBTUSD")["XXBTZUSD"][:-1] if row[7] == 0]
    assert 20 <= len(quiet) <= 150


def _aggregate(trades: list[list[Any]], begin: int, seconds: int) -> list[Any]:
    """A candle from public Trades rows, written against Kraken's description only."""
    rows = [row for row in trades if begin <= row[2] < begin + seconds]
    prices = [Decimal(row[0]) for row in rows]
    volume = sum((Decimal(row[1]) for row in rows), Decimal(0))
    value = sum((Decimal(row[0]) * Decimal(row[1]) for row in rows), Decimal(0))
    vwap = (value / volume).quantize(Decimal("0.1"), "ROUND_DOWN")
    shown = (prices[0], max(prices), min(prices), prices[-1], vwap)
    return [begin, *(f"{price:.1f}" for price in shown), f"{volume:.8f}", len(rows)]


@pytest.mark.parametrize("minutes", [1, 5, 15, 60, 240])
def test_candles_are_exact_aggregates_of_public_trades(minutes: int) -> None:
    desk = Desk(BoxOptions(seed=11, speed=0, past_minutes=480))
    desk.advance(3 * 3600 + 7)
    trades: list[list[Any]] = []
    since = "1"
    while True:
        answer = desk.public(f"Trades?pair=XBTUSD&since={since}")
        if not answer["XXBTZUSD"]:
            break
        trades += answer["XXBTZUSD"]
        since = answer["last"]
    answer = desk.public(f"OHLC?pair=XBTUSD&interval={minutes}")
    rows = answer["XXBTZUSD"]
    assert answer["last"] == rows[-2][0]
    assert [b[0] - a[0] for a, b in itertools.pairwise(rows)] == [minutes * 60] * (len(rows) - 1)
    before = None
    for row in rows:
        if row[7]:
            assert row == _aggregate(trades, row[0], minutes * 60)
        else:
            assert row[1:] == [before, before, before, before, "0.0", "0.00000000", 0]
        before = row[4]
    assert sum(row[7] for row in rows) == len(trades)


def test_ohlc_gives_720_closed_rows_and_the_running_one() -> None:
    desk = Desk(BoxOptions(speed=0))
    rows = desk.public("OHLC?pair=XBTUSD")["XXBTZUSD"]
    assert len(rows) == 721
    since = rows[-3][0]
    assert [row[0] for row in desk.public(f"OHLC?pair=XBTUSD&since={since}")["XXBTZUSD"]] == [
        since + 60,
        since + 120,
    ]
    desk.advance(3600)
    assert len(desk.public("OHLC?pair=XBTUSD")["XXBTZUSD"]) == 721


def test_depth_is_sorted_uncrossed_and_holds_still_between_looks() -> None:
    desk = Desk(BoxOptions(speed=0))
    book = desk.public("Depth?pair=XBTUSD&count=500")["XXBTZUSD"]
    asks, bids = ([Decimal(row[0]) for row in book[side]] for side in ("asks", "bids"))
    assert len(asks) == len(bids) == 500
    assert asks == sorted(set(asks))
    assert bids == sorted(set(bids), reverse=True)
    assert bids[0] < asks[0]
    assert book == desk.public("Depth?pair=XBTUSD&count=500")["XXBTZUSD"]
    best = desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"]
    assert (Decimal(best["a"][0]), Decimal(best["b"][0])) == (asks[0], bids[0])


def test_consumed_liquidity_is_missing_until_it_is_renewed() -> None:
    book = Book(5, 10_000_000)
    first = next(book.levels(650_000, 1, START_NS))
    book.consume(first.ticks, first.lots, START_NS)
    assert next(book.levels(650_000, 1, START_NS)).ticks > first.ticks
    assert next(book.levels(650_000, 1, START_NS + 60 * NS_PER_SECOND)).ticks == first.ticks


@pytest.mark.parametrize("name", ["BTC/USD", "XBT/USD", "XBTUSD", "XXBTZUSD", "xbtusd"])
def test_every_name_of_a_pair_is_known(name: str) -> None:
    assert find_pair(name) is BTC_USD


def test_clocks() -> None:
    real = [0]
    clock = RunningClock(100, 2.5, lambda: real[0])
    real[0] = 1000
    assert (clock.now_ns(), clock.speed) == (2600, 2.5)
    with pytest.raises(ValueError, match="not positive"):
        RunningClock(0, 0)
    manual = ManualClock(5)
    manual.advance_ns(2)
    assert (manual.now_ns(), manual.speed) == (7, 0)
    with pytest.raises(ValueError, match="go back"):
        manual.advance_ns(-1)


@pytest.mark.parametrize("units", [0, 1, 9, 10, 99_999_999, 100_000_000, 123_456_789_012, -5])
def test_texts_are_those_of_decimal(units: int) -> None:
    assert BTC_USD.price_text(units, 5) == f"{BTC_USD.price(units):.5f}"
    assert BTC_USD.price_text(units, 1) == f"{BTC_USD.price(units):.1f}"
    assert BTC_USD.volume_text(units) == f"{BTC_USD.volume(units):.8f}"
