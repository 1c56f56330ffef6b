"""One life of the bot's process: wired as the session wires it, with a death that can be timed."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

from tests.support.simulation.disk import Disk
from tests.support.simulation.line import Line
from tests.support.simulation.network import Killed, Network, Pool
from tests.support.virtual import elapsed_ns
from tui_bot.engine.bot import Bot
from tui_bot.engine.commands import Command
from tui_bot.engine.events import Commanded, Event
from tui_bot.engine.memory import Memory
from tui_bot.engine.ports import ExchangeError, JournalError
from tui_bot.engine.records import Record
from tui_bot.engine.runner import Runner
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.view import View
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.exchange import KrakenExchange
from tui_bot.kraken.feeds import Feeds
from tui_bot.kraken.http import Transport
from tui_bot.kraken.nonce import NonceSource
from tui_bot.kraken.private import PrivateStream
from tui_bot.kraken.push import PushFeed
from tui_bot.kraken.redial import Connects
from tui_bot.kraken.rest import RestClient
from tui_bot.kraken.signing import Credentials
from tui_bot.kraken.socket import Subscription
from tui_bot.market.candle import Candle

if TYPE_CHECKING:
    from tui_bot.paper.ws.hub import Hub

#: A step of the process's life has come: ``committing``, ``committed``, ``sent AddOrder``, ...
Hook = Callable[[str], None]

PAIR, INTERVAL = "BTC/USD", 60


def _plain_tls() -> ssl.SSLContext:
    """Nothing in here is encrypted; reading the system's certificates would take longer than a run."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _unheard(event: Event) -> None:
    pass


def _no_hook(_step: str) -> None:
    pass


class Bookless(PushFeed):
    """Follows the market without its book."""

    def _subscriptions(self, symbol: str) -> tuple[Subscription, ...]:
        return tuple(one for one in super()._subscriptions(symbol) if one.channel != "book")


