"""Milliseconds from a key to the screen that shows it: quiet, fed, over a slow link, beside other programs.

A key is written to the pty; what was read until the emulated screen showed its effect is the answer. Over
the link each key walks the chart's cursor by a candle: the effects add up, so that every key is accounted
for even where one frame shows what two of them did.
"""

from __future__ import annotations

import random
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from string import ascii_lowercase
from typing import Protocol

from benchmarks.emulated import Emulated, Output
from benchmarks.figures import percentile, verdict
from benchmarks.product import feed, product
from benchmarks.pty_meter import Metered, metered

COUNT, INTERVAL_S, TAIL_S = 60, 0.1, 2.0
LINK = 20_000  # bytes a second
MESSAGES_S = 100
STOCK = "display:\n  output: stock\n"
REAL, FAST, HELD, OLD = "real time", "market x10", "x10, a key held down", "stock output"
REPEAT_S = 0.033  # of a key that is held down
LINKS = (
    (REAL, "", 1, INTERVAL_S),
    (FAST, "", 10, INTERVAL_S),
    (HELD, "", 10, REPEAT_S),
    (OLD, STOCK, 1, INTERVAL_S),
)
TURN = 1440  # minutes of a day
PATIENCE_S = 30.0


@dataclass(frozen=True)
class Echo:
    """A key that changes the screen to and fro, and the words that are there after every other press."""

    key: bytes
    words: str


class Adding(Protocol):
    """Keys whose effects add up, so that none can hide behind the next."""

    @property
    def opening(self) -> bytes:
        """The key before them."""

    @property
    def keys(self) -> Sequence[bytes]:
        """One after the other."""

    def count(self, terminal: Emulated) -> int | None:
        """How many had their effect, from some beginning and modulo ``TURN``; None when it does not show."""


class Walk:
    """Each moves the chart's cursor to the candle before, whose minute is read out: a column changes."""

    opening = b"\x1b[D"
    keys = (opening,) * COUNT
    _read_out = re.compile(r"^ (\d\d):(\d\d)(?::\d\d)?  O ")

    def count(self, terminal: Emulated) -> int | None:
        """The minutes from the candle under the cursor to midnight."""
        found = next((found for row in terminal.rows() if (found := self._read_out.match(row))), None)
        return TURN - int(found[1]) * 60 - int(found[2]) if found else None


class Letters:
    """Each is a letter in a field, all of which can be read back."""

    opening = b"/"
    _text = "".join(random.Random(2).choices(ascii_lowercase, k=COUNT))
    keys = tuple(letter.encode() for letter in _text)
    _field = re.compile(r"│ search +([a-z]*) +then n older")

    def count(self, terminal: Emulated) -> int | None:
        """How many letters lead to what the field shows; it shows the last of them, in their order."""
        found = next((found for row in terminal.rows() if (found := self._field.search(row))), None)
        if found is None:
            return None
        ends = (end for end in range(len(found[1]), COUNT + 1) if self._text[:end].endswith(found[1]))
        return next(ends, None)


LOG = Echo(b"l", "▸ log")
HTOP = Echo(b"t", "F5List")
BTOP = Echo(b"1", "¹cpu")


@dataclass(frozen=True)
class Answers:
    """Milliseconds of the keys whose effect was seen, and how many were pressed."""

    times: Sequence[float]
    pressed: int
    cpu: float

    @property
    def lost(self) -> int:
        """How many had no effect that was seen."""
        return self.pressed - len(self.times)

    def line(self, name: str) -> str:
        """One row of the table."""
        if not self.times:
            return f"{name:<42} no key was answered"
        return (
            f"{name:<42} p50 {percentile(self.times, 50):7.1f} ms   p99 {percentile(self.times, 99):7.1f} ms"
            f"   not seen {self.lost} of {self.pressed}   CPU {self.cpu:4.1f} %"
        )


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quiet = _console(folder / "quiet", "")
        print(quiet.line("console, no feed to speak of"))
        with feed(MESSAGES_S) as addresses:
            fed = _console(folder / "fed", addresses)
        print(fed.line(f"console, {MESSAGES_S} messages/s"))
        links = over_the_link(folder)
        busy = _console(folder / "busy", "", "--speed", "600")
        print(busy.line("console, demo x600 in its thread"))
    peers = {name: _peer(name, echo) for name, echo in (("btop", BTOP), ("htop", HTOP))}
    for name, found in peers.items():
        print(found.line(name) if found else f"{name:<42} not installed: left out")
    print()
    print(verdict("G7", "key, 100 messages/s, p50", percentile(fed.times, 50), "ms", 5))
    print(verdict("G7", "key, 100 messages/s, p99", percentile(fed.times, 99), "ms", 50))
    if (btop := peers["btop"]) and btop.times:
        for share, bound in ((50, 0.7), (99, 2.5)):
            ratio = percentile(fed.times, share) / percentile(btop.times, share)
            print(verdict("G7", f"the same, p{share}, to btop's", ratio, "x", bound))
    judge(links)
    print(verdict("G8", f"key, engine at {busy.cpu:.0f} % CPU, p50", percentile(busy.times, 50), "ms", 8))
    print(verdict("G8", f"key, engine at {busy.cpu:.0f} % CPU, p99", percentile(busy.times, 99), "ms", 75))


