"""Milliseconds from a candle's last byte read to its order's first byte written, on loopback.

The whole path is the real one: polling feed, strict decoding, bot, guards, durable intent (synced), nonce,
signature, HTTP. The market alternates so that nearly every candle is a turn.
"""

from __future__ import annotations

import asyncio
import tempfile
from decimal import Decimal
from pathlib import Path
from random import Random
from time import perf_counter_ns
from typing import Any

from benchmarks.figures import spread
from tests.support.market import settings
from tui_bot.engine.bot import Bot
from tui_bot.engine.records import IntentMade, Record
from tui_bot.engine.runner import Runner
from tui_bot.engine.settings import Flip
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.view import View
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.kraken import http
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.exchange import open_kraken
from tui_bot.kraken.polling import PollingFeed
from tui_bot.kraken.signing import Credentials
from tui_bot.paper.remote import visit
from tui_bot.session.box import ChildBox, replay_options
from tui_bot.strategy.sma_slope import SmaSlope

SPEED = 120.0
SECONDS = 20
FIRST_MINUTE = 1_767_600_000

# What takes real time is not to stop the bot at this speed.
LIMITS = dict.fromkeys(
    ("max_clock_offset_ms", "stale_after_ms", "look_up_every_ms", "reconcile_every_ms"), 10_000_000
)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        history = Path(folder) / "XBTUSD_1.csv"
        history.write_text("".join(_row(minute) for minute in range(721 + int(SPEED * SECONDS / 60) + 60)))
        with ChildBox.start(replay_options(SPEED, history, None)) as box:
            times, orders = asyncio.run(_measure(box.rest, Path(folder)))
    print(f"candle read -> order written  {spread(times, 'ms')}")
    print(f"({orders} intents committed with a sync each; goal: median <= 2 ms)")


def _row(minute: int) -> str:
    price = Decimal(60_000) + (Decimal(40) if minute % 4 < 2 else Decimal(0))
    return f"{FIRST_MINUTE + minute * 60},{price},{price},{price},{price},1.0,4\n"


async def _measure(rest: str, folder: Path) -> tuple[list[float], int]:
    visited = visit(rest, timeout=10)
    clock = ExchangeClock(visited.now_ms, visited.speed)
    exchange = open_kraken(rest, "BTC/USD", Credentials(visited.key, visited.secret), folder / "nonce", clock)
    journal = SqliteJournal(folder / "journal.sqlite", "BTC/USD", 60)
    chosen = settings(strategy=SmaSlope(period=2), flip=Flip.ONE_ORDER, limits=LIMITS)
    bot = Bot(chosen)
    meter = Meter()
    feed = PollingFeed(exchange, clock, 60, Random(1))
    runner = Runner(
        bot, View(bot.state, "replay", SPEED), exchange, feed, journal, clock, _ignore, meter.committed
    )
    meter.attach()
    task = asyncio.create_task(runner.run())
    await asyncio.sleep(SECONDS)
    runner.stop()
    await task
    journal.close()
    return meter.times, meter.intents


def _ignore(_snapshot: Snapshot) -> None:
    pass


class Meter:
    """Stamps the last byte of each candle answer and the first byte of each order, in the transport."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.intents = 0
        self._read_ns = 0

    def attach(self) -> None:
        """Look over the transport's shoulder."""
        transport: Any = http.Transport
        get, post = transport.get, transport.post

        async def watched_get(this: Any, target: str, **limits: Any) -> Any:
            reply = await get(this, target, **limits)
            if "OHLC" in target:
                self._read_ns = perf_counter_ns()
            return reply

        async def watched_post(this: Any, path: str, body: str, headers: Any, **limits: Any) -> Any:
            if path.endswith("AddOrder"):
                self._trace(this)
            return await post(this, path, body, headers, **limits)

        transport.get, transport.post = watched_get, watched_post

    def committed(self, record: Record) -> None:
        """Count the intents that were synced."""
        self.intents += isinstance(record.body, IntentMade)

    def _trace(self, transport: Any) -> None:
        pool = transport._pool
        send = pool.handle_async_request

        async def traced(request: Any) -> Any:
            async def stamp(name: str, _info: Any) -> None:
                if name == "http11.send_request_headers.complete":
                    self.times.append((perf_counter_ns() - self._read_ns) / 1e6)

            request.extensions["trace"] = stamp
            pool.handle_async_request = send
            return await send(request)

        pool.handle_async_request = traced
