"""The journal of a state folder, opened for a bot."""

from __future__ import annotations

from pathlib import Path

from tui_bot.engine.handle import LaunchError
from tui_bot.engine.ports import JournalError
from tui_bot.journal.sqlite_journal import SqliteJournal

FAILED = 1


def open_journal(folder: Path, pair: str, interval: int) -> SqliteJournal:
    """The folder is made when it is not there. Raises LaunchError when it cannot be used."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return SqliteJournal(folder / "journal.sqlite", pair, interval)
    except OSError as error:
        text = f"the state folder {folder} cannot be used: {error.strerror}; choose another --state-dir"
        raise LaunchError(text, FAILED) from None
    except JournalError as error:
        raise LaunchError(f"{error}. No order was sent; what is at the exchange stays", FAILED) from None
