"""Runs a terminal program on a pty and meters it from outside: bytes, processor time, memory."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS, LINES = 160, 50

#: What a program asks of its terminal at the start, and what one that can draw a frame at once answers.
_QUERIES = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?1;2c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
)

#: Left out of the program's environment: they would change what is measured.
_UNWANTED = ("PYTHONDONTWRITEBYTECODE", "COLUMNS", "LINES", "NO_COLOR", "TMUX")

_LINK_STEP_S = 0.005


@dataclass
class Metered:
    """A running program. ``link`` is how many bytes a second its terminal takes, None for all."""

    pid: int
    terminal: int
    started: float
    link: float | None = None
    output: list[tuple[float, bytes]] = field(default_factory=list)

    def read_for(self, seconds: float, until: bytes = b"") -> bool:
        """Read its output for some time, or until a text came; whether it came."""
        end = time.monotonic() + seconds
        seen = b"".join(part for _, part in self.output) if until else b""
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.terminal], [], [], min(left, 0.05))[0]:
                continue
            part = self._read()
            if part is None:
                return False
            if until:
                seen = (seen + part)[-1_000_000:]
                if until in seen:
                    return True
        return False

    def settle(self, quiet: float = 0.1) -> float:
        """Read until it is silent for a moment; the time of its last byte."""
        while True:
            before = len(self.output)
            self.read_for(quiet)
            if len(self.output) == before:
                return self.output[-1][0] if self.output else time.monotonic()

    def type(self, key: bytes) -> float:
        """Press a key; when that was."""
        os.write(self.terminal, key)
        return time.monotonic()

    def bytes_since(self, moment: float) -> int:
        """How much it wrote after a moment."""
        return sum(len(part) for at, part in self.output if at > moment)

    def cpu_s(self, tree: bool) -> float:
        """Processor seconds so far, of it alone or with its children."""
        pids = [self.pid, *descendants(self.pid)] if tree else [self.pid]
        return sum(_cpu_s(pid) for pid in pids)

    def peak_mb(self) -> float:
        """The most memory it held, in MB, its children left out."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def _read(self) -> bytes | None:
        most = 1 << 16 if self.link is None else max(int(self.link * _LINK_STEP_S), 1)
        try:
            part = os.read(self.terminal, most)
        except OSError:
            return None
        self.output.append((time.monotonic(), part))
        for query, answer in _QUERIES:
            if query.search(part):
                os.write(self.terminal, answer)
        if self.link is not None:
            time.sleep(len(part) / self.link)
        return part


@contextmanager
def metered(
    command: Sequence[str], *, link: float | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Metered]:
    """Run a command on a pty; it is ended afterwards."""
    started = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        for name in _UNWANTED:
            os.environ.pop(name, None)
        os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", **(environment or {})})
        os.execvp(command[0], list(command))  # noqa: S606
    program = Metered(pid, terminal, started, link)
    try:
        yield program
    finally:
        program.link = None
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 8
        while os.waitpid(pid, os.WNOHANG)[0] == 0:
            program.read_for(0.05)
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
        os.close(terminal)


def descendants(pid: int) -> list[int]:
    """The children of a process and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def _cpu_s(pid: int) -> float:
    """By the scheduler's count of each thread: finer than the clock ticks of ``stat``."""
    total = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(task.read_text().split()[0])
        except OSError:
            continue
    return total / 1e9
