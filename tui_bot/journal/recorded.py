"""A whole journal at once, to play it again. It is only read, also while a bot writes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

from tui_bot.engine.moment import Moment
from tui_bot.engine.ports import JournalError
from tui_bot.engine.records import Record
from tui_bot.journal.codec import decode
from tui_bot.journal.failure import failure
from tui_bot.journal.film import moments_of
from tui_bot.journal.migrations import APPLICATION_ID, MIGRATIONS
from tui_bot.market.candle import Candle

_MAGIC = b"SQLite format 3\x00"
_REMEDY = "name a journal.sqlite of tui-bot, or the state folder that holds it"

_RUNS = "SELECT run, pair, interval, started_ms FROM run ORDER BY run"
_ENTRIES = "SELECT run, at_ms, kind, body, seal FROM entry ORDER BY seq"
_CANDLES = """
    SELECT run, market, begin, open, high, low, close, volume, trades, seal FROM candle ORDER BY seq
"""

_REELS = "SELECT run, first_ms, last_ms, moments, seal FROM film ORDER BY seq"


class UnusableError(JournalError):
    """There is nothing to play in the file: it is another kind of file, of a newer version, or empty."""


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One start of the bot; ``started_ms`` by the machine's clock, ``interval`` in seconds."""

    run: int
    pair: str
    interval: int
    started_ms: int


@dataclass(frozen=True, slots=True)
class RecordedReel:
    """A reel as it is stored; half a minute takes milliseconds to unpack, a week minutes."""

    first_ms: int
    last_ms: int
    body: bytes
    seal: int

    def load(self) -> list[Moment]:
        """Its moments, oldest first; none of a damaged reel or one of another version."""
        try:
            return moments_of(self.body, self.seal)
        except ValueError:
            return []


@dataclass(frozen=True, slots=True)
class Recorded:
    """All rows in the order they were written: entries as (run, record), candles as (run, market, candle).

    ``reels`` of what the screen was given are (run, reel): still packed, a damaged one holds nothing.
    """

    runs: tuple[RecordedRun, ...]
    entries: tuple[tuple[int, Record], ...]
    candles: tuple[tuple[int, str, Candle], ...]
    reels: tuple[tuple[int, RecordedReel], ...] = ()

    def heard(self) -> Iterator[tuple[int, int]]:
        """When each run was heard of: (run, Unix ms)."""
        yield from ((run, record.at_ms) for run, record in self.entries)
        for run, reel in self.reels:
            yield from ((run, reel.first_ms), (run, reel.last_ms))


def read_recorded(path: Path) -> Recorded:
    """Everything the journal holds. Raises UnusableError, or JournalError where it cannot be read."""
    _expect_database(path)
    try:
        with closing(_connect(path)) as connection:
            connection.execute("BEGIN")  # one moment of a file that may be written meanwhile
            version = _version(connection, path)
            runs = tuple(RecordedRun(*row) for row in connection.execute(_RUNS))
            entries = tuple((run, decode(*row)) for run, *row in connection.execute(_ENTRIES))
            candles = tuple(map(_candle, connection.execute(_CANDLES))) if version > 1 else ()
            rows = connection.execute(_REELS).fetchall() if version > 2 else []
    except sqlite3.Error as error:
        raise failure("read", path, error) from None
    except ValueError as error:
        raise JournalError(f"the journal holds {error}; play a sound copy ({path})") from None
    if not entries:
        raise UnusableError(f"nothing is recorded yet: let the bot run for a while ({path})")
    reels = tuple((run, RecordedReel(*row)) for run, *row in rows)
    return Recorded(runs, entries, candles, reels)


def _expect_database(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise UnusableError(f"{path} cannot be read: {error.strerror}; {_REMEDY}") from None
    if magic != _MAGIC:
        what = "is empty" if not magic else "is no journal of tui-bot"
        raise UnusableError(f"{path} {what}; {_REMEDY}")


def _connect(path: Path) -> sqlite3.Connection:
    """Without a log beside it nobody writes it: then not even the files that sharing needs are made."""
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    log = path.with_name(path.name + "-wal")
    idle = not log.exists() or log.stat().st_size == 0
    return sqlite3.connect(uri + "&immutable=1" * idle, uri=True, timeout=1.0, isolation_level=None)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise UnusableError(f"{path} is no journal of tui-bot; {_REMEDY}")
    if version > len(MIGRATIONS):
        raise UnusableError(
            f"the journal is of a newer version of tui-bot (schema {version}, known here {len(MIGRATIONS)}); "
            f"upgrade tui-bot to play it ({path})"
        )
    return version


def _candle(row: tuple[int, str, int, str, str, str, str, str, int, int]) -> tuple[int, str, Candle]:
    run, market, begin, *texts, trades, seal = row
    if crc32(" ".join(map(str, row[1:-1])).encode()) != seal:
        raise ValueError("a damaged candle")
    try:
        exact = [Decimal(text) for text in texts]
    except InvalidOperation:
        raise ValueError("a candle that is no number") from None
    quiet = not trades and not exact[4]
    return run, market, Candle(begin, exact[0], exact[1], exact[2], exact[3], exact[4], trades, filled=quiet)
