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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")

#: What a program asks of its terminal at the start, and what a plain xterm answers.
_QUERIES = ((re.compile(rb"\x1b\[c"), b"\x1b[?1;2c"), (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"))


@dataclass
class Metered:
    """A running program."""

    pid: int
    terminal: int
    started: float
    output: list[tuple[float, bytes]] = field(default_factory=list)

    def read_for(self, seconds: float, until: bytes = b"") -> bool:
        """Read its output for some time, or until a text came; whether it came."""
        end = time.monotonic() + seconds
        seen = b"".join(part for _, part in self.output)
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.terminal], [], [], min(left, 0.05))[0]:
                continue
            try:
                part = os.read(self.terminal, 1 << 16)
            except OSError:
                return False
            self.output.append((time.monotonic(), part))
            self._answer(part)
            seen = (seen + part)[-1_000_000:]
            if until and until in seen:
                return True
        return False

    def settle(self, quiet: float = 0.1) -> float:
        """Read until it is silent for a moment; the time of its last byte."""
        while True:
            before = len(self.output)
            self.read_for(quiet)
            if len(self.output) == before:
                return self.output[-1][0] if self.output else time.monotonic()

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

    def _answer(self, part: bytes) -> None:
        for query, answer in _QUERIES:
            if query.search(part):
                os.write(self.terminal, answer)


@contextmanager
def metered(command: Sequence[str], columns: int = 160, lines: int = 50) -> Iterator[Metered]:
    """Run a command on a pty of this size; it is ended afterwards."""
    started = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.execvp(command[0], list(command))  # noqa: S606
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    program = Metered(pid, terminal, started)
    try:
        yield program
    finally:
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
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
