"""What can be told a bot that does not run: a pause for its next start, and a flatten right now.

Both hold the state folder's lock all the time, so they never act beside a living bot.
"""

from __future__ import annotations

import queue
import signal
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from types import FrameType

from tui_bot.commands.complaint import complain
from tui_bot.config.file import find, load
from tui_bot.config.problem import ConfigError
from tui_bot.control.errand import Flattening
from tui_bot.control.protocol import Answer, Outcome
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.ports import JournalError
from tui_bot.engine.records import Record, RunChanged
from tui_bot.journal.reader import read
from tui_bot.journal.sqlite_journal import SqliteJournal, wall_ms
from tui_bot.session.session import RunOptions, Session

FAILED, USAGE, RETRYABLE = 1, 2, 3

_LOOK_S = 0.05
_END_S = 5.0

#: A box's clock may be in another year; then its own newest time is the nearest to the truth.
_SAME_CLOCK_MS = 86_400_000


def pause(folder: Path, config: Path | None) -> int:
    """Write a pause into the journal, so that the next start is PAUSED; the exit code."""
    try:
        settings = load(find(config)).settings
        path = folder / "journal.sqlite"
        at_ms = _newest_ms(path)
        with closing(SqliteJournal(path, settings.pair, settings.interval * 60)) as journal:
            run = journal.recall().run
            if run is None or run.run is Run.RUN:
                state = RunState(Run.PAUSED, "by hand, while no bot ran", at_ms)
                journal.write([Record(at_ms, RunChanged(state))])
                run = state
    except ConfigError as error:
        return complain(error, USAGE)
    except (JournalError, OSError) as error:
        return complain(f"not paused: {error}", FAILED)
    sys.stdout.write(f"no bot runs; the next start in this mode will be {run.run.value}\n")
    return 0


def _newest_ms(path: Path) -> int:
    """About what the exchange's clock reads."""
    now = wall_ms()
    newest = next(iter(read(path, 1)), None) if path.exists() else None
    if newest is None or abs(newest.at_ms - newest.wall_ms) < _SAME_CLOCK_MS:
        return now
    return newest.at_ms


def flatten(
    state_dir: Path, config: Path | None, mode: str, timeout: float, *, foreign: bool = False
) -> Answer:
    """Start the ordinary bot without a screen, flatten, wait for the exchange's word, and stop it.

    Until a person resumes, the bot stays taken over. A start that is refused raises nothing: it is the
    answer.
    """
    sys.stderr.write("tui-bot: no bot runs; starting one without a screen to flatten\n")
    try:
        # To flatten is the word that arms: it opens nothing, and the list has to pass all the same.
        word = load(find(config)).settings.pair if mode == "live" else None
        session = Session(RunOptions(state_dir, config, mode, arm=word))
    except (ConfigError, LaunchError) as error:
        return Answer(Outcome.FAILED, (f"not flattened: {error}",))
    run = _Run(session, foreign)
    signals = {number: signal.signal(number, run.on_signal) for number in _SIGNALS}
    try:
        return run.flatten(time.monotonic() + timeout)
    finally:
        for number, handler in signals.items():
            signal.signal(number, handler)


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Run:
    """A session in a thread of its own, with the errand of flattening."""

    def __init__(self, session: Session, foreign: bool) -> None:
        self._session = session
        self._records: queue.SimpleQueue[Record] = queue.SimpleQueue()
        self._errand = Flattening(session.submit, foreign=foreign)
        self._refusal = ""
        self._thread = threading.Thread(target=self._live, name="engine", daemon=True)
        session.listen(self._records.put)

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Stop in order; what is known by then is told."""
        self._session.stop()

    def flatten(self, end: float) -> Answer:
        """The answer; by then the session has stopped."""
        self._thread.start()
        answer = None
        while answer is None and self._thread.is_alive() and time.monotonic() < end:
            time.sleep(_LOOK_S)
            answer = self._look()
        self._session.stop()
        self._thread.join(_END_S)
        if answer is None and self._refusal:
            return Answer(Outcome.FAILED, (f"not flattened: {self._refusal}",))
        return answer or self._look() or self._errand.give_up(self._session.latest())

    def _look(self) -> Answer | None:
        while not self._records.empty():
            self._errand.hear(self._records.get().body)
        snap = self._session.latest()
        return self._errand.see(snap) if snap is not None else None

    def _live(self) -> None:
        try:
            self._session.run()
        except LaunchError as error:
            self._refusal = str(error)
