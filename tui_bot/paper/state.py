"""The box's memory: one file that survives restart and kill -9.

The first line, of fixed width and overwritten in place, holds the clock and the nonce; behind it stand the
facts, one JSON line per thing that happened. A line torn by a crash is dropped whole: what was in it was
never answered.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from pathlib import Path

from tui_bot.paper.facts import Fact, decode, encode

_FORMAT = "tui-bot box 1"
_HEAD_WIDTH = 128


class StateError(Exception):
    """The state file cannot be used; the text says why and what to do."""


class StateFile:
    """One box's file, locked while it is open. Raises StateError when it is in use or not a state file.

    `clock_ns` and `nonce` are what `mark` last wrote (0 in a new file), `facts` all that was appended.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.clock_ns = 0
        self.nonce = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StateError(f"cannot open {path}: {error.strerror}; name another --state file") from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._fd)
            remedy = "stop that box or name another --state file"
            raise StateError(f"{path} is in use by another box; {remedy}") from None
        try:
            self.facts = self._read()
        except StateError:
            os.close(self._fd)
            raise

    def append(self, facts: Sequence[Fact]) -> None:
        """Writes facts as one line; returns when they are on the disk. Raises StateError when that fails."""
        line = (encode(facts) + "\n").encode()
        try:
            if os.pwrite(self._fd, line, self._end) < len(line):
                raise OSError(0, "disk full")
            os.fsync(self._fd)
        except OSError as error:
            what = f"{self._path} cannot be written: {error.strerror}"
            raise StateError(f"{what}; make room and start again") from error
        self._end += len(line)

    def mark(self, clock_ns: int, nonce: int) -> None:
        """Notes clock and nonce. It outlives the process at once, and the machine with the next fact."""
        self.clock_ns, self.nonce = clock_ns, nonce
        head = json.dumps({"format": _FORMAT, "clock_ns": f"{clock_ns:020d}", "nonce": f"{nonce:020d}"})
        os.pwrite(self._fd, (head.ljust(_HEAD_WIDTH - 1) + "\n").encode(), 0)

    def close(self) -> None:
        """Gives the file free, all of it on the disk."""
        os.fsync(self._fd)
        os.close(self._fd)

    def _read(self) -> list[Fact]:
        data = self._path.read_bytes()
        self._end = max(_HEAD_WIDTH, data.rfind(b"\n") + 1)
        if not data:
            self.mark(0, 0)
            return []
        try:
            head = json.loads(data[:_HEAD_WIDTH])
            if head["format"] != _FORMAT:
                raise ValueError("another format")
            self.clock_ns, self.nonce = int(head["clock_ns"]), int(head["nonce"])
        except (ValueError, TypeError, KeyError) as error:
            raise self._foreign(1, error) from None
        if self._end < len(data):
            os.ftruncate(self._fd, self._end)
        facts: list[Fact] = []
        for number, line in enumerate(data[_HEAD_WIDTH : self._end].splitlines(), 2):
            try:
                facts += decode(line.decode())
            except (ValueError, TypeError, ArithmeticError) as error:
                raise self._foreign(number, error) from None
        return facts

    def _foreign(self, line: int, error: Exception) -> StateError:
        what = f"{self._path}, line {line}: not the state of a box ({error})"
        return StateError(f"{what}; move the file away to start anew")
