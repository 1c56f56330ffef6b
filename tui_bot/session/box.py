"""Starts an exchange in a box as a child process, and ends it with us."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from tui_bot.sanitise import sanitise

READY_S = 20.0


#: The box's exit code for a file or a port that it cannot use: trying again does not help.
REFUSED = 2

_SPEAKER = "tui-bot exchange: "


class BoxError(Exception):
    """The box did not start; the message carries its own words. ``retryable`` when time may mend it."""

    def __init__(self, message: str, retryable: bool = True) -> None:
        super().__init__(message)
        self.retryable = retryable


@dataclass(frozen=True, slots=True)
class Address:
    """Where an exchange listens. Without a WebSocket address the market is polled."""

    rest: str
    websocket: str | None


class ChildBox:
    """A box of our own. It ends when this process does, however that happens: it reads our pipe."""

    def __init__(self, process: subprocess.Popen[bytes], address: Address) -> None:
        self._process = process
        self.address = address

    @property
    def rest(self) -> str:
        """Its REST address."""
        return self.address.rest

    @classmethod
    def start(cls, options: Sequence[str]) -> ChildBox:
        """Run it on a free loopback port and wait until it is ready. Raises BoxError."""
        # -P: a folder named tui_bot where the person stands must not take our place.
        command = [sys.executable, "-P", "-m", "tui_bot.paper", "--port", "0", "--with-parent", *options]
        # Into a file: a pipe that nobody reads would stop the box once it is full.
        with tempfile.TemporaryFile() as complaints:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                start_new_session=True,
            )
            try:
                ready = _ready_line(process, complaints)
                return cls(process, Address(ready["rest"], ready.get("websocket")))
            except BaseException:
                with process:
                    process.kill()
                raise

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Let it save its ledger and end."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> ChildBox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def demo_options(speed: float, seed: int, state: Path | None, rates: str = "") -> list[str]:
    """A simulated market. ``rates`` is the verification level whose limits count; empty: none do."""
    return ["--speed", f"{speed:g}", "--seed", str(seed), *_state(state), *_rates(rates)]


def replay_options(speed: float, history: Path, state: Path | None, rates: str = "") -> list[str]:
    """A recorded market."""
    return ["--speed", f"{speed:g}", "--history", str(history), *_state(state), *_rates(rates)]


def _state(state: Path | None) -> list[str]:
    return ["--state", str(state)] if state else []


def _rates(rates: str) -> list[str]:
    return ["--rates", rates] if rates else []


def _ready_line(process: subprocess.Popen[bytes], complaints: IO[bytes]) -> dict[str, str]:
    line = _first_line(process.stdout)
    if line:
        ready: dict[str, str] = json.loads(line)
        return ready
    process.kill()
    code = process.wait()
    complaints.seek(0)
    complaint = complaints.read().decode(errors="replace").strip()
    said = complaint.splitlines()[-1].removeprefix(_SPEAKER) if complaint else "it did not get ready in time"
    raise BoxError(sanitise(said, 400), retryable=code != REFUSED)


def _first_line(stream: IO[bytes] | None) -> bytes:
    if stream is None:
        return b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        return stream.readline() if selector.select(READY_S) else b""
