"""Lines for whoever reads our output, who may be slow, stuck or gone: nothing waits for a reader."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable

#: So many lines wait for a slow reader; further ones are counted and not printed.
MOST_WAITING = 5_000

#: Seconds that the last lines may take at the end.
END_S = 2.0


class Outlet:
    """Writes lines to a descriptor from a thread of its own.

    ``lost`` words how many lines in a row were not printed. The descriptor is written to directly: a buffered
    stream could not be let go of while its reader is stuck.
    """

    def __init__(
        self, descriptor: int, lost: Callable[[int], str], encoding: str = "utf-8", most: int = MOST_WAITING
    ) -> None:
        self._descriptor = os.dup(descriptor)
        self._lost = lost
        self._encoding = encoding
        self._most = most
        self._lines: deque[str] = deque()
        self._missing = 0
        self._ending = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="output", daemon=True)
        self._thread.start()

    def say(self, line: str) -> None:
        """Have a line printed, or counted."""
        with self._changed:
            if len(self._lines) >= self._most:
                self._missing += 1
                return
            if self._missing:
                self._lines.append(self._lost(self._missing))
                self._missing = 0
            self._lines.append(line)
            self._changed.notify()

    def end(self, line: str) -> None:
        """Print the last line, whatever waits; a reader that is stuck is not waited for."""
        with self._changed:
            if self._missing:
                self._lines.append(self._lost(self._missing))
            self._lines.append(line)
            self._ending = True
            self._changed.notify()
        self._thread.join(END_S)

    def _work(self) -> None:
        while (lines := self._next()) is not None:
            data = "".join(f"{line}\n" for line in lines).encode(self._encoding, "backslashreplace")
            try:
                while data:
                    data = data[os.write(self._descriptor, data) :]
            except OSError:
                break  # nobody reads any more
        with self._changed:
            self._most = 0

    def _next(self) -> list[str] | None:
        """What is to be printed next, None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._ending)
            lines = [self._lines.popleft() for _ in range(min(len(self._lines), 100))]
            return lines or None
