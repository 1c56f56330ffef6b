"""The console against a minimal Textual app: start, memory, bytes and processor time, on a pty of 160x50."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.pty_meter import metered

RUNS = 7
FLOW_S = 20.0
MINIMAL = [sys.executable, "-m", "benchmarks.minimal_app"]


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        _start(Path(folder))
        for refresh, speed in ((1, 1), (4, 1), (4, 10)):
            _flow(Path(folder), refresh, speed)


def _console(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "tui_bot", "--state-dir", str(folder / "state"), *arguments]


def _start(folder: Path) -> None:
    """First frames in turn, so that both meet the same machine."""
    minimal: list[tuple[float, float]] = []
    console: list[tuple[float, float]] = []
    for _ in range(RUNS):
        minimal.append(_first_frame(MINIMAL, b"minimal app is ready"))
        console.append(_first_frame(_console(folder), b"position"))
    wall = [one[0] / other[0] for one, other in zip(console, minimal, strict=True)]
    memory = [one[1] / other[1] for one, other in zip(console, minimal, strict=True)]
    for name, rows in (("minimal Textual app", minimal), ("console", console)):
        ms, mb = median(row[0] for row in rows) * 1000, median(row[1] for row in rows)
        print(f"{name:<22} first frame {ms:6.0f} ms   peak RSS then {mb:5.1f} MB   n={RUNS}")
    ratios = f"wall {median(wall):.2f}x (goal 1.8)   RSS {median(memory):.2f}x (goal 1.3)"
    print(f"{'ratio, pair by pair':<22} {ratios}")


def _first_frame(command: list[str], text: bytes) -> tuple[float, float]:
    with metered(command) as program:
        program.read_for(20, until=text)
        last = program.settle(0.03)
        return last - program.started, program.peak_mb()


def _flow(folder: Path, refresh: int, speed: int) -> None:
    config = folder / "config.yaml"
    config.write_text(f"display:\n  refresh: {refresh}\n")
    with metered(_console(folder, "--config", str(config), "--speed", str(speed))) as program:
        program.read_for(20, until="▶ RUN".encode())
        program.read_for(5)
        begin, own, tree = time.monotonic(), program.cpu_s(tree=False), program.cpu_s(tree=True)
        program.read_for(FLOW_S)
        seconds = time.monotonic() - begin
        own, tree = program.cpu_s(tree=False) - own, program.cpu_s(tree=True) - tree
        rate = program.bytes_since(begin) / 1000 / seconds
        peak = program.peak_mb()
    print(
        f"{refresh} updates/s, demo x{speed:<2}   {rate:5.1f} kB/s   CPU {own / seconds * 100:4.1f} % "
        f"(with the box {tree / seconds * 100:4.1f} %)   peak RSS {peak:5.1f} MB"
    )
