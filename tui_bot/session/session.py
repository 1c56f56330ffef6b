"""The only place that builds things: takes settings and a mode, and wires client, engine, journal, box.

A mode is only a choice of exchange; everything from the client inwards is the same in all of them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from tui_bot.config.check import values_of
from tui_bot.config.file import Loaded, find, load, save
from tui_bot.config.problem import ConfigError
from tui_bot.control.server import Door
from tui_bot.engine.bot import Bot
from tui_bot.engine.commands import Change, Command, Configure, Edit
from tui_bot.engine.events import Commanded, Remarked
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.ports import ExchangeError, Feed, JournalError
from tui_bot.engine.records import Note, Record
from tui_bot.engine.runner import Runner
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.view import View
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.kraken.clock import ExchangeClock, elapsed_ns
from tui_bot.kraken.exchange import KrakenExchange, open_kraken
from tui_bot.kraken.nonce import NonceError
from tui_bot.kraken.signing import Credentials
from tui_bot.kraken.tiers import TIERS
from tui_bot.paper.remote import BoxVisit, VisitError, visit
from tui_bot.session.account import AccountMark
from tui_bot.session.box import Address, BoxError, ChildBox, demo_options, replay_options
from tui_bot.session.feeds import bot_feed
from tui_bot.session.keylock import KeyLock
from tui_bot.session.paper import open_paper
from tui_bot.session.source import mode_shown
from tui_bot.session.translate import bot_settings, edited

FAILED, USAGE, RETRYABLE = 1, 2, 3

#: Play-money keys of a box may be given here instead of being asked of the box.
KEY_VARIABLE, SECRET_VARIABLE = "TUI_BOT_API_KEY", "TUI_BOT_API_SECRET"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line adds to the settings; None leaves them as they are."""

    state_dir: Path
    config: Path | None = None
    mode: str | None = None
    speed: float | None = None
    seed: int | None = None


