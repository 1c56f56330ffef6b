"""A full disk and a dead journal: the reserve, and the halt that holds over a restart (F18, F91, S32)."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.journal.entries import NOON_MS, PAIR, meant, record
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.ports import JournalError
from tui_bot.engine.records import Note, RunChanged
from tui_bot.journal.database import number
from tui_bot.journal.faultmark import FaultMark
from tui_bot.journal.reserve import RESERVE_BYTES, Reserve
from tui_bot.journal.sqlite_journal import DISK_FULL, SqliteJournal

LONG_NOTE = record(Note("info", "x" * 100_000))


def fill_up(journal: SqliteJournal) -> None:
    """Let the database grow no more: SQLite then says that the disk is full."""
    connection = journal._connection
    assert connection is not None
    pages = number(connection, "PRAGMA page_count")
    connection.execute(f"PRAGMA max_page_count = {pages}")


def make_room(journal: SqliteJournal) -> None:
    """Let it grow again."""
    assert journal._connection is not None
    journal._connection.execute("PRAGMA max_page_count = 1000000")


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be set aside: the disk has no room for it."""
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1_000_000))


def test_the_reserve_is_real_space_private_and_set_aside_at_the_first_start(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        assert journal.trouble == ""
    found = (tmp_path / "journal.reserve").stat()
    assert found.st_size == RESERVE_BYTES
    assert found.st_blocks * 512 >= RESERVE_BYTES
    assert stat.S_IMODE(found.st_mode) == 0o600


def test_f91_a_full_disk_is_written_on_with_the_reserve_and_mends_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        spend = journal._reserve.spend

        def spend_and_make_room() -> bool:
            make_room(journal)
            return spend()

        monkeypatch.setattr(journal._reserve, "spend", spend_and_make_room)
        fill_up(journal)
        journal.write([meant(1), LONG_NOTE])
        assert journal.trouble == DISK_FULL
        assert not (tmp_path / "journal.reserve").exists()
        assert len(journal.recall().orders) == 1
        assert journal.recall().fault == ""
        journal.tend()
        assert journal.trouble == ""
        assert (tmp_path / "journal.reserve").stat().st_size == RESERVE_BYTES


@pytest.mark.usefixtures("full")
def test_f91_a_start_without_room_for_the_reserve_bars_entries(tmp_path: Path) -> None:
    with closing(SqliteJournal(tmp_path / "journal.sqlite", PAIR, 60)) as journal:
        assert journal.trouble == DISK_FULL
        journal.write([meant(1)])


def test_a_disk_that_fills_while_the_space_is_set_aside_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int, _begin: int, _size: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuse, raising=False)
    reserve = Reserve(tmp_path / "reserve", 4096)
    assert not reserve.keep()
    assert list(tmp_path.iterdir()) == []


def test_a_limit_on_the_size_of_files_is_no_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int, _begin: int, _size: int) -> None:
        raise OSError(errno.EFBIG, "File too large")

    monkeypatch.setattr(os, "posix_fallocate", refuse, raising=False)
    reserve = Reserve(tmp_path / "reserve", 4096)
    assert (reserve.keep(), reserve.is_kept) == (True, False)


def test_where_the_system_cannot_allocate_the_space_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    reserve = Reserve(tmp_path / "reserve", 2 * 1024 * 1024)
    assert reserve.keep()
    assert (tmp_path / "reserve").stat().st_size == 2 * 1024 * 1024
    assert reserve.spend()
    assert not reserve.spend()


def test_f18_a_journal_that_died_says_so_at_the_next_start_until_a_halt_or_a_person_is_kept(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60, reserve_bytes=0)) as journal:
        fill_up(journal)
        with pytest.raises(JournalError, match="disk full"):
            journal.write([meant(1), LONG_NOTE])
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        assert "the journal cannot be written: disk full" in journal.recall().fault
        journal.write([record(Note("info", "not a halt"))])
        assert journal.recall().fault
        journal.write([record(RunChanged(RunState(Run.HALTED, "the journal failed", NOON_MS)))])
        assert journal.recall().fault == ""
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        assert journal.recall().fault == ""


def test_the_mark_of_a_fault_needs_no_new_space(tmp_path: Path) -> None:
    mark = FaultMark(tmp_path / "fault")
    before = (tmp_path / "fault").stat()
    mark.set("ü" * 10_000)
    after = (tmp_path / "fault").stat()
    assert (before.st_size, before.st_blocks) == (after.st_size, after.st_blocks)
    assert after.st_size == 4096
    assert FaultMark(tmp_path / "fault").text.startswith("üüü")
    mark.set("short")
    assert FaultMark(tmp_path / "fault").text == "short"
    mark.clear()
    assert mark.text == ""


def test_a_place_where_no_mark_can_be_kept_stops_nothing(tmp_path: Path) -> None:
    mark = FaultMark(tmp_path / "none" / "fault")
    mark.set("lost")
    mark.clear()
    assert mark.text == ""


def test_i27_what_an_orderly_stop_left_is_recalled_and_a_cut_is_known(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60, reserve_bytes=0)) as journal:
        assert journal.recall().left is None
        journal.write([record(Note("info", "stopped in order", {"left": "flat, no open orders"}))])
    with closing(SqliteJournal(path, PAIR, 60, reserve_bytes=0)) as journal:
        assert journal.recall().left == "flat, no open orders"
        journal.write([record(Note("info", "taken up"))])
    with closing(SqliteJournal(path, PAIR, 60, reserve_bytes=0)) as journal:
        assert journal.recall().left is None
