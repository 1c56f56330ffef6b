"""What went wrong with the journal, in words that say what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tui_bot.engine.ports import JournalError

_WORDS = {
    sqlite3.SQLITE_FULL: "disk full; entries stop; free space and resume",
    sqlite3.SQLITE_IOERR: "the disk reports an error; entries stop; check disk and free space, then resume",
    sqlite3.SQLITE_READONLY: "it is read-only; give yourself the right to write to it and to its directory",
    sqlite3.SQLITE_PERM: "no permission; give yourself the right to write to it and to its directory",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check the rights to it and to its directory",
    sqlite3.SQLITE_BUSY: "another program has locked it; close that program and resume",
    sqlite3.SQLITE_LOCKED: "another program has locked it; close that program and resume",
    sqlite3.SQLITE_CONSTRAINT: "that order was recorded before; it is not sent again",
}
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_full(error: sqlite3.Error) -> bool:
    """Whether more space may mend it: a full disk shows as that, or as an error of input and output."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def failure(action: str, path: Path, error: sqlite3.Error) -> JournalError:
    """The error for a failed ``action`` ("read", "written", "opened") on the journal at ``path``."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _DAMAGED:
        return damaged(path, str(error))
    return JournalError(f"the journal cannot be {action}: {_WORDS.get(code, str(error))} ({path})")


def damaged(path: Path, detail: str) -> JournalError:
    """The error for a file that is no sound journal."""
    remedy = "move it aside with its -wal file and start again; what we hold is then asked of the exchange"
    return JournalError(f"the journal is damaged: {detail[:120]}; {remedy} ({path})")


def distrusted(path: Path, error: ValueError) -> JournalError:
    """The error for an entry that is damaged or of another version."""
    remedy = "upgrade tui-bot, or move the journal aside and start again: the exchange knows what we hold"
    return JournalError(f"the journal holds {error}; {remedy} ({path})")
