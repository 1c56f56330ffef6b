"""A full disk: the write fails whole, says so, and the journal goes on when there is space again."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.journal.entries import PAIR, meant, record
from tui_bot.engine.ports import JournalError
from tui_bot.engine.records import Note
from tui_bot.journal.database import number
from tui_bot.journal.reader import read
from tui_bot.journal.sqlite_journal import SqliteJournal


def test_a_write_that_fails_keeps_nothing_and_the_next_may_succeed(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        journal.write([meant(1)])
        connection = journal._connection
        assert connection is not None
        pages = number(connection, "PRAGMA page_count")
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(
            JournalError, match="cannot be written: disk full; entries stop; free space and resume"
        ):
            journal.write([meant(2), record(Note("info", "x" * 100_000))])
        assert len(journal.recall().orders) == 1
        connection.execute("PRAGMA max_page_count = 1000000")
        journal.write([meant(2)])
        assert len(journal.recall().orders) == 2


LIMITED = """
import resource, sys
from pathlib import Path
from tests.unit.journal.entries import PAIR, meant
from tui_bot.engine.ports import JournalError
from tui_bot.journal.sqlite_journal import SqliteJournal
journal = SqliteJournal(Path(sys.argv[1]), PAIR, 60)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
written = 0
try:
    while True:
        journal.write([meant(written)])
        written += 1
except JournalError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.write([meant(written)])
print(written + 1)
journal.close()
"""


def test_a_disk_that_takes_no_more_bytes(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=True, timeout=30
    )
    said, written = done.stdout.splitlines()
    assert "the journal cannot be written: the disk reports an error; entries stop" in said
    assert len(list(read(path))) == int(written) > 1