class Session:
    """``engine.handle.Engine``: one bot on one exchange, from recovery to an orderly stop."""

    def __init__(self, options: RunOptions) -> None:
        self._options = options
        self._listener: Callable[[Record], None] = lambda _record: None
        self._loaded = _load(options)
        self.mode: str = options.mode or self._loaded.settings.mode
        _expect_offered(self.mode, self._loaded)
        self.folder = options.state_dir / self.mode
        settings = self._loaded.settings
        self.pair = settings.pair
        self._account = AccountMark(self.folder)
        self._journal = _open_journal(self.folder, settings.pair, settings.interval * 60)
        self._latest: Snapshot | None = None
        # Taken by signal handlers too, which run on top of whatever the main thread holds.
        self._lock = threading.RLock()
        self._waiting: list[Command | Edit] = []
        self._remarks: list[tuple[str, str]] = []
        self._stopped = False
        self._goes_on = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: Runner | None = None
        self._door = Door(self.folder, self, _end_program, counter_ms=lambda: elapsed_ns() // 1_000_000)

    def listen(self, listener: Callable[[Record], None]) -> None:
        """Have every record and every trouble told as it happens, in the engine's thread; before ``run``."""
        self._listener = listener

    # -- the handle ----------------------------------------------------------------------------------

    def latest(self) -> Snapshot | None:
        """The newest snapshot."""
        return self._latest

    def submit(self, command: Command | Edit) -> None:
        """Hand in a command; kept until the engine is up."""
        with self._lock:
            if self._loop is None:
                self._waiting.append(command)
                return
            self._call(lambda: self._take(command))

    def stop(self) -> None:
        """Ask ``run`` to return."""
        with self._lock:
            self._stopped = True
            if self._runner is not None:
                self._call(self._runner.stop)

    def run(self) -> None:
        """Recover, then trade until stopped; blocks. Raises ``LaunchError``."""
        try:
            with ExitStack() as stack:
                stack.callback(self._journal.close)
                if not self._stopped:
                    self._run(stack)
        except BoxError as error:
            code = RETRYABLE if error.retryable else USAGE
            raise LaunchError(f"the exchange in a box cannot start: {error}", code) from None
        except VisitError as error:
            raise LaunchError(f"the exchange in a box cannot be used: {error}", RETRYABLE) from None
        except ExchangeError as error:
            code = RETRYABLE if error.retryable else FAILED
            raise LaunchError(f"{error}. No order was sent", code) from None
        except (JournalError, NonceError) as error:
            raise LaunchError(str(error), FAILED) from None

    # -- inside --------------------------------------------------------------------------------------

    def _run(self, stack: ExitStack) -> None:
        address = self._exchange_address(stack)
        if self._stopped:
            return
        visited = visit(address.rest, timeout=10)
        credentials = _credentials(visited) if self.mode != "paper" else _keys_of(visited)
        self._account.expect(credentials.key)
        stack.callback(KeyLock(credentials.key, self.folder).release)
        clock = ExchangeClock(visited.now_ms, visited.speed)
        nonce_path = self.folder / "nonce"
        tier = TIERS[self._loaded.settings.exchange.tier]
        exchange = open_kraken(address.rest, self._loaded.settings.pair, credentials, nonce_path, clock, tier)
        feed = _feed(exchange, clock, self._loaded.settings.interval * 60, address.websocket)
        asyncio.run(self._trade(exchange, feed, clock, credentials.key))

    async def _trade(self, exchange: KrakenExchange, feed: Feed, clock: ExchangeClock, key: str) -> None:
        settings = bot_settings(self._loaded, clock.rate)
        bot = Bot(settings)
        view = View(bot.state, mode_shown(self.mode, self._loaded.settings), clock.rate)
        view.values = values_of(self._loaded.settings)
        caps = self._loaded.caps
        view.caps = tuple((path, str(cap)) for path, cap in caps.values.items())
        view.caps_file = caps.where

        def hear(record: Record) -> None:
            # The first record is that of recovery: the exchange has known the key, nothing was ordered yet.
            self._account.keep(key)
            self._listener(record)
            self._door.hear(record)

        runner = Runner(bot, view, exchange, feed, self._journal, clock, self._publish, hear)
        with self._lock:
            self._loop, self._runner = asyncio.get_running_loop(), runner
            waiting, self._waiting = self._waiting, []
            remarks, self._remarks = self._remarks, []
            if self._stopped:
                return
        if self._options.seed is not None and self._goes_on:
            text = "the demo goes on where it stopped; --seed counts for a new --state-dir"
            runner.emit(Remarked(clock.now_ms(), "warning", text))
        for level, text in remarks:
            runner.emit(Remarked(clock.now_ms(), level, text))
        for command in waiting:
            self._take(command)
        async with self._door.open(lambda text: runner.emit(Remarked(clock.now_ms(), "warning", text))):
            await runner.run()

    def _publish(self, snapshot: Snapshot) -> None:
        before, self._latest = self._latest, snapshot
        if snapshot.trouble and (before is None or snapshot.trouble != before.trouble):
            # Told even when the journal cannot keep it: a full disk must not be silent.
            self._listener(Record(snapshot.at_ms, Note("error", snapshot.trouble)))
        self._door.see(snapshot)

    def _call(self, work: Callable[[], None]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(work)

    def _take(self, command: Command | Edit) -> None:
        """In the engine's own thread."""
        if isinstance(command, Edit):
            self._edit(command)
        elif self._runner is not None:
            self._runner.emit(Commanded(self._runner.clock.now_ms(), command))

    def _remark(self, level: str, text: str) -> None:
        """From any thread: something that a person should see."""
        with self._lock:
            runner = self._runner
            if runner is None:
                self._remarks.append((level, text))
            else:
                self._call(lambda: runner.emit(Remarked(runner.clock.now_ms(), level, text)))

    def _edit(self, edit: Edit) -> None:
        runner = self._runner
        if runner is None:
            return
        now, before = runner.clock.now_ms(), dict(values_of(self._loaded.settings))
        try:
            self._loaded = save(self._loaded, dict(edit.values))
        except ConfigError as error:
            runner.emit(Remarked(now, "error", f"settings not changed: {error}"))
            return
        after = values_of(self._loaded.settings)
        changes = tuple(Change(path, before[path], text) for path, text in after if before[path] != text)
        runner.view.values = after
        settings = edited(runner.bot.state.settings, self._loaded, runner.clock.rate)
        runner.emit(Commanded(now, Configure(settings, changes)))

    def _exchange_address(self, stack: ExitStack) -> Address:
        """A box named in the config, or one of our own."""
        settings, options = self._loaded.settings, self._options
        if self.mode == "paper":
            return open_paper(stack, self.folder, settings, self._remark)
        if settings.exchange.rest is not None:
            return Address(settings.exchange.rest, settings.exchange.websocket)
        ledger = self.folder / "exchange"
        self._goes_on = ledger.exists()
        tier = settings.exchange.tier
        if self.mode == "replay":
            history = Path(settings.replay.history or "")
            arguments = replay_options(options.speed or settings.replay.speed, history, ledger, tier)
        else:
            seed = settings.demo.seed if options.seed is None else options.seed
            arguments = demo_options(options.speed or settings.demo.speed, seed, ledger, tier)
        return stack.enter_context(ChildBox.start(arguments)).address


def _end_program() -> None:
    """What SIGTERM does, whichever thread asks: engine first, then the screen if there is one."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def _load(options: RunOptions) -> Loaded:
    try:
        return load(find(options.config))
    except ConfigError as error:
        raise LaunchError(str(error), USAGE) from None


def _expect_offered(mode: str, loaded: Loaded) -> None:
    if mode == "live":
        text = (
            f"mode {mode} is not offered by this version: demo, replay and paper are. Use --mode demo, or "
            "change mode in config.yaml. No order was sent"
        )
        raise LaunchError(text, USAGE)
    if mode == "paper" and loaded.settings.exchange.rest is not None:
        text = (
            "mode paper trades in a box of ours only: set exchange.rest and exchange.websocket to null in "
            "config.yaml, or use another mode. No order was sent"
        )
        raise LaunchError(text, USAGE)
    if mode == "replay" and loaded.settings.replay.history is None:
        raise LaunchError("mode replay needs a file to play: set replay.history in config.yaml", USAGE)


def _open_journal(folder: Path, pair: str, interval: int) -> SqliteJournal:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return SqliteJournal(folder / "journal.sqlite", pair, interval)
    except OSError as error:
        text = f"the state folder {folder} cannot be used: {error.strerror}; choose another --state-dir"
        raise LaunchError(text, FAILED) from None
    except JournalError as error:
        raise LaunchError(f"{error}. No order was sent; what is at the exchange stays", FAILED) from None


def _feed(exchange: KrakenExchange, clock: ExchangeClock, interval: int, websocket: str | None) -> Feed:
    try:
        return bot_feed(exchange, clock, interval, websocket)
    except ValueError as error:
        raise LaunchError(f"exchange.websocket: {error}", USAGE) from None


def _credentials(visited: BoxVisit) -> Credentials:
    """A box tells its own play-money key, unless the environment names one."""
    key = os.environ.pop(KEY_VARIABLE, None) or visited.key
    secret = os.environ.pop(SECRET_VARIABLE, None) or visited.secret
    return _keys_of(replace(visited, key=key, secret=secret))


def _keys_of(visited: BoxVisit) -> Credentials:
    """Play money, as the box says it."""
    try:
        return Credentials(visited.key, visited.secret)
    except ValueError as error:
        raise LaunchError(f"the API key cannot be used: {error}", USAGE) from None
