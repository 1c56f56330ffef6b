"""The box's memory: an append-only file of facts, one JSON line per thing that happened, that survives kill -9.

A line torn by a crash is dropped whole: what was in it was never answered.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from tui_bot.paper.facts import ClockLeased, Fact, NonceUsed, decode, encode


class StateError(Exception):
    """The state file cannot be used; the text says why and what to do."""


class StateFile:
    """One box's file, locked while it is open. Raises StateError when it is in use or not a state file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StateError(f"cannot open {path}: {error.strerror}; name another --state file") from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._fd)
            raise StateError(f"{path} is in use by another box; stop that box or name another --state file") from None
        self.facts = self._read()

    def append(self, facts: Sequence[Fact]) -> None:
        """Writes facts as one line; returns when they are on the disk.

        Clock and nonce alone go to the operating system only: that survives the death of the process, and a lost one
        does no harm.
        """
        os.write(self._fd, (encode(facts) + "\n").encode())
        if not all(isinstance(fact, ClockLeased | NonceUsed) for fact in facts):
            os.fsync(self._fd)

    def close(self) -> None:
        """Gives the file free."""
        os.close(self._fd)

    def _read(self) -> list[Fact]:
        data = self._path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.ftruncate(self._fd, whole)
        facts: list[Fact] = []
        for number, line in enumerate(data[:whole].splitlines(), 1):
            try:
                facts += decode(line.decode())
            except (ValueError, TypeError, ArithmeticError) as error:
                raise StateError(
                    f"{self._path}, line {number}: not the state of a box ({error}); move the file away to start anew"
                ) from None
        return facts