class WatchedJournal:
    """The real journal; each commit is a step of the process's life."""

    def __init__(self, journal: SqliteJournal, disk: Disk, hook: Hook) -> None:
        self._journal = journal
        self._disk = disk
        self._hook = hook
        self.faults: list[JournalError] = []

    @property
    def trouble(self) -> str:
        """Whether its disk is full."""
        return self._journal.trouble

    def tend(self) -> None:
        """Look after the space it has."""
        self._journal.tend()

    def recall(self) -> Memory:
        """What a restart must know."""
        return self._journal.recall()

    def write(self, records: Sequence[Record], candles: Sequence[Candle] = ()) -> None:
        """Append; the commit is durable when it returns."""
        kinds = ",".join(sorted({type(record.body).__name__ for record in records}))
        self._hook(f"committing {kinds}")
        if self.faults:
            raise self.faults.pop(0)
        self._journal.write(records, candles)
        self._hook(f"written {kinds}")
        self._disk.sync()
        self._hook(f"committed {kinds}")

    def checkpoint(self) -> None:
        """Move what is in the write-ahead log into the file, as SQLite does now and then."""
        connection = self._journal._connection
        assert connection is not None
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Release the file and its lock."""
        self._journal.close()


@dataclass
class Life:
    """From recovery to a stop or a death. ``hook`` may raise ``Killed``; a ``depth`` of 0 is no book."""

    disk: Disk
    network: Network
    hub: Hub
    settings: BotSettings
    rate: float
    seed: int
    hook: Hook = _no_hook
    depth: int = 10
    error: BaseException | None = None
    snapshots: list[Snapshot] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        box = self.network.box
        self.pool = Pool(self.network, lambda step, method: self._hook(f"{step} {method}"))
        now_ms = box.clock.now_ns() // 1_000_000
        self.clock = ExchangeClock(now_ms, self.rate, elapsed_ns)
        with patch("tui_bot.kraken.http.verified_tls", _plain_tls):
            transport = Transport("http://127.0.0.1:9")
        transport._pool = self.pool  # type: ignore[assignment]
        self.nonces = NonceSource(self.disk.folder / "nonce", lambda: box.clock.now_ns() // 1000)
        credentials = Credentials(box.key.key, box.key.secret)
        rest = RestClient(transport, self.clock, credentials, self.nonces)
        self.exchange = KrakenExchange(rest, PAIR, self.clock)
        chance, url, connects = Random(self.seed), "ws://127.0.0.1:9", Connects()
        self.feed = Feeds(
            self._market_feed(chance, url, connects),
            PrivateStream(self.exchange, self.clock, chance, url, connects),
        )
        # No reserve: the folder is copied at every commit.
        journal = SqliteJournal(self.disk.folder / "journal.sqlite", PAIR, INTERVAL, self.clock.now_ms, 0)
        self.journal = WatchedJournal(journal, self.disk, self._hook)
        self.bot = Bot(self.settings)
        self.view = View(self.bot.state, "demo", self.rate)
        self.runner = Runner(
            self.bot,
            self.view,
            self.exchange,
            self.feed,
            self.journal,
            self.clock,
            self.snapshots.append,
            self.records.append,
        )
        self._emit = self.runner.emit
        self.runner.emit = self._hear  # type: ignore[method-assign]
        self._dead = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def _market_feed(self, chance: Random, url: str, connects: Connects) -> PushFeed:
        common = self.exchange, self.clock, INTERVAL, chance, url, None, connects
        return PushFeed(*common, self.depth) if self.depth else Bookless(*common)

    # -- living

    def start(self) -> None:
        """Recover and trade, beside whoever calls."""
        self._task = asyncio.create_task(self._live())

    async def _live(self) -> None:
        try:
            await self.runner.run()
        except (ExchangeError, JournalError) as error:
            self.error = error
        except Killed as death:
            self.error = death
        finally:
            self.journal.close()

    async def dial(self, _url: str) -> Line:
        """A connection for the feed."""
        from tui_bot.kraken.dial import Dropped

        if not self.pool.alive:
            await asyncio.Event().wait()
        await asyncio.sleep(0.02)
        if self.network.weather.down or self.network.weather.no_push:
            raise Dropped("no connection (OSError)")
        line = Line(self.hub)
        self.lines.append(line)
        return line

    def command(self, command: Command) -> None:
        """A person says something."""
        with suppress(Killed):
            self.runner.emit(Commanded(self.clock.now_ms(), command))

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.pool.alive and self._task is not None and not self._task.done()

    @property
    def is_buried(self) -> bool:
        """Whether it was killed."""
        return not self.pool.alive

    @property
    def latest(self) -> Snapshot:
        """What a screen would show now."""
        return self.view.snapshot()

    # -- ending

    async def stop(self) -> None:
        """An orderly stop, as after SIGTERM."""
        self.runner.stop()
        if self._task is not None:
            await self._task
        self.cut()

    async def die(self) -> None:
        """As by SIGKILL: from now on it neither writes nor sends nor hears."""
        self._bury()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError, Killed):
                await self._task
        self.cut()

    async def dead(self) -> None:
        """Return when a hook has killed it."""
        await self._dead.wait()

    def _bury(self) -> None:
        if not self.pool.alive:
            return
        self.pool.alive = False
        self.disk.freeze()
        self.runner.emit = _unheard  # type: ignore[method-assign]
        self._dead.set()

    def cut(self) -> None:
        """All its connections break."""
        for line in self.lines:
            line.cut()

    def _hear(self, event: Event) -> None:
        if not self.pool.alive:
            return
        self._hook(f"told {type(event).__name__}")
        self._emit(event)

    def _hook(self, step: str) -> None:
        """A step; at its death the disk is left as it is at that moment."""
        if not self.pool.alive:
            raise Killed
        try:
            self.hook(step)
        except Killed:
            self._bury()
            raise
