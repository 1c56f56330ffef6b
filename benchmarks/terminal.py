"""The console at 160x50 against a minimal Textual app, btop and htop: start, memory, bytes, processor.

All in one run, in turn, so that they meet the same machine. Bytes do not depend on it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from statistics import median

from benchmarks.emulated import needed_bytes
from benchmarks.figures import verdict
from benchmarks.product import product
from benchmarks.pty_meter import metered

RUNS = 9
FLOW_S, WARM_S = 20.0, 5.0
MINIMAL = [sys.executable, "-m", "benchmarks.minimal_app"]
REAL_TIME = ("--speed", "1")  # else the demo's market goes ten times as fast
RUNNING = "▶ RUN".encode()


@dataclass(frozen=True)
class Flow:
    """A program at work: bytes a second, those that what changed needed, percent of a core, MB."""

    sent: float
    needed: float
    frames: float
    cpu: float
    tree: float
    peak: float

    def line(self, name: str) -> str:
        """One row of the table."""
        times = f"{self.sent / self.needed:5.2f}x what changed" if self.needed else "                  "
        return (
            f"{name:<34} {self.sent / 1000:6.2f} kB/s  {times}  {self.frames:4.1f} frames/s  "
            f"CPU {self.cpu:4.1f} % (with children {self.tree:4.1f} %)  peak RSS {self.peak:5.1f} MB"
        )


def main() -> None:
    """Print the tables, then the goals."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = _start(folder)
        four = _flow(product(folder / "four", _at(4)), "console, 4 updates/s")
        _flow(product(folder / "ten", _at(10)), "console, 10 updates/s")
        stock = _flow(product(folder / "stock", _at(4, "stock")), "the same at 4/s, stock output")
        shared = _tmux(folder)
        calm = _flow(product(folder / "calm", _at(4), *REAL_TIME), "console, 4 updates/s, real time")
        slow = _flow(product(folder / "slow", _at(1), *REAL_TIME), "console, 1 update/s, real time")
        peers = {name: _peer(name) for name in ("btop", "htop")}
    print("\n".join(found))
    print(verdict("G2", "peak RSS while it trades", four.peak, "MB", 80))
    print(verdict("G3", "4 updates/s", four.sent / 1000, "kB/s", 3.5))
    print(verdict("G3", "4 updates/s, to what changed", four.sent / four.needed, "x", 1.5))
    print(verdict("G3", "Textual's own output, to ours", stock.sent / four.sent, "x", 3, least=True))
    if btop := peers["btop"]:
        print(verdict("G3", "4 updates/s, to btop's", four.sent / btop.sent, "x", 0.35))
    print(verdict("G4", "1 update/s, real time", slow.sent / 1000, "kB/s", 1.2))
    if shared:
        print(verdict("G4", "4 updates/s, what tmux passes on", shared.sent / 1000, "kB/s", 2.5))
    print(verdict("G5", "4 updates/s, real time, engine and all", calm.cpu, "% CPU", 4))
    print(verdict("G5", "1 update/s, real time, engine and all", slow.cpu, "% CPU", 1.5))


def _at(refresh: int, output: str = "lean") -> str:
    return f"display:\n  refresh: {refresh}\n  output: {output}\n"


def _start(folder: Path) -> list[str]:
    """First frames in turn, so that both meet the same machine; the goals."""
    rows: dict[str, list[tuple[float, float, float]]] = {"minimal Textual app": [], "console": []}
    for number in range(RUNS + 1):
        minimal = _first_frame(MINIMAL, b"minimal app is ready")
        console = _first_frame(product(folder / "start"), b"position")
        if number:  # the first of each only warms the caches
            rows["minimal Textual app"].append(minimal)
            rows["console"].append(console)
    for name, values in rows.items():
        wall, cpu, peak = (median(row[place] for row in values) for place in range(3))
        times = f"first frame {wall * 1000:5.0f} ms, CPU {cpu * 1000:5.0f} ms"
        print(f"{name:<34} {times}, peak RSS {peak:5.1f} MB  n={RUNS}")
    pairs = list(zip(rows["console"], rows["minimal Textual app"], strict=True))
    wall, cpu, peak = (median(one[place] / other[place] for one, other in pairs) for place in range(3))
    return [
        verdict("G1", "first frame, to the minimal app's", wall, "x wall", 1.8),
        verdict("G1", "first frame, to the minimal app's", cpu, "x CPU", 1.6),
        verdict("G2", "peak RSS at the first frame, to its", peak, "x", 1.3),
    ]


def _first_frame(command: list[str], text: bytes) -> tuple[float, float, float]:
    with metered(command) as program:
        program.read_for(20, until=text)
        last = program.settle(0.03)
        return last - program.started, program.cpu_s(tree=False), program.peak_mb()


def _flow(
    command: Sequence[str], name: str, environment: Mapping[str, str] | None = None, until: bytes = RUNNING
) -> Flow:
    with metered(command, environment=environment) as program:
        if until:
            program.read_for(20, until=until)
        program.read_for(WARM_S)
        begin, own, tree = time.monotonic(), program.cpu_s(tree=False), program.cpu_s(tree=True)
        program.read_for(FLOW_S)
        seconds = time.monotonic() - begin
        own, tree = program.cpu_s(tree=False) - own, program.cpu_s(tree=True) - tree
        peak = program.peak_mb()
        before = [part for part in program.output if part[0] <= begin]
        after = [part for part in program.output if part[0] > begin]
    frames, needed = needed_bytes(before, after)
    sent = sum(len(part) for _, part in after)
    flow = Flow(
        sent / seconds, needed / seconds, frames / seconds, own / seconds * 100, tree / seconds * 100, peak
    )
    print(flow.line(name), flush=True)
    return flow


def _tmux(folder: Path) -> Flow | None:
    """What tmux sends to its client: what crosses the network when the console runs in it."""
    path = which("tmux")
    if path is None:
        print(f"{'tmux':<34} not installed: left out")
        return None
    command = [
        path,
        "-L",
        f"bench-{folder.name}",
        "-f",
        "/dev/null",
        "new-session",
        *product(folder / "tmux", _at(4)),
    ]
    try:
        return _flow(command, "console in tmux, 4 updates/s")
    finally:
        subprocess.run([path, "-L", f"bench-{folder.name}", "kill-server"], capture_output=True, check=False)


def _peer(name: str) -> Flow | None:
    path = which(name)
    if path is None:
        print(f"{name:<34} not installed: left out")
        return None
    with tempfile.TemporaryDirectory() as home:
        return _flow([path], f"{name}, as it comes", {"HOME": home}, until=b"")


if __name__ == "__main__":
    main()
