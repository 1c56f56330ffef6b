"""A week of exchange time, headless and trading, and what it does to memory.

The demo at its highest speed, in processes of its own, as a person would start it. Resident memory is
read from /proc, so this one is for Linux; it takes a quarter of an hour.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SPEED, DAYS = 600, 7
DAY_S = 86_400
SAMPLES_A_DAY = 12

CONFIG = """
strategy:
  period: 2
limits:
  orders_per_hour: 1000
  max_notional: 1000
"""


def main() -> None:
    """Print the table and the slope."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.yaml").write_text(CONFIG)
        with (folder / "said").open("wb") as said:
            bot = subprocess.Popen(_command(folder), stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            try:
                _follow(bot, folder)
            finally:
                bot.send_signal(signal.SIGTERM)
                bot.wait(30)


def _command(folder: Path) -> list[str]:
    options = ("--config", str(folder / "config.yaml"), "--state-dir", str(folder / "state"))
    command = (sys.executable, "-m", "tui_bot", "run", "--headless", "--json", "--mode", "demo")
    return [*command, "--speed", str(SPEED), *options]


def _follow(bot: subprocess.Popen[bytes], folder: Path) -> None:
    began = time.monotonic()
    samples: list[tuple[float, float, float]] = []
    print(f"{'day':>4} {'bot MB':>8} {'box MB':>8} {'journal MB':>11} {'bot CPU':>8}")
    for number in range(DAYS * SAMPLES_A_DAY + 1):
        due = began + number * DAY_S / SAMPLES_A_DAY / SPEED + 5
        time.sleep(max(0.0, due - time.monotonic()))
        if bot.poll() is not None:
            raise SystemExit(f"the bot ended: {(folder / 'said').read_text()[-400:]}")
        day = (time.monotonic() - began) * SPEED / DAY_S
        box = child(bot.pid)
        samples.append((day, resident_mb(bot.pid), resident_mb(box)))
        if number % SAMPLES_A_DAY == 0:
            journal = sum(path.stat().st_size for path in folder.glob("state/demo/journal*")) / 1e6
            share = _cpu_s(bot.pid) / (time.monotonic() - began) * 100
            print(f"{day:4.1f} {samples[-1][1]:8.1f} {samples[-1][2]:8.1f} {journal:11.1f} {share:7.0f}%")
            sys.stdout.flush()
    settled = [sample for sample in samples if sample[0] >= 1]
    for name, place in (("bot", 1), ("box", 2)):
        grows = slope([(sample[0], sample[place]) for sample in settled])
        print(f"slope of the {name} after the first day: {grows:+.3f} MB a day")


def resident_mb(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def child(pid: int) -> int:
    """The box, whichever thread started it."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        if children := (task / "children").read_text().split():
            return int(children[0])
    raise SystemExit("the bot has no box")


def slope(points: list[tuple[float, float]]) -> float:
    """Of a line through the points, by least squares."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


if __name__ == "__main__":
    main()
