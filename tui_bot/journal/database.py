"""The SQLite file under the journal: opened safe or not at all."""

from __future__ import annotations

import os
import secrets
import sqlite3
import stat
import time
from collections.abc import Sequence
from pathlib import Path

from tui_bot.engine.ports import JournalError
from tui_bot.journal.failure import damaged
from tui_bot.journal.migrations import APPLICATION_ID, MIGRATIONS

#: What must be so before a commit is worth its name, checked by reading it back.
_DURABLE = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("fullfsync", "ON", 1),
    ("checkpoint_fullfsync", "ON", 1),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
)
_BUSY_S = 0.5


def prepare(path: Path) -> None:
    """Make the directory (0700) and the file (0600) where missing. Raises JournalError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(path, flags, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError("not a regular file")
            os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
    except OSError as error:
        remedy = "check that the state directory exists, is yours, and holds no link or device of that name"
        raise JournalError(
            f"the journal cannot be opened: {error.strerror or error}; {remedy} ({path})"
        ) from None


def connect(path: Path, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> sqlite3.Connection:
    """A connection for the one writer, checked and migrated. Raises JournalError or sqlite3.Error."""
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        _check(connection, path, len(migrations))
        _harden(connection, path)
        _migrate(connection, migrations)
    except BaseException:
        if connection is not None:
            connection.close()
        raise
    return connection


def number(connection: sqlite3.Connection, sql: str) -> int:
    """The single whole number that a query gives."""
    return int(connection.execute(sql).fetchone()[0])


def check_version(connection: sqlite3.Connection, path: Path, known: int = len(MIGRATIONS)) -> None:
    """Raises JournalError for a file that is not ours, or that a newer version has written."""
    version = number(connection, "PRAGMA user_version")
    if version > known:
        raise JournalError(
            f"the journal is of a newer version of tui-bot (schema {version}, known here {known}); "
            f"upgrade tui-bot, or use another state directory ({path})"
        )
    empty = number(connection, "SELECT count(*) FROM sqlite_schema") == 0
    if not empty and number(connection, "PRAGMA application_id") != APPLICATION_ID:
        raise JournalError(f"the file is no journal of tui-bot; choose another state directory ({path})")


def _check(connection: sqlite3.Connection, path: Path, known: int) -> None:
    check_version(connection, path, known)
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise damaged(path, str(found))


def _harden(connection: sqlite3.Connection, path: Path) -> None:
    for name, wanted, expected in _DURABLE:
        connection.execute(f"PRAGMA {name} = {wanted}")
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != expected:
            raise JournalError(
                f"the journal cannot be opened: SQLite keeps {name} at {found} instead of {expected}; "
                f"use a state directory on a local disk ({path})"
            )


def _migrate(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]]) -> None:
    version = number(connection, "PRAGMA user_version")
    if version == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    for statements in migrations[version:]:
        for statement in statements:
            connection.execute(statement)
    if version == 0:
        created = "INSERT INTO journal (only, journal_id, created_ms) VALUES (1, ?, ?)"
        connection.execute(created, (secrets.token_hex(4), time.time_ns() // 1_000_000))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(migrations)}")
    connection.execute("COMMIT")
