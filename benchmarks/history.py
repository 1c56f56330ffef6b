"""What reading years of candles costs: from text, from the ticks kept of it, and in memory.

ROWS="100000 5250000" measures these sizes. Times are of the processor, which a busy machine blurs least.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZES = (100_000, 1_000_000)
RUNS = 5

#: A process of its own: what it needs at most is this work's alone.
PROGRAM = """
import sys
from pathlib import Path
from benchmarks.history import measure
measure(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def main() -> None:
    """Print for each size: time from text, from ticks, against the SHA-256 of the text, and the peak."""
    sizes = tuple(int(rows) for rows in os.environ.get("ROWS", "").split()) or SIZES
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            path = Path(folder) / "XBTUSD_1.csv"
            # in a process of its own: a child inherits the peak of its parent
            subprocess.run([sys.executable, "-m", "benchmarks.candles", str(rows), str(path)], check=True)
            state = Path(folder) / str(rows)
            print(f"{rows:,} candles, {path.stat().st_size / 1e6:.1f} MB of text")
            subprocess.run([sys.executable, "-c", PROGRAM, str(path), str(state)], check=True)


def measure(path: Path, state: Path) -> None:
    """One size, in this process."""
    from tui_bot.backtest.library import open_history
    from tui_bot.backtest.reading import read_history
    from tui_bot.backtest.store.hashing import sha256_of

    raw = best(lambda: sha256_of(path))
    text = best(lambda: read_history(path))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first = best(lambda: open_history(str(path), state), 1)
    time.sleep(2.1)  # until both files are settled
    open_history(str(path), state)
    kept = best(lambda: open_history(str(path), state))
    print(f"  hash alone  {raw * 1e3:9.2f} ms")
    print(f"  text        {text * 1e3:9.2f} ms   {text / raw:6.1f} times the hash alone, peak {peak:.0f} MB")
    print(f"  and kept    {first * 1e3:9.2f} ms   hashed, written to disk, mapped")
    print(f"  ticks       {kept * 1e3:9.2f} ms   {kept / text:.5f} times text")


def best(work: Callable[[], object], runs: int = RUNS) -> float:
    """Seconds of the processor that the fastest of some runs took."""
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return min(seconds)
