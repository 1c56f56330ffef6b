"""Reading a journal from outside: entries oldest first, while a console may be writing it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tui_bot.engine.ports import JournalError
from tui_bot.engine.records import Body
from tui_bot.journal.codec import decode
from tui_bot.journal.database import check_version
from tui_bot.journal.failure import distrusted, failure

# A read that lasts would keep the writer's log from being tidied up; so it is done in pages.
_PAGE = 500
_ENTRIES = """
    SELECT seq, wall_ms, pair, at_ms, kind, body, seal FROM entry JOIN run USING (run)
    WHERE seq > ? ORDER BY seq LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its number, when it was (exchange and machine time, Unix ms), and what."""

    seq: int
    at_ms: int
    wall_ms: int
    pair: str
    body: Body


def read(path: Path, newest: int | None = None) -> Iterator[Entry]:
    """The entries, newest last; only the ``newest`` so many if given. Raises JournalError."""
    if not path.exists():
        raise JournalError(f"there is no journal yet: it begins with the first start in that mode ({path})")
    try:
        with closing(_connect(path)) as connection:
            check_version(connection, path)
            yield from _pages(connection, _start(connection, newest))
    except sqlite3.Error as error:
        raise failure("read", path, error) from None
    except ValueError as error:
        raise distrusted(path, error) from None


def _connect(path: Path) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=1.0, isolation_level=None)
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        connection.close()
        idle = not path.with_name(path.name + "-wal").exists()
        if (
            error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
            or not idle
        ):
            raise
        # Nobody writes it, and this user may not even create the files that sharing needs.
        connection = sqlite3.connect(uri + "&immutable=1", uri=True, isolation_level=None)
    return connection


def _start(connection: sqlite3.Connection, newest: int | None) -> int:
    if newest is None or connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        return 0
    last = connection.execute("SELECT max(seq) FROM entry").fetchone()[0] or 0
    return max(0, int(last) - newest)


def _pages(connection: sqlite3.Connection, seen: int) -> Iterator[Entry]:
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        return
    while rows := connection.execute(_ENTRIES, (seen, _PAGE)).fetchall():
        for seq, wall, pair, *row in rows:
            record = decode(*row)
            yield Entry(seq, record.at_ms, wall, pair, record.body)
        seen = rows[-1][0]
