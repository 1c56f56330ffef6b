"""The console as a process on a real pty: signals, the farewell, and what is imported when."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = b"BTC/USD"


@dataclass
class Terminal:
    """A pty with the stage's console on it."""

    pid: int
    handle: int

    def read(self, seconds: float, until: bytes = b"\x00never") -> bytes:
        """What is written, for so long or until a text is seen."""
        end, found = time.monotonic() + seconds, b""
        while time.monotonic() < end and until not in found:
            if select.select([self.handle], [], [], 0.05)[0]:
                try:
                    found += os.read(self.handle, 65536)
                except OSError:
                    break
        return found

    def ended_within(self, seconds: float, read: bool) -> tuple[int | None, bytes]:
        """The exit code, and what was written meanwhile."""
        end, found = time.monotonic() + seconds, b""
        while time.monotonic() < end:
            found += self.read(0.05) if read else b""
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status), found + (self.read(0.3) if read else b"")
            time.sleep(0.02)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return None, found


def start(*options: str, **environment: str) -> Terminal:
    """Start it at 100x30, in an environment with these changes."""
    pid, handle = pty.fork()
    if pid == 0:  # pragma: no cover - another process
        os.environ.update(TERM="xterm-256color", PYTHONPATH=str(ROOT), COLUMNS="40", LINES="10")
        os.environ.update(environment)
        os.execv(sys.executable, [sys.executable, str(ROOT / "tests/console/stage.py"), *options])  # noqa: S606
    fcntl.ioctl(handle, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    return Terminal(pid, handle)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_is_an_orderly_stop(number: signal.Signals, code: int) -> None:
    terminal = start()
    shown = terminal.read(10, until=SHOWN)
    assert SHOWN in shown
    os.kill(terminal.pid, number)
    ended, tail = terminal.ended_within(5, read=True)
    assert ended == code
    assert b"\x1b[?1049l" in tail
    assert b"Left at the exchange: SHORT 0.0010 BTC" in tail.rpartition(b"\x1b[?1049l")[2]


def test_a_terminal_that_is_gone() -> None:
    terminal = start()
    terminal.read(10, until=SHOWN)
    os.close(terminal.handle)
    ended, _ = terminal.ended_within(5, read=False)
    assert ended == 129


@pytest.mark.slow
def test_a_terminal_that_stopped_reading() -> None:
    terminal = start("--updates", "10", "--rate", "60")
    terminal.read(10, until=SHOWN)
    time.sleep(15)
    os.kill(terminal.pid, signal.SIGTERM)
    ended, _ = terminal.ended_within(5, read=False)
    assert ended == 143
    with contextlib.suppress(OSError):
        os.close(terminal.handle)


def test_a_refused_launch_says_why_and_gives_its_code() -> None:
    program = (
        "from tui_bot.console.run import run_console\n"
        "from tui_bot.engine.handle import LaunchError\n"
        "def launch(): raise LaunchError('config.yaml: no such pair', 2)\n"
        "raise SystemExit(run_console(launch, mode='live'))\n"
    )
    pid, handle = pty.fork()
    if pid == 0:  # pragma: no cover - another process
        os.chdir(ROOT)
        os.environ["TERM"] = "screen"
        os.execv(sys.executable, [sys.executable, "-c", program])  # noqa: S606
    code, tail = Terminal(pid, handle).ended_within(10, read=True)
    assert code == 2
    assert b"no such pair" in tail.rpartition(b"\x1b[?1049l")[2]


def test_nothing_heavy_is_imported_before_the_first_frame() -> None:
    program = (
        "import sys, tui_bot.console.app; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"pydantic", "httpx", "ruamel", "plotext", "sqlite3", "websockets", "starlette", "numpy", "json"}
    assert not heavy & set(done.stdout.split())
