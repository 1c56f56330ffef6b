"""What is wrong with a history, said so that it can be mended."""

from __future__ import annotations

from pathlib import Path

from tui_bot.sanitise import sanitise


class HistoryError(Exception):
    """A history that cannot be believed or found; the text names file, place and remedy."""

    #: Of the command that ends by it.
    exit_code = 1


class HistoryUsage(HistoryError):
    """The same, where what was asked for is wrong or not enough."""

    exit_code = 2


class HistoryBusy(HistoryError):
    """The same, for what passes: somebody else is at it right now."""

    exit_code = 3


class Fault(Exception):
    """What is wrong in one row, and what to do; who reads the file adds its name and the line."""

    def __init__(self, what: str, remedy: str, row: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        #: Rows after the first of the block that was looked at.
        self.row = row

    def at(self, path: Path, place: str) -> HistoryError:
        """The error for a person; ``place`` is ``line 12``."""
        return HistoryError(f"{path}, {place}: {self.what}; {self.remedy}")


def shown(cell: str) -> str:
    """A cell of a file as it may be shown."""
    return f"'{sanitise(cell, 40)}'"
