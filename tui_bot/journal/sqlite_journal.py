"""The journal the engine writes: what was decided, meant, sent and executed, kept for good."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from tui_bot.engine.memory import Memory
from tui_bot.engine.moment import Moment
from tui_bot.engine.ports import JournalError
from tui_bot.engine.records import IntentMade, Record, RunChanged
from tui_bot.journal.codec import candle_row, encode
from tui_bot.journal.database import connect, prepare
from tui_bot.journal.failure import distrusted, failure, is_full
from tui_bot.journal.faultmark import FaultMark
from tui_bot.journal.film import FILM_BYTES, reel_of
from tui_bot.journal.lock import WriterLock
from tui_bot.journal.recall import recall
from tui_bot.journal.reserve import RESERVE_BYTES, Reserve
from tui_bot.market.candle import Candle

T = TypeVar("T")

#: What bars entries while the reserve is spent.
DISK_FULL = "DISK FULL: entries stopped; exits and a flatten are still kept. Free space: it goes on by itself"

_INSERT = """
    INSERT INTO entry (run, at_ms, wall_ms, kind, ident, cause, subject, body, seal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# An execution or a decision that is told twice is the same one; an intent told twice is a fault.
_INSERT_NEW = _INSERT + "ON CONFLICT (kind, ident) WHERE ident IS NOT NULL DO NOTHING"
_INSERT_CANDLE = """
    INSERT INTO candle (run, market, begin, open, high, low, close, volume, trades, seal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_INSERT_REEL = "INSERT INTO film (run, first_ms, last_ms, moments, seal) VALUES (?, ?, ?, ?, ?)"
# length() of a blob is in the row's head: the moments themselves are not read.
_OLD_REELS = """
    DELETE FROM film WHERE seq <= (
        SELECT max(seq) FROM (
            SELECT seq, sum(length(moments)) OVER (ORDER BY seq DESC) AS newer FROM film
        ) WHERE newer > ?
    )
"""
_BEGIN_RUN = "INSERT INTO run (started_ms, pid, pair, interval, sqlite) VALUES (?, ?, ?, ?, ?)"


def wall_ms() -> int:
    """This machine's clock, Unix milliseconds."""
    return time.time_ns() // 1_000_000


class SqliteJournal:
    """The journal in one SQLite file, for one writer at a time.

    ``pair`` and ``interval`` are the market of this run: what is written belongs to it, and ``recall`` tells
    of it. ``now`` gives this machine's time, noted beside the exchange's. Every method raises
    JournalError with what to do; after a failed ``write`` nothing of it is kept and the next one may succeed.

    When the disk is full, space set aside at the first start is given up, and ``trouble`` bars entries until
    it could be set aside again.
    """

    def __init__(
        self,
        path: Path,
        pair: str,
        interval: int,
        now: Callable[[], int] = wall_ms,
        reserve_bytes: int = RESERVE_BYTES,
        film_bytes: int = FILM_BYTES,
    ) -> None:
        self.path = path.absolute()
        self._market = pair, interval
        self._now = now
        self._connection: sqlite3.Connection | None = None
        self._film_bytes = film_bytes
        self._reserve = Reserve(self.path.with_name("journal.reserve"), reserve_bytes)
        self.trouble = ""
        prepare(self.path)
        self._lock = self._locked()
        try:
            connection = self._connection = self._sparing(lambda: connect(self.path), "opened")
            self._run = self._sparing(lambda: self._begin_run(connection), "written")
        except BaseException:
            self.close()
            raise
        self._fault = FaultMark(self.path.with_name("journal.fault"))
        self.tend()

    def tend(self) -> None:
        """Set the reserve aside, again if it was spent; to be called now and then."""
        self.trouble = "" if self._reserve.keep() else DISK_FULL

    def recall(self) -> Memory:
        """What a restart must know."""
        connection = self._open()
        try:
            return replace(recall(connection, *self._market), fault=self._fault.text)
        except sqlite3.Error as error:
            raise failure("read", self.path, error) from None
        except ValueError as error:
            raise distrusted(self.path, error) from None

    def write(self, records: Sequence[Record], candles: Sequence[Candle] = ()) -> None:
        """Append all of these or none; returns when they would survive a power cut."""
        connection = self._open()
        if not records and not candles:
            return
        try:
            self._sparing(lambda: self._append(connection, records, candles), "written")
        except JournalError as error:
            self._fault.set(str(error))
            raise
        if any(isinstance(record.body, RunChanged) for record in records):
            self._fault.clear()

    def film(self, moments: Sequence[Moment]) -> None:
        """Keep what the screen was given, oldest first; the oldest of all make room.

        It never touches the space set aside, and a failure marks nothing: orders do not depend on it.
        """
        connection = self._open()
        if not moments:
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_INSERT_REEL, (self._run, *reel_of(moments)))
            connection.execute(_OLD_REELS, (self._film_bytes,))
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back(connection)
            raise failure("written", self.path, error) from None

    def close(self) -> None:
        """Release the file and its lock. May be called again."""
        try:
            if self._connection is not None:
                self._connection.close()
        except sqlite3.Error as error:
            raise failure("closed", self.path, error) from None
        finally:
            self._connection = None
            self._lock.release()

    def _append(
        self, connection: sqlite3.Connection, records: Sequence[Record], candles: Sequence[Candle]
    ) -> None:
        wall, scope = self._now(), " ".join(map(str, self._market))
        try:
            connection.execute("BEGIN IMMEDIATE")
            for record in records:
                row = encode(record, scope)
                statement = _INSERT if isinstance(record.body, IntentMade) else _INSERT_NEW
                values = (row.kind, row.ident, row.cause, row.subject, row.body, row.seal)
                connection.execute(statement, (self._run, record.at_ms, wall, *values))
            rows = ((self._run, *candle_row(scope, candle)) for candle in candles)
            connection.executemany(_INSERT_CANDLE, rows)
            connection.execute("COMMIT")
        except BaseException:
            self._roll_back(connection)
            raise

    def _sparing(self, work: Callable[[], T], action: str) -> T:
        """Do it; on a full disk give up the reserve and do it once more."""
        try:
            try:
                return work()
            except sqlite3.Error as error:
                if not is_full(error) or not self._reserve.spend():
                    raise
            self.trouble = DISK_FULL
            return work()
        except sqlite3.Error as error:
            raise failure(action, self.path, error) from None

    def _locked(self) -> WriterLock:
        path = self.path.with_name(self.path.name + ".lock")
        try:
            return WriterLock(path)
        except OSError as error:
            raise JournalError(
                f"the journal cannot be locked: {error.strerror}; check the rights to its directory ({path})"
            ) from None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise JournalError(f"the journal is closed ({self.path})")
        return self._connection

    def _begin_run(self, connection: sqlite3.Connection) -> int:
        values = (self._now(), os.getpid(), *self._market, sqlite3.sqlite_version)
        return int(connection.execute(_BEGIN_RUN, values).lastrowid or 0)

    @staticmethod
    def _roll_back(connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            pass  # SQLite has rolled back by itself; the first error is the one to tell
