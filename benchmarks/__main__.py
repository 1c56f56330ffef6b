"""``python -m benchmarks [NAME ...]``: run all measurements but the long ones, or those named.

``goals`` stands for the terminal's: those that print G1 to G10. Wall times mean something on a quiet machine
only, so its load is printed beside them.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

GOALS = ("terminal", "chart", "keys", "burdened", "rows", "throughput")
NAMES = ("handle", "journal_write", "latency", *GOALS, "history")
LONG = ("screen_days", "week", "backtest")


def main(names: list[str]) -> int:
    """Run each named module's ``main``."""
    names = [part for name in names for part in (GOALS if name == "goals" else (name,))]
    unknown = [name for name in names if name not in NAMES + LONG]
    if unknown:
        print(f"no such measurement: {', '.join(unknown)}; there are goals, {', '.join(NAMES + LONG)}")
        return 2
    for name in names or NAMES:
        print(f"\n== {name} (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)", flush=True)
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
