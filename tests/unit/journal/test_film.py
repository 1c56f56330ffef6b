"""Reels of what the screen was given: exact, small, bounded, and no burden to what trades."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.recording import recording
from tui_bot.engine.events import Account, Holding, Quote
from tui_bot.engine.moment import Moment, moment_of
from tui_bot.engine.ports import JournalError
from tui_bot.engine.records import Note, Record
from tui_bot.journal.film import moments_of, reel_of
from tui_bot.journal.recorded import read_recorded
from tui_bot.journal.sqlite_journal import SqliteJournal

D = Decimal


def moments(count: int) -> list[Moment]:
    """The moments of a run, a second of the recording apart."""
    seen = [snap for snap in recording().snapshots if snap.account is not None]
    return [moment_of(snap) for snap in seen[:count]]


def played(path: Path) -> list[Moment]:
    """All that can be read of a journal's reels."""
    return [moment for _, reel in read_recorded(path).reels for moment in reel.load()]


def test_a_reel_is_what_went_into_it() -> None:
    rich = moments(40)
    account = Account(
        D("-0.1"), {"XXBT": Holding(D("1.50"), D("0.1"))}, (), None, D("1E+3"), 7, (("BTC staked", D("0.3")),)
    )
    rich[3] = replace(rich[3], account=account, quote=Quote(D("1.10"), D("1.2"), D("1.15"), 9), rules=None)
    first, last, body, seal = reel_of(rich)
    assert (first, last) == (rich[0].at_ms, rich[-1].at_ms)
    assert moments_of(body, seal) == rich
    assert str(moments_of(body, seal)[3].quote) == str(rich[3].quote), "to the last digit"


def test_a_damaged_reel_is_left_out_and_the_rest_is_played(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, "BTC/USD", 60, reserve_bytes=0)) as journal:
        journal.write([Record(1000, Note("info", "begun"))])
        journal.film(moments(20)[:10])
        journal.film(moments(20)[10:])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE film SET seal = seal + 1 WHERE seq = 1")
        connection.commit()
    assert played(path) == moments(20)[10:]


def test_the_oldest_reels_make_room_and_the_file_stops_growing(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    sizes = []
    with closing(SqliteJournal(path, "BTC/USD", 60, reserve_bytes=0, film_bytes=20_000)) as journal:
        journal.write([Record(1000, Note("info", "begun"))])
        for number in range(60):
            reel = [replace(one, at_ms=one.at_ms + number * 60_000) for one in moments(30)]
            journal.film(reel)
            with closing(sqlite3.connect(path)) as connection:
                sizes.append(connection.execute("SELECT sum(length(moments)) FROM film").fetchone()[0])
    assert max(sizes) <= 20_000
    assert sizes[-1] > 10_000
    kept = played(path)
    assert kept[-1].at_ms == moments(30)[-1].at_ms + 59 * 60_000, "the newest stay"
    with closing(sqlite3.connect(path)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    assert pages * 4096 < 150_000


def test_a_moment_takes_little_room() -> None:
    taken = moments(30)
    _, _, body, _ = reel_of(taken)
    assert len(body) / len(taken) < 400


def test_a_failure_to_keep_a_reel_leaves_the_journal_fit_for_orders(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, "BTC/USD", 60, reserve_bytes=0)) as journal:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE film")
            connection.commit()
        with pytest.raises(JournalError):
            journal.film(moments(3))
        journal.write([Record(1000, Note("info", "still kept"))])
        assert journal.recall().fault == ""


def test_entries_still_cannot_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, "BTC/USD", 60, reserve_bytes=0)) as journal:
        journal.write([Record(1000, Note("info", "kept"))])
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute("DELETE FROM entry")
