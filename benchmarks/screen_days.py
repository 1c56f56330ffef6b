"""Two days of exchange time on the screen, trading, and what they do to memory.

The console as a person starts it, on a pty that is read, the demo at its highest speed; it takes five
minutes. Resident memory is read from /proc. The first day, in which the log fills, is left out of the slope.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.figures import verdict
from benchmarks.product import product
from benchmarks.pty_meter import metered
from benchmarks.week import CONFIG, DAY_S, SPEED, child, resident_mb, slope

DAYS, FILLING = 2, 1
SAMPLES_A_DAY, SHOWN_A_DAY = 96, 6


def main() -> None:
    """Print the table and the slopes."""
    with (
        tempfile.TemporaryDirectory() as folder,
        metered(product(Path(folder) / "days", CONFIG, "--speed", str(SPEED))) as program,
    ):
        program.read_for(20, until="▶ RUN".encode())
        box, began = child(program.pid), time.monotonic()
        samples: list[tuple[float, float, float]] = []
        print(f"{'hour':>5} {'console MB':>11} {'box MB':>8} {'sent MB':>8}")
        for number in range(1, DAYS * SAMPLES_A_DAY + 1):
            program.read_for(began + number * DAY_S / SAMPLES_A_DAY / SPEED - time.monotonic())
            day = (time.monotonic() - began) * SPEED / DAY_S
            samples.append((day, resident_mb(program.pid), resident_mb(box)))
            if number % (SAMPLES_A_DAY // SHOWN_A_DAY) == 0:
                sent = sum(len(part) for _, part in program.output) / 1e6
                print(f"{day * 24:5.1f} {samples[-1][1]:11.1f} {samples[-1][2]:8.1f} {sent:8.2f}", flush=True)
    settled = [sample for sample in samples if sample[0] >= FILLING]
    for name, place in (("console and engine", 1), ("box", 2)):
        grows = slope([(sample[0], sample[place]) for sample in settled])
        print(verdict("", f"memory of {name}, slope", grows, "MB/day", 5))


if __name__ == "__main__":
    main()
