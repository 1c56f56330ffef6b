"""``python -m benchmarks [NAME ...]``: run all measurements but the week, or those named."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("handle", "journal_write", "latency", "throughput", "chart", "terminal", "history")
LONG = ("week",)


def main(names: list[str]) -> int:
    """Run each named module's ``main``."""
    unknown = [name for name in names if name not in NAMES + LONG]
    if unknown:
        print(f"no such measurement: {', '.join(unknown)}; there are {', '.join(NAMES + LONG)}")
        return 2
    for name in names or NAMES:
        print(f"\n== {name}")
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
