"""A recording found and read: what may be played, what is refused, and that nothing is ever written."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.recording import recording
from tui_bot.config.schema import Settings
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.records import Note, Record, RunChanged
from tui_bot.journal import database
from tui_bot.journal.codec import encode
from tui_bot.journal.migrations import MIGRATIONS
from tui_bot.journal.recorded import read_recorded
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.session.recording import find_journal, open_tape

OWN = Settings()
T = 1_767_614_400_000


def write(path: Path, at_ms: int, pair: str = "BTC/USD", interval: int = 60, count: int = 3) -> None:
    """One run of notes, a second apart."""
    with closing(SqliteJournal(path, pair, interval, reserve_bytes=0)) as journal:
        for number in range(count):
            journal.write([Record(at_ms + number * 1000, Note("info", f"note {number}"))])


def refused(path: Path, part: int | None = None) -> LaunchError:
    with pytest.raises(LaunchError) as caught:
        open_tape(path, OWN, part)
    return caught.value


def test_a_journal_or_its_folder_or_the_folder_above(tmp_path: Path) -> None:
    write(tmp_path / "demo" / "journal.sqlite", T)
    path = tmp_path / "demo" / "journal.sqlite"
    assert find_journal(path) == find_journal(path.parent) == find_journal(tmp_path) == path
    assert open_tape(tmp_path, OWN).mode == "demo"


def test_no_journal_and_several_are_refused_with_what_to_name(tmp_path: Path) -> None:
    assert "no journal.sqlite" in str(refused(tmp_path))
    write(tmp_path / "demo" / "journal.sqlite", T)
    write(tmp_path / "paper" / "journal.sqlite", T)
    error = refused(tmp_path)
    assert "several journals" in str(error)
    assert str(tmp_path / "paper" / "journal.sqlite") in str(error)
    assert error.exit_code == 2


@pytest.mark.parametrize("content", [b"", b"time,open\n1,2\n", b"SQLite format 3\x00 but no more"])
def test_what_is_no_journal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thing"
    path.write_bytes(content)
    error = refused(path)
    assert "journal" in str(error)
    assert str(path) in str(error)
    assert error.exit_code in (1, 2)


def test_another_database_a_newer_schema_and_an_empty_run(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE entry (x)")
        connection.commit()
    assert "is no journal of tui-bot" in str(refused(other))
    empty = tmp_path / "empty.sqlite"
    write(empty, T, count=0)
    assert "nothing is recorded yet" in str(refused(empty))
    newer = tmp_path / "newer.sqlite"
    write(newer, T)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 99")
    error = refused(newer)
    assert "newer version" in str(error)
    assert error.exit_code == 2


@pytest.mark.parametrize("version", [1, 2])
def test_a_journal_of_an_older_version_is_played_and_not_migrated(tmp_path: Path, version: int) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(database.connect(path, MIGRATIONS[:version])) as connection:
        connection.execute("INSERT INTO run VALUES (1, 5, 7, 'BTC/USD', 60, '3')")
        row = encode(Record(T, Note("info", "of old")))
        values = (1, T, T, row.kind, row.body, row.seal)
        sql = "INSERT INTO entry (run, at_ms, wall_ms, kind, body, seal) VALUES (?, ?, ?, ?, ?, ?)"
        connection.execute(sql, values)
    tape = open_tape(path, OWN)
    assert [item.body for _, item in tape.steps if isinstance(item, Record)] == [Note("info", "of old")]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)


def test_a_missing_file(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in str(refused(tmp_path / "gone.sqlite"))


def test_a_damaged_entry_is_not_played(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    write(path, T)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER entry_no_update")
        connection.execute("UPDATE entry SET body = replace(body, 'note 1', 'note 9')")
        connection.commit()
    error = refused(path)
    assert "a damaged entry" in str(error)
    assert error.exit_code == 1


def test_reading_leaves_no_trace_beside_a_journal_at_rest(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    shutil.copy(recording().path, path)
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    before = path.read_bytes(), path.stat().st_mtime_ns
    try:
        open_tape(path, OWN)
        assert [each.name for each in tmp_path.iterdir()] == ["journal.sqlite"]
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    finally:
        tmp_path.chmod(0o700)


def test_the_journal_of_a_running_bot_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, "BTC/USD", 60, reserve_bytes=0)) as journal:
        journal.write([Record(T, Note("info", "one"))])
        assert len(open_tape(path, OWN).entries) == 1
        journal.write([Record(T + 1000, Note("info", "two"))])
        assert len(open_tape(path, OWN).entries) == 2


def test_runs_that_follow_are_one_part_another_market_and_an_older_clock_are_others(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    write(path, T)
    write(path, T + 3_600_000)
    write(path, T + 7_200_000, "ETH/USD")
    write(path, T + 7_300_000)
    write(path, T - 86_400_000)
    newest = open_tape(path, OWN)
    assert (newest.part, newest.parts, newest.begin_ms) == (4, 4, T - 86_400_000)
    first = open_tape(path, OWN, 1)
    assert (first.begin_ms, first.end_ms) == (T, T + 3_602_000)
    assert first.starts == (T, T + 3_600_000)
    assert open_tape(path, OWN, 2).pair == "ETH/USD"
    assert "holds 4 part(s), not 5" in str(refused(path, 5))


def test_a_start_ends_what_an_orderly_stop_had_ended(tmp_path: Path) -> None:
    from tui_bot.engine.transport import Seek
    from tui_bot.replay.player import Player

    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, "BTC/USD", 60, reserve_bytes=0)) as journal:
        journal.write([Record(T, RunChanged(RunState(Run.PAUSED, "by hand", T)))])
        journal.write([Record(T + 1000, Note("info", "stopped in order", {"left": "flat"}))])
    write(path, T + 60_000)
    player = Player(open_tape(path, OWN))
    phases = []
    for ms in (0, 1000, 59_000, 60_000):
        player.steer(Seek(T + ms))
        phases.append(player.snapshot().phase.value)
    assert phases == ["ready", "stopped", "stopped", "ready"]
    assert player.snapshot().run.run is Run.PAUSED


def test_candles_are_read_once_the_later_row_counts(tmp_path: Path) -> None:
    found = read_recorded(recording().path)
    begins = [candle.begin for _, _, candle in found.candles]
    assert begins == sorted(set(begins))
