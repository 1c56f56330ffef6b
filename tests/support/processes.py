"""Real processes: the exchange in a box, and the bot without a screen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

COMMAND = [sys.executable, "-P", "-m", "tui_bot"]
FIRST_MINUTE = 1_767_600_000


def alternating_history(path: Path, minutes: int) -> Path:
    """A market in which an average over two closes turns at nearly every candle."""
    rows = []
    for minute in range(minutes):
        price = 60_000 + (40 if minute % 4 < 2 else 0)
        rows.append(f"{FIRST_MINUTE + minute * 60},{price},{price},{price},{price},1.0,4\n")
    path.write_text("".join(rows))
    return path


class Process:
    """A command of ours in the background, ``under`` another one; ended with the test whatever happens."""

    def __init__(self, *arguments: str, env: dict[str, str] | None = None, under: Sequence[str] = ()) -> None:
        self.process = subprocess.Popen(
            [*under, *COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **(env or {})},
        )

    def line(self) -> str:
        """The next line it prints; empty when it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self, number: int = signal.SIGTERM, within: float = 10.0) -> tuple[int, str, str]:
        """Signal it and wait: exit code, rest of the output, complaints."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        # Not communicate: it does not know of lines that `line` has read ahead.
        with ThreadPoolExecutor(2) as readers:
            rest = [readers.submit(pipe.read) for pipe in (self.process.stdout, self.process.stderr) if pipe]
            try:
                code = self.process.wait(within)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
            out, err = ("", *(text.result() for text in rest))[-2:]
        return code, out, err

    def kill(self) -> None:
        """End it at once, as a power cut of the process would."""
        self.process.kill()
        self.process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            self.kill()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


class Box(Process):
    """``tui-bot exchange`` on a free port."""

    def __init__(self, *arguments: str) -> None:
        super().__init__("exchange", *arguments)
        line = self.line()
        assert line, self.process.stderr.read() if self.process.stderr else ""
        self.ready: dict[str, Any] = json.loads(line)

    def get(self, path: str) -> Any:
        """A public or box answer."""
        with urllib.request.urlopen(self.ready["rest"] + path, timeout=10) as answer:  # noqa: S310
            return json.loads(answer.read())

    def ledger(self) -> Any:
        """The truth."""
        return self.get("/box/ledger")


def write_config(path: Path, box: Box, *lines: str) -> Path:
    """A config file that points at a running box."""
    address = f'exchange:\n  rest: "{box.ready["rest"]}"\n  websocket: "{box.ready["websocket"]}"\n'
    path.write_text(address + "\n".join(lines) + "\n")
    return path


def bot(config: Path, state_dir: Path, *arguments: str, under: Sequence[str] = ()) -> Process:
    """``tui-bot run --headless --json``, started by another command where one is named."""
    places = ("--config", str(config), "--state-dir", str(state_dir))
    return Process("run", "--headless", "--json", *places, *arguments, under=under)


def journal(state_dir: Path, mode: str = "demo") -> list[dict[str, Any]]:
    """What ``tui-bot journal --json`` prints."""
    command: Sequence[str] = [*COMMAND, "journal", "--json", "--mode", mode, "--state-dir", str(state_dir)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def wait_for(condition: Callable[[], bool], within: float = 20.0, every: float = 0.1) -> bool:
    """Whether a condition came true in time."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(every)
    return condition()
