"""The closed candles that tui-bot itself recorded, read from its journal as OHLCVT rows.

The journal is an SQLite file with a table `candle`: market (`BTC/USD 60`: pair and seconds), begin in Unix
seconds, open, high, low, close and volume as text, trades, and a seal, the CRC32 of what stands before it
joined by blanks. Of two rows of one candle the later counts. It is read only, also while it is written.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

_MAGIC = b"SQLite format 3\x00"
_APPLICATION_ID = 0x74626F74
_NEWEST_MARKET = "SELECT market FROM candle ORDER BY seq DESC LIMIT 1"
_ROWS = """
    SELECT seq, market, begin, open, high, low, close, volume, trades, seal FROM candle
    WHERE seq IN (SELECT max(seq) FROM candle WHERE market = ? GROUP BY begin) ORDER BY begin
"""
_REMEDY = "name a journal of tui-bot or a Kraken OHLCVT file"


class RecordingError(Exception):
    """A journal that cannot be played; the text names file, row and remedy."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The market recorded last: its pair, its interval in minutes, and (row, OHLCVT line) by time."""

    symbol: str
    interval: int
    lines: tuple[tuple[int, str], ...]


def is_recording(path: Path) -> bool:
    """Whether it is an SQLite file. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def read_recording(path: Path) -> Recording:
    """What a journal holds. Raises RecordingError."""
    try:
        with closing(_connect(path)) as connection:
            _check(connection, path)
            found = connection.execute(_NEWEST_MARKET).fetchone()
            if found is None:
                what = "no candle was recorded yet"
                raise RecordingError(f"{path}: {what}; let the bot run on it for a while, or {_REMEDY}")
            market = str(found[0])
            rows = connection.execute(_ROWS, (market,)).fetchall()
    except sqlite3.Error as error:
        raise RecordingError(f"{path}: cannot be read ({error}); {_REMEDY}") from None
    symbol, _, seconds = market.rpartition(" ")
    if not seconds.isdigit() or int(seconds) % 60 or not int(seconds):
        raise RecordingError(f"{path}: {market!r} is no market; {_REMEDY}")
    return Recording(symbol, int(seconds) // 60, tuple((seq, _line(path, seq, row)) for seq, *row in rows))


def _connect(path: Path) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=1.0)
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if path.with_name(path.name + "-wal").exists():
            raise
        # nobody writes it, and this user may not even make the files that sharing needs
        connection = sqlite3.connect(uri + "&immutable=1", uri=True)
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION_ID:
        raise RecordingError(f"{path}: an SQLite file, but no journal of tui-bot; {_REMEDY}")
    if not connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'candle'").fetchone()[0]:
        what = "of an older version, which recorded no candles"
        raise RecordingError(f"{path}: {what}; let the bot run on it for a while, or {_REMEDY}")


def _line(path: Path, seq: int, row: list[object]) -> str:
    *values, seal = row
    if crc32(" ".join(map(str, values)).encode()) != seal:
        what = f"{path}, row {seq} of candle: damaged, its checksum does not fit"
        raise RecordingError(f"{what}; name a sound copy or another file")
    return ",".join(map(str, values[1:]))
