"""The local order book against recorded checksums, and against mishaps."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tui_bot.kraken.frames import Data, PushedBook, read_frame
from tui_bot.kraken.orderbook import OrderBook, OutOfStep

Recorded = Callable[[str], Any]


def told(frame: object) -> tuple[PushedBook, bool]:
    data = read_frame(json.dumps(frame).encode())
    assert isinstance(data, Data)
    (row,) = data.rows
    assert isinstance(row, PushedBook)
    return row, data.snapshot


def levels(pairs: list[list[str]]) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple((Decimal(price), Decimal(volume)) for price, volume in pairs)


@pytest.fixture
def documented(recorded: Recorded) -> PushedBook:
    (vector,) = recorded("vectors/book_checksum.json")
    return PushedBook("BTC/USD", levels(vector["bids"]), levels(vector["asks"]), vector["checksum"])


def test_the_documented_vector(documented: PushedBook) -> None:
    book = OrderBook(10, 1)
    book.take(documented, snapshot=True)
    assert book.asks == list(documented.asks)
    assert book.bids == list(documented.bids)


def test_the_recorded_run_of_201_messages(recorded: Recorded) -> None:
    run = recorded("ws/book_btcusd_depth10_recorded.json")
    book = OrderBook(10, 1)
    for frame in (run["init"], *run["updates"]):
        row, snapshot = told(frame)
        book.take(row, snapshot=snapshot)
        assert len(book.asks) == len(book.bids) == 10
        assert book.bids[0][0] < book.asks[0][0]


def test_a_lost_message_is_noticed_and_a_snapshot_mends_it(recorded: Recorded) -> None:
    run = recorded("ws/book_btcusd_depth10_recorded.json")
    book = OrderBook(10, 1)
    snapshot, _ = told(run["init"])
    book.take(snapshot, snapshot=True)
    with pytest.raises(OutOfStep, match="checksum"):
        book.take(told(run["updates"][1])[0], snapshot=False)
    assert book.asks == []
    with pytest.raises(OutOfStep, match="without a snapshot"):
        book.take(told(run["updates"][2])[0], snapshot=False)
    book.take(snapshot, snapshot=True)
    assert len(book.asks) == 10


@pytest.mark.parametrize("row", [("0.05", "1"), ("45284.0", "0.000000001"), ("0", "1"), ("45284.0", "-1")])
def test_levels_off_the_grid_are_refused(documented: PushedBook, row: tuple[str, str]) -> None:
    book = OrderBook(10, 1)
    book.take(documented, snapshot=True)
    with pytest.raises(OutOfStep, match="grid"):
        book.take(PushedBook("BTC/USD", levels([list(row)]), (), 0), snapshot=False)


def test_a_depth_that_is_not_offered() -> None:
    with pytest.raises(ValueError, match="depth"):
        OrderBook(50, 1)
