"""Milliseconds from a key to the screen that shows it: quiet, fed, over a slow link, beside other programs.

A key is written to the pty; what was read until the emulated screen showed its effect is the answer.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from benchmarks.emulated import Emulated, Output
from benchmarks.figures import percentile, verdict
from benchmarks.product import feed, product
from benchmarks.pty_meter import Metered, metered

COUNT, INTERVAL_S, TAIL_S = 60, 0.1, 2.0
LINK = 20_000  # bytes a second
MESSAGES_S = 100
STOCK = "display:\n  output: stock\n"


@dataclass(frozen=True)
class Echo:
    """A key that changes the screen to and fro, and the words that are there after every other press."""

    key: bytes
    words: str


LOG = Echo(b"l", "j k scroll")
HTOP = Echo(b"t", "F5List")
BTOP = Echo(b"1", "¹cpu")


@dataclass(frozen=True)
class Answers:
    """Milliseconds of the keys whose effect was seen, and how many were pressed."""

    times: Sequence[float]
    pressed: int
    cpu: float

    def line(self, name: str) -> str:
        """One row of the table."""
        if not self.times:
            return f"{name:<34} no key was answered"
        return (
            f"{name:<34} p50 {percentile(self.times, 50):7.1f} ms   p99 {percentile(self.times, 99):7.1f} ms"
            f"   lost {_lost(self)} of {self.pressed}   CPU {self.cpu:4.1f} %"
        )


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quiet = _console(folder, "quiet", "")
        print(quiet.line("console, no feed to speak of"))
        with feed(MESSAGES_S) as addresses:
            fed = _console(folder, "fed", addresses)
        print(fed.line(f"console, {MESSAGES_S} messages/s"))
        slow = _console(folder, "slow", "", "--speed", "1", link=LINK)
        print(slow.line(f"console, {LINK // 1000} kB/s link"))
        fast = _console(folder, "fast", "", link=LINK)
        print(fast.line("the same, market ten times as fast"))
        stock = _console(folder, "stock", STOCK, "--speed", "1", link=LINK)
        print(stock.line(f"console, {LINK // 1000} kB/s link, stock output"))
        busy = _console(folder, "busy", "", "--speed", "600")
        print(busy.line("console, demo x600 in its thread"))
    peers = {name: _peer(name, echo) for name, echo in (("btop", BTOP), ("htop", HTOP))}
    for name, found in peers.items():
        print(found.line(name) if found else f"{name:<34} not installed: left out")
    print()
    print(verdict("G7", "key, 100 messages/s, p50", percentile(fed.times, 50), "ms", 5))
    print(verdict("G7", "key, 100 messages/s, p99", percentile(fed.times, 99), "ms", 50))
    if (btop := peers["btop"]) and btop.times:
        for share, bound in ((50, 0.7), (99, 2.5)):
            ratio = percentile(fed.times, share) / percentile(btop.times, share)
            print(verdict("G7", f"the same, p{share}, to btop's", ratio, "x", bound))
    print(verdict("G7b", f"key, {LINK // 1000} kB/s link, p50", percentile(slow.times, 50), "ms", 20))
    print(verdict("G7b", f"key, {LINK // 1000} kB/s link, p99", percentile(slow.times, 99), "ms", 150))
    print(verdict("G7b", "the same, market ten times as fast, p50", percentile(fast.times, 50), "ms", 20))
    print(verdict("G7b", "keys lost", _lost(slow) + _lost(fast), "", 0))
    print(verdict("G8", f"key, engine at {busy.cpu:.0f} % CPU, p50", percentile(busy.times, 50), "ms", 8))
    print(verdict("G8", f"key, engine at {busy.cpu:.0f} % CPU, p99", percentile(busy.times, 99), "ms", 75))


def _lost(answers: Answers) -> int:
    return answers.pressed - len(answers.times)


def _console(folder: Path, name: str, config: str, *options: str, link: float | None = None) -> Answers:
    with metered(product(folder / name, config, *options), link=link) as program:
        program.read_for(20, until="▶ RUN".encode())
        program.read_for(4)
        return _press(program, LOG)


def _peer(name: str, echo: Echo) -> Answers | None:
    path = which(name)
    if path is None:
        return None
    with tempfile.TemporaryDirectory() as home, metered([path], environment={"HOME": home}) as program:
        program.read_for(4)
        return _press(program, echo)


def _press(program: Metered, echo: Echo) -> Answers:
    dice, pressed = random.Random(1), []
    cpu, begin = program.cpu_s(tree=False), time.monotonic()
    for _ in range(COUNT):
        pressed.append(program.type(echo.key))
        program.read_for(INTERVAL_S * dice.uniform(0.7, 1.3))
    program.read_for(TAIL_S)
    share = (program.cpu_s(tree=False) - cpu) / (time.monotonic() - begin) * 100
    return Answers(_answered(program.output, pressed, echo), len(pressed), share)


def _answered(output: Output, pressed: Sequence[float], echo: Echo) -> list[float]:
    """In the order of the keys. Two painted together show nothing: they are lost when a third waits."""
    terminal, waiting = Emulated(), list(pressed)
    times: list[float] = []
    first: bool | None = None
    for at, part in output:
        if waiting and at >= waiting[0] and first is None:
            first = terminal.shows(echo.words)
        terminal.take(part)
        while waiting and at >= waiting[0]:
            wanted = bool(first) != ((len(pressed) - len(waiting)) % 2 == 0)
            seen = terminal.shows(echo.words) is wanted
            if seen:
                times.append((at - waiting.pop(0)) * 1000)
            elif len(waiting) > 2 and at >= waiting[2]:
                del waiting[:2]
            else:
                break
    return times


if __name__ == "__main__":
    main()
