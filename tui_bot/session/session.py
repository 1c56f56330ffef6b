"""The only place that builds things: takes settings and a mode, and wires client, engine, journal, box.

A mode is only a choice of exchange; everything from the client inwards is the same in all of them.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tui_bot.config.check import values_of
from tui_bot.config.file import Loaded, find, load
from tui_bot.config.problem import ConfigError
from tui_bot.control.server import Door
from tui_bot.engine.bot import Bot
from tui_bot.engine.commands import LATEST_MS, Arm, CheckAgain, Drill, Edit, Pause, Submission, may_come_late
from tui_bot.engine.events import Commanded, Remarked
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.ports import Feed
from tui_bot.engine.records import Note, Record
from tui_bot.engine.runner import Runner
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.transport import Steering
from tui_bot.engine.view import View
from tui_bot.kraken.clock import ExchangeClock, elapsed_ns
from tui_bot.kraken.exchange import KrakenExchange, open_kraken
from tui_bot.kraken.signing import Credentials
from tui_bot.kraken.tiers import TIERS
from tui_bot.paper.remote import visit
from tui_bot.session.account import AccountMark
from tui_bot.session.box import Address, ChildBox, demo_options, replay_options
from tui_bot.session.drill import Drills
from tui_bot.session.edit import apply
from tui_bot.session.feeds import checked_feed
from tui_bot.session.journal import open_journal
from tui_bot.session.keylock import KeyLock
from tui_bot.session.live import KRAKEN_ADDRESS, Gate, expect_spoken, open_access
from tui_bot.session.paper import open_paper
from tui_bot.session.recorder import Recorder
from tui_bot.session.refusal import TROUBLES, expect_offered, refusal
from tui_bot.session.source import mode_shown
from tui_bot.session.state_dir import default_key_file
from tui_bot.session.translate import bot_settings

FAILED, USAGE, RETRYABLE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line adds to the settings; None leaves them as they are."""

    state_dir: Path
    config: Path | None = None
    mode: str | None = None
    speed: float | None = None
    seed: int | None = None
    key_file: Path | None = None
    arm: str | None = None


