"""One program in its own process: it reads the candles, then runs whenever it is told to.

``python -m benchmarks.peers.contestant MODULE VARIANT FILE`` takes a request a line, JSON, and answers
likewise; with ``once`` behind it, it reads, runs and ends. Nothing but the standard library is imported here:
the interpreter is that of another environment.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

PERIOD = 20
FEE, CASH = 0.004, 1e9


class Contestant(Protocol):
    """Runs one rule, or one after the other, over the first ``rows`` candles of a file."""

    def load(self, path: Path) -> None:
        """Read the candles into what it computes with."""

    def run(self, period: int, rows: int) -> tuple[int, float]:
        """Positions entered, and the account's worth at the last close; its deepest fall is told too."""

    def sweep(self, periods: Sequence[int], rows: int) -> list[int]:
        """Positions entered under each period."""


def main(module: str, variant: str, path: Path, *, once: bool) -> None:
    """Serve until there are no more requests."""
    contestant = cast(Contestant, import_module(f"benchmarks.peers.{module}").contestant(variant))
    contestant.load(path)
    if once:
        _say(_timed(contestant, {"periods": [PERIOD], "rows": sys.maxsize}))
        return
    _say({"peak_mb": peak_mb()})
    for line in sys.stdin:
        _say(_timed(contestant, json.loads(line)))


def _timed(contestant: Contestant, request: dict[str, Any]) -> dict[str, Any]:
    periods, rows, worth = request["periods"], request["rows"], 0.0
    wall, cpu = time.perf_counter(), time.process_time()
    if len(periods) == 1:
        count, worth = contestant.run(periods[0], rows)
        trades = [count]
    else:
        trades = contestant.sweep(periods, rows)
    spent = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    return {**spent, "trades": [int(one) for one in trades], "worth": float(worth), "peak_mb": peak_mb()}


def peak_mb() -> float:
    """The most memory this process has had at a time: its own, not that of who started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), once=sys.argv[4:] == ["once"])
