"""A terminal that stops reading stops no trading (F100, I31); a hang-up then still ends in order."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.processes import COMMAND, Box, journal, wait_for, write_config

pytestmark = pytest.mark.terminal

STALL_S = float(os.environ.get("STALL", "8"))


@contextmanager
def console(arguments: list[str]) -> Iterator[tuple[int, int]]:
    """The console on a pty that nobody reads unless asked: (pid, terminal)."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color")
        os.execv(COMMAND[0], [*COMMAND, *arguments])  # noqa: S606
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    try:
        yield pid, terminal
    finally:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.close(terminal)


def read_until(terminal: int, wanted: bytes, within: float) -> bytes:
    """Read what the console writes until a text has come."""
    seen, end = b"", time.monotonic() + within
    while wanted not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 65_536)
    return seen


def decided(state: Path) -> int:
    """How many candles the journal shows as judged."""
    return sum(entry["kind"] == "decision" for entry in journal(state))


@pytest.mark.timeout(120)
def test_a_stalled_terminal_stops_no_trading(tmp_path: Path) -> None:
    with Box("--speed", "60", "--seed", "24") as box:
        config = write_config(tmp_path / "config.yaml", box, "display:", "  refresh: 10")
        state = tmp_path / "state"
        with console(["--config", str(config), "--state-dir", str(state)]) as (pid, terminal):
            assert b"RUN" in read_until(terminal, "▶ RUN".encode(), within=20)
            assert wait_for(lambda: decided(state) >= 1)
            before = decided(state)
            time.sleep(STALL_S)
            after = decided(state)
            assert after - before >= STALL_S * 0.7, f"only {after - before} candles were judged in the stall"
            os.kill(pid, signal.SIGHUP)
            assert wait_for(lambda: os.waitpid(pid, os.WNOHANG)[0] == pid, within=5)
        last = journal(state)[-1]
        assert last["kind"] != "intent"


def by_hand(state: Path) -> list[str]:
    """The orders that a person sent."""
    entries = [entry for entry in journal(state) if entry["kind"] == "intent"]
    return [entry["side"] for entry in entries if entry["origin"] == "manual"]


def clog(terminal: int) -> None:
    """Fill what lies between the console and a terminal that reads nothing, as a link that hangs does."""
    for rows in (49, 50) * 8:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 160, 0, 0))
        time.sleep(0.2)


@pytest.mark.timeout(120)
def test_s23_a_key_typed_at_a_stalled_terminal_sends_no_order_but_pauses(tmp_path: Path) -> None:
    with Box("--speed", "60", "--seed", "24") as box:
        config = write_config(tmp_path / "config.yaml", box, "display:", "  refresh: 10")
        state = tmp_path / "state"
        with console(["--config", str(config), "--state-dir", str(state)]) as (_pid, terminal):
            assert b"RUN" in read_until(terminal, "▶ RUN".encode(), within=20)
            os.write(terminal, b"b")
            read_until(terminal, b"override", within=10)
            os.write(terminal, b"\t" * 5 + b"\r")
            read_until(terminal, b"Send BUY", within=10)
            clog(terminal)
            time.sleep(STALL_S / 2)
            os.write(terminal, b"y")
            time.sleep(STALL_S / 2)
            assert by_hand(state) == []
            shown = read_until(terminal, b"stood still", within=10)
            assert b"stood still" in shown
            assert by_hand(state) == []
            clog(terminal)
            time.sleep(STALL_S / 4)
            os.write(terminal, b"p")
            read_until(terminal, b"PAUSED", within=10)
            assert wait_for(lambda: any(entry["kind"] == "run" for entry in journal(state)))
            read_until(terminal, b"no such text", within=2)
            os.write(terminal, b"b")
            read_until(terminal, b"override", within=10)
            os.write(terminal, b"\t" * 5 + b"\r")
            read_until(terminal, b"Send BUY", within=10)
            os.write(terminal, b"y")
            assert wait_for(lambda: by_hand(state) == ["buy"]), "a key that is typed with eyes open sends it"
