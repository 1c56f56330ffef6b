"""Commands in places of their own: a config and a state folder."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.processes import COMMAND, Process
from tui_bot.journal.reader import Entry, read

OK, FAILED, USAGE, RETRYABLE = 0, 1, 2, 3

#: A minute in a tenth of a second.
SPEED = "600"

#: Settings of a bot that trades at nearly every turn.
TRADING = ("strategy:", "  period: 2", "limits:", "  orders_per_hour: 1000", "  max_notional: 1000")


def said(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that is expected to end by itself."""
    return subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, **(env or {})},
    )


def headless(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """``tui-bot run --headless`` that is expected to end by itself."""
    return said("run", "--headless", "--json", *arguments, env=env)


def expect(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """The exit code, the words in order on standard error, and no traceback anywhere."""
    shown = done.stdout + done.stderr
    assert done.returncode == code, shown
    assert "Traceback" not in shown, shown
    assert "urlopen" not in shown, shown
    place = 0
    for word in words:
        found = done.stderr.find(word, place)
        assert found >= 0, f"{word!r} is not in {done.stderr!r} (after {place})"
        place = found + len(word)


def arguments_of(place: Path) -> tuple[str, ...]:
    """What points a command at a place."""
    return ("--config", str(place / "config.yaml"), "--state-dir", str(place / "state"))


def journal_file(place: Path) -> Path:
    """The journal of a place."""
    return place / "state" / "demo" / "journal.sqlite"


def entries(place: Path) -> list[Entry]:
    """What the journal of a place holds."""
    return list(read(journal_file(place)))


def read_until(running: Process, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first line of its JSON that is wanted."""
    while line := running.line():
        entry: dict[str, Any] = json.loads(line)
        if wanted(entry):
            return entry
    raise AssertionError(running.end())
