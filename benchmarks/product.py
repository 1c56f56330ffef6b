"""The console as a person starts it, and a lively exchange for it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui_bot.paper.remote import visit
from tui_bot.session.box import ChildBox, demo_options


def product(folder: Path, config: str = "", *options: str) -> list[str]:
    """The command: with a state folder of its own and this config."""
    folder.mkdir(exist_ok=True)
    (folder / "config.yaml").write_text(config)
    places = ("--config", str(folder / "config.yaml"), "--state-dir", str(folder / "state"))
    return [sys.executable, "-P", "-m", "tui_bot", *places, *options]


@contextmanager
def feed(rate: int) -> Iterator[str]:
    """An exchange that pushes so many messages a second; the config that points to it."""
    with ChildBox.start(demo_options(1, 7, None)) as box:
        ahead_ms = visit(box.rest, timeout=10).now_ms - time.monotonic_ns() // 1_000_000
        command = [sys.executable, "-m", "benchmarks.flood", str(rate), str(ahead_ms)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as flood:
            assert flood.stdout is not None
            try:
                port = int(flood.stdout.readline())
                yield f'exchange:\n  rest: "{box.rest}"\n  websocket: "ws://127.0.0.1:{port}"\n'
            finally:
                flood.kill()
