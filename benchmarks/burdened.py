"""Milliseconds from a key to the screen beside an engine that computes half of the time, and in a flood.

Our engine has a thread of the console's process and shares its interpreter; its decisions take microseconds.
So there are three rows of that: as it is; with as much work in a process of its own, where a heavy engine
would have to go; and with 5 ms for every quote in the engine's thread, as a slow strategy would take.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from benchmarks.figures import percentile, verdict
from benchmarks.keys import LOG, MESSAGES_S, Answers, press
from benchmarks.product import feed, product
from benchmarks.pty_meter import metered
from tui_bot import cli
from tui_bot.engine.bot import Bot
from tui_bot.engine.events import Event, Quoted

WORK_S = 0.005
FLOOD = 20_000  # messages a second
INSIDE, BESIDE = "--inside", "--beside"


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name, feed(MESSAGES_S) as addresses:
        folder = Path(name)
        plain = _keys(product(folder / "plain", addresses))
        print(plain.line(f"console, {MESSAGES_S} messages/s"))
        with subprocess.Popen([sys.executable, "-m", "benchmarks.burdened", BESIDE]) as burner:
            beside = _keys(product(folder / "beside", addresses))
            burner.kill()
        print(beside.line("half a core of work in another process"))
        inside = _keys(_slow(product(folder / "inside", addresses)))
        print(inside.line(f"{WORK_S * 1000:.0f} ms a quote in the engine's thread"))
    with tempfile.TemporaryDirectory() as name, feed(FLOOD) as addresses:
        flooded = _keys(product(Path(name), addresses))
    print(flooded.line(f"console, {FLOOD} messages/s"))
    for what, found in (("work in a process", beside), (f"engine at {inside.cpu:.0f} % CPU", inside)):
        for share, goal in ((50, 8), (99, 75)):
            print(verdict("G8", f"key, {what}, p{share}", percentile(found.times, share), "ms", goal))
    print(verdict("G10", f"key, {FLOOD} messages/s, p50", percentile(flooded.times, 50), "ms", 10))


def _slow(command: list[str]) -> list[str]:
    """The same console with a slow engine."""
    options = command[command.index("tui_bot") + 1 :]
    return [sys.executable, "-m", "benchmarks.burdened", INSIDE, *options]


def _keys(command: list[str]) -> Answers:
    with metered(command) as program:
        program.read_for(20, until="▶ RUN".encode())
        program.read_for(4)
        return press(program, LOG)


def _burn() -> None:
    """Compute, in Python as a strategy would."""
    end = time.thread_time() + WORK_S
    while time.thread_time() < end:
        pass


def _burn_half() -> None:
    while True:
        _burn()
        time.sleep(WORK_S)


def _run_slow(options: list[str]) -> int:
    """The product, its engine computing at every quote."""
    handle = Bot.handle

    def slowly(bot: Bot, event: Event) -> object:
        if isinstance(event, Quoted):
            _burn()
        return handle(bot, event)

    with patch.object(Bot, "handle", slowly):
        return cli.main(options)


if __name__ == "__main__":
    if sys.argv[1:2] == [BESIDE]:
        _burn_half()
    if sys.argv[1:2] == [INSIDE]:
        sys.exit(_run_slow(sys.argv[2:]))
    main()
