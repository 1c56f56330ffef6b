"""A journal of the bot is a market that can be played again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tui_bot.journal import database
from tui_bot.journal.migrations import MIGRATIONS
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.market.candle import Candle
from tui_bot.paper.desk import Desk
from tui_bot.paper.history import History, HistoryError
from tui_bot.paper.options import BoxOptions


def candles(count: int, interval: int = 60) -> list[Candle]:
    """A market with a minute without trades in it."""
    made: list[Candle] = []
    for place in range(count):
        price = Decimal(600_000 + place * 7 % 50).scaleb(-1)
        begin = 1_767_600_000 + place * interval
        if place == 3:
            made.append(Candle.flat(begin, made[-1].close))
        else:
            volume = Decimal("1.5") + place
            made.append(Candle(begin, price, price + 2, price - 3, price + 1, volume, 9))
    return made


def journal_of(folder: Path, kept: Sequence[Candle], pair: str = "BTC/USD", interval: int = 60) -> Path:
    """A journal that holds them."""
    path = folder / "journal.sqlite"
    with closing(SqliteJournal(path, pair, interval)) as journal:
        journal.write([], kept)
    return path


def tampered(path: Path, statement: str) -> None:
    """Change what no statement of ours could."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER candle_no_update")
        connection.execute(statement)
        connection.commit()


def test_the_candles_come_back_as_they_were_seen(tmp_path: Path) -> None:
    seen = candles(40)
    corrected = replace(Candle.flat(seen[5].begin, Decimal("60000.5")), volume=Decimal(2), trades=3)
    path = journal_of(tmp_path, [*seen, corrected])
    seen[5] = corrected
    desk = Desk(BoxOptions(speed=0, history=path))
    desk.advance(3600)
    shown = {row[0]: row for row in desk.public("OHLC?pair=XBTUSD")["XXBTZUSD"]}
    for candle in seen:
        row = shown[candle.begin]
        assert [Decimal(cell) for cell in row[1:5]] == [candle.open, candle.high, candle.low, candle.close]
        assert (Decimal(row[6]), row[7]) == (candle.volume, candle.trades)


def test_pair_and_interval_are_those_of_the_newest_market(tmp_path: Path) -> None:
    journal_of(tmp_path, candles(10))
    history = History(journal_of(tmp_path, candles(4, 300), "ETH/USD", 300))
    assert (history.pair.symbol, history.interval, len(history.rows)) == ("ETH/USD", 5, 3)


def test_it_is_played_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, "BTC/USD", 60)) as journal:
        journal.write([], candles(10))
        before = History(path)
        journal.write([], candles(12))
        after = History(path)
    assert (len(before.rows), len(after.rows)) == (9, 11)
    assert before.digest != after.digest == History(path).digest


def test_a_damaged_row_is_named(tmp_path: Path) -> None:
    path = journal_of(tmp_path, candles(10))
    tampered(path, "UPDATE candle SET close = '60001' WHERE seq = 7")
    with pytest.raises(
        HistoryError, match=r"journal\.sqlite, row 7 of candle: damaged, .*; name a sound copy"
    ):
        History(path)


def test_a_row_that_no_market_makes_is_named(tmp_path: Path) -> None:
    odd = candles(1)
    odd = [replace(odd[0], trades=2)]
    with pytest.raises(HistoryError, match=r"journal\.sqlite, row 1: 2 trades cannot make this candle"):
        History(journal_of(tmp_path, odd))


def test_a_pair_that_the_box_does_not_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="candles of SOL/EUR; only BTC/USD and ETH/USD can be played"):
        History(journal_of(tmp_path, candles(10), "SOL/EUR"))


def test_a_journal_without_candles_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="no candle was recorded yet; let the bot run"):
        History(journal_of(tmp_path, []))
    path = tmp_path / "old.sqlite"
    database.prepare(path)
    database.connect(path, MIGRATIONS[:1]).close()
    with pytest.raises(HistoryError, match="of an older version, which recorded no candles; let the bot run"):
        History(path)


def test_another_database_and_a_torn_one_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "photos.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE candle (x)")
    with pytest.raises(HistoryError, match="no journal of tui-bot; name a journal of tui-bot or a Kraken"):
        History(path)
    path.write_bytes(path.read_bytes()[:100] + b"torn" * 200)
    with pytest.raises(HistoryError, match=r"photos\.sqlite: cannot be read"):
        History(path)


def test_a_journal_in_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    path = journal_of(tmp_path, candles(10))
    tmp_path.chmod(0o500)
    try:
        assert len(History(path).rows) == 9
    finally:
        tmp_path.chmod(0o700)