def over_the_link(folder: Path) -> dict[tuple[str, str], Answers]:
    """A console of each kind at the end of the link."""
    found = {}
    for name, config, speed, interval_s in LINKS:
        command = product(folder / name, config, "--speed", str(speed))
        with metered(command, link=LINK) as program:
            program.read_for(20, until="▶ RUN".encode())
            program.read_for(4)
            for kind, probe in (("candles", Walk()), ("letters", Letters())):
                found[name, kind] = answers = _add_up(program, probe, interval_s)
                print(answers.line(f"{LINK // 1000} kB/s link, {name}, {kind}"))
    return found


def judge(links: dict[tuple[str, str], Answers]) -> None:
    """The figures that are to be reached over the link."""
    for name in (REAL, FAST):
        for kind in ("letters", "candles"):
            for share, goal in ((50, 20), (99, 150)):
                text = f"key, {LINK // 1000} kB/s link, {name}, {kind}, p{share}"
                print(verdict("G7b", text, percentile(links[name, kind].times, share), "ms", goal))
    lost = sum(answers.lost for (name, _), answers in links.items() if name != OLD)
    pressed = sum(answers.pressed for (name, _), answers in links.items() if name != OLD)
    print(verdict("G7b", f"keys without effect, of {pressed}", lost, "", 0))


def _console(folder: Path, config: str, *options: str) -> Answers:
    with metered(product(folder, config, *options)) as program:
        program.read_for(20, until="▶ RUN".encode())
        program.read_for(4)
        return press(program, LOG)


def _peer(name: str, echo: Echo) -> Answers | None:
    path = which(name)
    if path is None:
        return None
    with tempfile.TemporaryDirectory() as home, metered([path], environment={"HOME": home}) as program:
        program.read_for(4)
        return press(program, echo)


def press(program: Metered, echo: Echo) -> Answers:
    """Press it again and again, and see when each press shows."""
    pressed, share = _type(program, (echo.key,) * COUNT, INTERVAL_S)
    return Answers(_answered(program.output, pressed, echo), len(pressed), share)


def _add_up(program: Metered, probe: Adding, interval_s: float) -> Answers:
    program.type(probe.opening)
    program.read_for(TAIL_S)
    pressed, share = _type(program, probe.keys, interval_s)
    times = _added_up(program.output, pressed, probe)
    end = time.monotonic() + PATIENCE_S
    while len(times) < len(pressed) and time.monotonic() < end:
        program.read_for(TAIL_S)
        times = _added_up(program.output, pressed, probe)
    return Answers(times, len(pressed), share)


def _type(program: Metered, keys: Sequence[bytes], interval_s: float) -> tuple[list[float], float]:
    """When each was pressed, and the share of a core that the program took meanwhile, in percent."""
    dice, pressed = random.Random(1), []
    cpu, begin = program.cpu_s(tree=False), time.monotonic()
    for key in keys:
        pressed.append(program.type(key))
        program.read_for(interval_s * dice.uniform(0.7, 1.3))
    program.read_for(TAIL_S)
    return pressed, (program.cpu_s(tree=False) - cpu) / (time.monotonic() - begin) * 100


def _added_up(output: Output, pressed: Sequence[float], probe: Adding) -> list[float]:
    """When so many effects were seen as keys were pressed, of each of them."""
    terminal, first = Emulated(), None
    times: list[float] = []
    for at, part in output:
        if first is None and at >= pressed[0]:
            first = probe.count(terminal)
        terminal.take(part)
        if first is None or (count := probe.count(terminal)) is None:
            continue
        done = min((count - first) % TURN, len(pressed))
        times += [(at - pressed[number]) * 1000 for number in range(len(times), done)]
    return times


def _answered(output: Output, pressed: Sequence[float], echo: Echo) -> list[float]:
    """In the order of the keys. Two painted together show nothing: they are not seen when a third waits."""
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
