"""Opening: safe or not at all, and in words that say what to do."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.journal.entries import PAIR, decided, meant, record
from tui_bot.engine.ports import JournalError
from tui_bot.journal import database
from tui_bot.journal.failure import failure
from tui_bot.journal.migrations import MIGRATIONS
from tui_bot.journal.sqlite_journal import SqliteJournal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


def opened(path: Path) -> SqliteJournal:
    return SqliteJournal(path, PAIR, 60)


def test_commits_are_durable_and_the_files_private(path: Path) -> None:
    with closing(opened(path)) as journal:
        journal.write([meant(1)])
        pragmas = {name: expected for name, _, expected in database._DURABLE}
        assert (pragmas["journal_mode"], pragmas["synchronous"]) == ("wal", 2)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite.lock"} <= set(modes)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_cannot_be_made_durable_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_DURABLE", (("journal_mode", "DELETE", "wal"),))
    with pytest.raises(
        JournalError, match="keeps journal_mode at delete instead of wal; use a state directory"
    ):
        opened(path)


def test_open_rights_are_tightened(path: Path) -> None:
    path.parent.mkdir()
    path.touch(0o644)
    opened(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_writer_in_one_process(path: Path) -> None:
    with closing(opened(path)):
        started = time.monotonic()
        with pytest.raises(
            JournalError, match=rf"in use by process {os.getpid()} since .* quit that console"
        ):
            opened(path)
        assert time.monotonic() - started < 1
    opened(path).close()


def test_one_writer_among_processes_and_a_killed_one_holds_nothing(path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from tui_bot.journal.sqlite_journal import SqliteJournal\n"
        "journal = SqliteJournal(Path(sys.argv[1]), 'BTC/USD', 60); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(JournalError, match=f"in use by process {other.pid} "):
            opened(path)
        other.kill()
        other.wait()
        opened(path).close()


def test_a_failed_opening_leaves_no_lock(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is not a database at all" * 100)
    for _ in range(2):
        with pytest.raises(JournalError, match="damaged: file is not a database; move it aside"):
            opened(path)
    path.unlink()
    opened(path).close()


def test_links_pipes_and_files_in_the_way_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real.sqlite").touch()
    (tmp_path / "link.sqlite").symlink_to(tmp_path / "real.sqlite")
    os.mkfifo(tmp_path / "pipe.sqlite")
    (tmp_path / "folder.sqlite").mkdir()
    for name in ("link.sqlite", "pipe.sqlite", "folder.sqlite", "real.sqlite/journal.sqlite"):
        with pytest.raises(JournalError, match=r"cannot be opened: .*; check that the state directory"):
            opened(tmp_path / name)


def test_a_foreign_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE photos (x)")
    with pytest.raises(JournalError, match="no journal of tui-bot"):
        opened(path)


def test_a_newer_journal_is_refused(path: Path) -> None:
    opened(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(JournalError, match=r"newer version of tui-bot .*; upgrade"):
        opened(path)


def test_an_older_journal_is_migrated_whole_or_not(path: Path) -> None:
    with closing(opened(path)) as journal:
        journal.write([meant(1)])
    bad = (*MIGRATIONS, ("CREATE TABLE extra (x)", "CREATE TABLE extra (x)"))
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        database.connect(path, bad)
    good = (*MIGRATIONS, ("CREATE TABLE extra (x)",))
    with closing(database.connect(path, good)) as connection:
        assert database.number(connection, "PRAGMA user_version") == len(good)
        assert database.number(connection, "SELECT count(*) FROM entry") == 1
        assert database.number(connection, "SELECT count(*) FROM extra") == 0


def test_a_file_locked_by_another_program_is_told(path: Path) -> None:
    with closing(opened(path)) as journal, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="another program has locked it; close that program"):
            journal.write([meant(1)])
        other.execute("ROLLBACK")
        journal.write([meant(1)])
        assert len(journal.recall().orders) == 1


def test_a_flipped_bit_is_found(path: Path) -> None:
    with closing(opened(path)) as journal:
        journal.write([record(decided(1, "0.001"))])
    content = path.read_bytes()
    assert content.count(b'"target":"0.001"') == 1
    path.write_bytes(content.replace(b'"target":"0.001"', b'"target":"0.009"'))
    with (
        closing(opened(path)) as journal,
        pytest.raises(JournalError, match="holds a damaged entry; upgrade"),
    ):
        journal.recall()


@pytest.mark.parametrize("page", [1, 2, 3, 5, 8])
def test_a_lost_page_is_found_or_harmless(path: Path, page: int) -> None:
    with closing(opened(path)) as journal:
        journal.write([meant(number) for number in range(200)])
        whole = journal.recall()
    content = bytearray(path.read_bytes())
    content[page * 4096 : (page + 1) * 4096] = bytes(4096)
    path.write_bytes(content)
    try:
        with closing(opened(path)) as journal:
            found = journal.recall().orders
    except JournalError as error:
        refusal = str(error)
    else:
        assert found == whole.orders, "a loss went unnoticed"
        return
    assert "damaged" in refusal


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_FULL, "disk full; entries stop; free space and resume"),
        (sqlite3.SQLITE_IOERR, "the disk reports an error; entries stop"),
        (sqlite3.SQLITE_READONLY, "read-only; give yourself the right"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be opened; check the rights"),
        (sqlite3.SQLITE_BUSY, "another program has locked it"),
        (sqlite3.SQLITE_CORRUPT, "damaged: bad; move it aside"),
        (sqlite3.SQLITE_ERROR, "bad"),
    ],
)
def test_every_failure_has_words(code: int, said: str, path: Path) -> None:
    error = sqlite3.OperationalError("bad")
    error.sqlite_errorcode = code | 0x100
    assert said in str(failure("written", path, error))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_directory_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(JournalError, match="Permission denied; check"):
        opened(tmp_path / "journal.sqlite")
