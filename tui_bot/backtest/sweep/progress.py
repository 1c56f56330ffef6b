"""The cells of a sweep that are done, kept so that an interrupted one goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from tui_bot.backtest.history import History
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.sweep.outcome import Outcome, from_row, to_row
from tui_bot.backtest.terms import Terms

#: Raised when the numbers that a cell comes to change.
VERSION = 2


class Done:
    """A file of outcomes, one a line, for one stretch of one history on the same terms.

    A torn last line is left out and written over; any other that cannot be read is skipped: its cell is run
    again.
    """

    def __init__(self, folder: Path, history: History, terms: Terms) -> None:
        self.path = folder / f"{_name(history, terms)}.jsonl"
        self.outcomes: dict[Rule, Outcome] = {}
        self._file: TextIO | None = None

    def read(self) -> dict[Rule, Outcome]:
        """What is there. Raises OSError."""
        if self.path.exists():
            for line in self.path.read_text("utf-8", "replace").splitlines():
                outcome = _outcome(line)
                if outcome is not None:
                    self.outcomes[outcome.rule] = outcome
        return self.outcomes

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Keep these; they are on disk when this returns. Raises OSError."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a", encoding="utf-8")
            if self._file.tell() and not self.path.read_bytes().endswith(b"\n"):
                self._file.write("\n")
        for outcome in outcomes:
            self.outcomes[outcome.rule] = outcome
            self._file.write(json.dumps(to_row(outcome)) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Nothing more is kept."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _outcome(line: str) -> Outcome | None:
    try:
        return from_row(json.loads(line))
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _name(history: History, terms: Terms) -> str:
    what = [VERSION, history.digest, history.pair, history.interval, str(history.tick), len(history)]
    edges = [int(history.begin[0]), history.end] if len(history) else []
    text = json.dumps([*what, *edges, history.filled, asdict(terms)], default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