class Session:
    """``engine.handle.Engine``: one bot on one exchange, from recovery to an orderly stop.

    ``kraken`` is where mode live trades; only tests put a box on this machine in its place.
    """

    def __init__(self, options: RunOptions, kraken: Address = KRAKEN_ADDRESS) -> None:
        self._options = options
        self._kraken = kraken
        self._listener: Callable[[Record], None] = lambda _record: None
        self._loaded = _load(options)
        self.mode: str = options.mode or self._loaded.settings.mode
        expect_offered(self.mode, self._loaded.settings)
        if self.mode == "live":
            expect_spoken(options.mode, self._loaded.settings)
        self.folder = options.state_dir / self.mode
        settings = self._loaded.settings
        self.pair, self.values = settings.pair, values_of(settings)
        self._account = AccountMark(self.folder)
        self._journal = open_journal(self.folder, settings.pair, settings.interval * 60)
        self._latest: Snapshot | None = None
        # Taken by signal handlers too, which run on top of whatever the main thread holds.
        self._lock = threading.RLock()
        self._waiting: list[tuple[Submission, int]] = []
        self._remarks: list[tuple[str, str]] = []
        self._stopped = False
        self._goes_on = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: Runner | None = None
        self._door = Door(self.folder, self, _end_program, counter_ms=_counter_ms)
        self._gate: Gate | None = None
        self._drills = Drills(self.latest, self._remark)
        self._recorder = Recorder(self._journal, self._remark)

    def listen(self, listener: Callable[[Record], None]) -> None:
        """Have every record and every trouble told as it happens, in the engine's thread; before ``run``."""
        self._listener = listener

    # -- the handle ----------------------------------------------------------------------------------

    def latest(self) -> Snapshot | None:
        """The newest snapshot."""
        return self._latest

    def submit(self, command: Submission) -> None:
        """Hand in a command; kept until the engine is up."""
        with self._lock:
            asked_ms = _counter_ms()
            if self._loop is None:
                self._waiting.append((command, asked_ms))
                return
            self._call(lambda: self._take(command, asked_ms))

    def stop(self) -> None:
        """Ask ``run`` to return."""
        with self._lock:
            self._stopped = True
            for part in (self._gate, self._runner):
                if part is not None:
                    self._call(part.stop)

    def run(self) -> None:
        """Recover, then trade until stopped; blocks. Raises ``LaunchError``."""
        try:
            with ExitStack() as stack:
                stack.callback(self._journal.close)
                stack.callback(self._recorder.flush)
                if not self._stopped:
                    (self._run_live if self.mode == "live" else self._run_in_box)(stack)
        except TROUBLES as error:
            raise refusal(error) from None

    # -- inside --------------------------------------------------------------------------------------

    def _run_live(self, stack: ExitStack) -> None:
        """Kraken, with the person's own key, behind a gate."""
        settings = self._loaded.settings
        access = open_access(self._options.key_file or default_key_file(), settings, self._kraken)
        self._account.expect(access.key)
        stack.callback(KeyLock(access.key, self.folder).release)
        self._gate = access.gate
        places = self._kraken.websocket, settings.network.proxy
        feed = checked_feed(access.exchange, access.clock, settings.interval * 60, *places)
        asyncio.run(self._trade(access.exchange, feed, access.clock, access.key))

    def _run_in_box(self, stack: ExitStack) -> None:
        address = self._exchange_address(stack)
        if self._stopped:
            return
        if self._loaded.settings.exchange.rest is None:
            self._drills.open(address.rest, self.mode)
        visited = visit(address.rest, timeout=10)
        credentials = Credentials(visited.key, visited.secret)
        self._account.expect(credentials.key)
        stack.callback(KeyLock(credentials.key, self.folder).release)
        clock = ExchangeClock(visited.now_ms, visited.speed)
        nonce_path = self.folder / "nonce"
        tier = TIERS[self._loaded.settings.exchange.tier]
        exchange = open_kraken(address.rest, self._loaded.settings.pair, credentials, nonce_path, clock, tier)
        feed = checked_feed(exchange, clock, self._loaded.settings.interval * 60, address.websocket)
        asyncio.run(self._trade(exchange, feed, clock, credentials.key))

    async def _trade(self, exchange: KrakenExchange, feed: Feed, clock: ExchangeClock, key: str) -> None:
        settings = bot_settings(self._loaded, clock.rate)
        bot = Bot(settings)
        view = View(bot.state, mode_shown(self.mode, self._loaded.settings), clock.rate)
        view.values = values_of(self._loaded.settings)
        caps = self._loaded.caps
        view.caps = tuple((path, str(cap)) for path, cap in caps.values.items())
        view.caps_file = caps.where
        # The door is open from the first moment: what the bot waits for can be asked while it waits.
        async with self._door.open(lambda text: self._remark("warning", text)):
            if self._gate is None or await self._passes(self._gate, view, exchange, clock):
                ears = self._publish, lambda record: self._hear(record, key)
                await self._run_bot(Runner(bot, view, exchange, feed, self._journal, clock, *ears))

    def _hear(self, record: Record, key: str) -> None:
        """The first record is that of recovery: the exchange has known the key, nothing was ordered yet."""
        self._account.keep(key)
        self._listener(record)
        self._door.hear(record)

    async def _run_bot(self, runner: Runner) -> None:
        """With all that was said before it was up."""
        with self._lock:
            self._loop, self._runner = asyncio.get_running_loop(), runner
            waiting, self._waiting = self._waiting, []
            remarks, self._remarks = self._remarks, []
            if self._stopped:
                return
        now_ms = runner.clock.now_ms()
        if self._options.seed is not None and self._goes_on:
            text = "the demo goes on where it stopped; --seed counts for a new --state-dir"
            runner.emit(Remarked(now_ms, "warning", text))
        for level, text in (*remarks, *(self._gate.remarks if self._gate is not None else ())):
            runner.emit(Remarked(now_ms, level, text))
        for command, asked_ms in waiting:
            self._take(command, asked_ms)
        await runner.run()

    async def _passes(self, gate: Gate, view: View, exchange: KrakenExchange, clock: ExchangeClock) -> bool:
        """Whether a person lets the bot trade with real money. Raises LaunchError."""
        with self._lock:
            self._loop = asyncio.get_running_loop()
            if self._stopped:
                return False
        return await gate.passes(view, exchange, clock, self._publish, self._options.arm)

    def _publish(self, snapshot: Snapshot) -> None:
        before, self._latest = self._latest, snapshot
        if snapshot.trouble and (before is None or snapshot.trouble != before.trouble):
            # Told even when the journal cannot keep it: a full disk must not be silent.
            self._listener(Record(snapshot.at_ms, Note("error", snapshot.trouble)))
        self._door.see(snapshot)
        self._recorder.see(snapshot)

    def _call(self, work: Callable[[], None]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(work)

    def _take(self, command: Submission, asked_ms: int) -> None:
        """In the engine's own thread."""
        waited_ms = _counter_ms() - asked_ms
        if waited_ms > LATEST_MS and not may_come_late(command):
            what = type(command).__name__.lower()
            self._remark("warning", f"not carried out: {what} waited {waited_ms // 1000} s here; ask again")
        elif isinstance(command, Arm | CheckAgain):
            if self._gate is not None:
                self._gate.take(command)
        elif isinstance(command, Edit):
            self._edit(command)
        elif isinstance(command, Drill):
            self._drills.start(command.fault)
        elif isinstance(command, Steering):
            pass  # there is nothing to steer where time passes by itself
        elif self._runner is not None:
            self._runner.emit(Commanded(self._runner.clock.now_ms(), command))
        elif isinstance(command, Pause):
            self._waiting.append((command, asked_ms))  # nothing trades unarmed; it holds once armed

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
        now = runner.clock.now_ms()
        try:
            self._loaded, change = apply(edit, self._loaded, runner.bot.state.settings, runner.clock.rate)
        except ConfigError as error:
            runner.emit(Remarked(now, "error", f"settings not changed: {error}"))
            return
        runner.view.values = values_of(self._loaded.settings)
        runner.emit(Commanded(now, change))

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


def _counter_ms() -> int:
    return elapsed_ns() // 1_000_000


def _end_program() -> None:
    """What SIGTERM does, whichever thread asks: engine first, then the screen if there is one."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def _load(options: RunOptions) -> Loaded:
    try:
        return load(find(options.config))
    except ConfigError as error:
        raise LaunchError(str(error), USAGE) from None
