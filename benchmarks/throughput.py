"""Messages a second on one core, from the frame to the snapshot; the exchange on another core.

Everything is the real thing: WebSocket, decoding, push feed, engine, journal, snapshots; orders and reads go
to a box. Only the frames come from a server that sends nothing else, and only the two kinds that make the
engine work: each ticker and each candle moves a price. A lively book's messages are told twice a second.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter_ns
from typing import Any
from unittest.mock import patch

from benchmarks.figures import spread, verdict
from tests.support.market import settings
from tui_bot.engine.bot import Bot
from tui_bot.engine.runner import Runner
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.view import View
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.kraken import socket
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.exchange import open_kraken
from tui_bot.kraken.frames import Data, Frame, read_frame
from tui_bot.kraken.push import PushFeed
from tui_bot.kraken.signing import Credentials
from tui_bot.paper.remote import visit
from tui_bot.session.box import ChildBox, demo_options

BRISK, FLOOD = 1000, 20_000
SECONDS = 10.0
SETTLE_S = 3.0


def main() -> None:
    """Print the figures."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    for rate in (BRISK, FLOOD):
        meter = _flooded(rate, cores)
        meter.report()
    print(verdict("G10", f"handled of {FLOOD} messages/s", meter.handled_s, "/s", 0.99 * FLOOD, least=True))
    print(verdict("G10", f"wait at {FLOOD} messages/s, median", median(meter.ages_ms), "ms", 20))
    fill = meter.handled_s / meter.share
    print(verdict("G10", "messages that would fill the core", fill, "/s", FLOOD, least=True))


def _flooded(rate: int, cores: Sequence[int]) -> Meter:
    """What it cost to take in so many messages a second."""
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd()) as folder,
        ChildBox.start(demo_options(1, 7, None)) as box,
    ):
        visited = visit(box.rest, timeout=10)
        ahead_ms = visited.now_ms - time.monotonic_ns() // 1_000_000
        command = [sys.executable, "-m", "benchmarks.flood", str(rate), str(ahead_ms)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as flood:
            assert flood.stdout is not None
            print(_part_cores(cores, flood.pid, box._process.pid))
            try:
                url = f"ws://127.0.0.1:{int(flood.stdout.readline())}"
                return asyncio.run(_measure(box.rest, url, Path(folder)))
            finally:
                flood.kill()


def _part_cores(cores: Sequence[int], *others: int) -> str:
    """We take one core, the others another, where the system has two and lets us."""
    if len(cores) < 2:
        return "cores not parted"
    for pid in others:
        os.sched_setaffinity(pid, {cores[1]})
    os.sched_setaffinity(0, {cores[0]})
    return f"engine on core {cores[0]}, exchange on core {cores[1]}"


async def _measure(rest: str, url: str, folder: Path) -> Meter:
    visited = visit(rest, timeout=10)
    clock = ExchangeClock(visited.now_ms, visited.speed)
    exchange = open_kraken(rest, "BTC/USD", Credentials(visited.key, visited.secret), folder / "nonce", clock)
    journal = SqliteJournal(folder / "journal.sqlite", "BTC/USD", 60)
    bot = Bot(settings())
    feed = PushFeed(exchange, clock, 60, random.Random(1), url)
    view = View(bot.state, "demo", 1.0)
    meter = Meter(clock)
    runner = Runner(bot, view, exchange, feed, journal, clock, meter.published)
    meter.attach(runner)
    with patch.object(socket, "read_frame", meter.timed("decode", read_frame, meter.read)):
        task = asyncio.create_task(runner.run())
        await asyncio.sleep(SETTLE_S)
        meter.begin()
        await asyncio.sleep(SECONDS)
        meter.end()
        runner.stop()
        await task
    journal.close()
    return meter


class Meter:
    """Times every step in the engine's own thread."""

    def __init__(self, clock: ExchangeClock) -> None:
        self._clock = clock
        self._began: tuple[float, float, float] | None = None
        self.cpu_s = self.real_s = self.kept_s = 0.0
        self.times: dict[str, list[float]] = {"decode": [], "feed": [], "engine": [], "snapshot": []}
        self.ages_ms: list[float] = []
        self.depths: list[float] = []
        self.snapshots = 0

    def attach(self, runner: Any) -> None:
        """Look over the shoulder of feed, engine and view."""
        runner._handle = self.timed("engine", runner._handle)
        runner.view.snapshot = self.timed("snapshot", runner.view.snapshot)
        runner.feed.on_data = self.timed("feed", runner.feed.on_data)
        emit = runner.emit

        def emitted(event: Any) -> None:
            emit(event)
            if self._began:
                self.depths.append(runner._events.qsize())

        runner.emit = emitted

    def timed(self, step: str, work: Callable[[Any], Any], then: Callable[[Any], None] | None = None) -> Any:
        """The same work, its microseconds kept."""

        def done(*what: Any) -> Any:
            begin = perf_counter_ns()
            result = work(*what)
            if self._began:
                self.times[step].append((perf_counter_ns() - begin) / 1000)
                if then is not None:
                    then(result)
            return result

        return done

    def read(self, frame: Frame) -> None:
        """How long a frame waited before it was read."""
        if isinstance(frame, Data) and frame.at_ns is not None:
            self.ages_ms.append(self._clock.now_ms() - frame.at_ns / 1e6)

    def published(self, _snapshot: Snapshot) -> None:
        """A snapshot left."""
        self.snapshots += self._began is not None

    def begin(self) -> None:
        """Count from now on."""
        self._began = time.process_time(), time.monotonic(), _kept_waiting_s()

    def end(self) -> None:
        """Count no more."""
        assert self._began is not None
        cpu, real, kept = self._began
        self.cpu_s, self.real_s = time.process_time() - cpu, time.monotonic() - real
        self.kept_s = _kept_waiting_s() - kept
        self._began = None

    @property
    def handled_s(self) -> float:
        """Messages handled in a second."""
        return len(self.times["decode"]) / self.real_s

    @property
    def share(self) -> float:
        """The part of a core that this took."""
        return self.cpu_s / self.real_s

    def report(self) -> None:
        """Print it all."""
        handled = len(self.times["decode"])
        print(f"{handled} messages in {self.real_s:.1f} s: {self.handled_s:.0f} a second")
        for step, values in self.times.items():
            print(f"{step:<9} {spread(values, 'us')}")
        print(
            f"all CPU   {self.cpu_s / handled * 1e6:.0f} us a message, {self.share * 100:.0f} % of the core"
        )
        print(f"waited    {spread(self.ages_ms, 'ms')}")
        print(f"queue     {spread(self.depths, 'events')}")
        print(f"snapshots {self.snapshots / self.real_s:.1f} a second")
        print(
            f"others    had the core for {self.kept_s / self.real_s:.0%} of the time, when we could have run"
        )


def _kept_waiting_s() -> float:
    """How long this thread was ready and had no core, as far as the system counts that."""
    counts = Path("/proc/thread-self/schedstat")
    return int(counts.read_text().split()[1]) / 1e9 if counts.exists() else 0.0


if __name__ == "__main__":
    main()
