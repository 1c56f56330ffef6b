"""Closed candles: kept with what was decided on them, once, corrected by a later row, never changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from tests.unit.journal.entries import PAIR, decided, meant, record
from tui_bot.engine.ports import JournalError
from tui_bot.journal import database
from tui_bot.journal.migrations import MIGRATIONS
from tui_bot.journal.reader import read
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.market.candle import Candle


def candle(minute: int, close: str = "65000.10") -> Candle:
    """A candle of that minute."""
    prices = (Decimal("65000"), Decimal("65001.5"), Decimal("64000"), Decimal(close))
    return Candle(minute * 60, *prices, Decimal("0.00000001"), 7)


def rows(path: Path) -> list[Any]:
    """What the table holds, without numbers of rows and runs."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT market, begin, open, high, low, close, volume, trades, seal FROM candle ORDER BY seq"
        ).fetchall()


def test_it_is_kept_in_the_commit_of_its_decision(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        journal.write([record(decided(1, "0"))], [candle(1)])
        values = ("BTC/USD 60", 60, "65000", "65001.5", "64000", "65000.10", "0.00000001", 7)
        assert rows(path) == [(*values, crc32(" ".join(map(str, values)).encode()))]
        journal.write([meant(1)])
        with pytest.raises(JournalError):
            journal.write([meant(1)], [candle(2)])
        assert len(rows(path)) == 1
    assert len(list(read(path))) == 2


def test_told_again_it_is_there_once_and_corrected_it_is_there_twice(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        journal.write([], [candle(1), candle(2)])
        journal.write([], [candle(1), candle(2), candle(1, "65000.2")])
    with closing(SqliteJournal(path, "ETH/USD", 300)) as journal:
        journal.write([], [replace(candle(5), trades=8)])
    assert [(row[0], row[1], row[5]) for row in rows(path)] == [
        ("BTC/USD 60", 60, "65000.10"),
        ("BTC/USD 60", 120, "65000.10"),
        ("BTC/USD 60", 60, "65000.2"),
        ("ETH/USD 300", 300, "65000.10"),
    ]


def test_it_is_never_changed(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        journal.write([], [candle(1)])
    with closing(sqlite3.connect(path)) as connection:
        for statement in ("UPDATE candle SET close = '1'", "DELETE FROM candle"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


def test_a_journal_from_before_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    database.prepare(path)
    database.connect(path, MIGRATIONS[:1]).close()
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        journal.write([record(decided(1, "0"))], [candle(1)])
    assert len(rows(path)) == 1
