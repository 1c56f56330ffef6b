"""``tui-bot run --headless``: the bot without a screen, one line per event on standard output."""

from __future__ import annotations

import json
import signal
import sys
import time
from itertools import count
from types import FrameType

from tui_bot.commands.complaint import complain
from tui_bot.commands.outlet import Outlet
from tui_bot.crash import place_of
from tui_bot.engine.farewell import farewell
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.records import Record
from tui_bot.engine.snapshot import Snapshot
from tui_bot.journal.json_lines import json_line
from tui_bot.journal.reader import Entry
from tui_bot.journal.words import line
from tui_bot.sanitise import sanitise
from tui_bot.session.session import RunOptions, Session

FAILED, USAGE = 1, 2
_LONGEST = 1000  # characters of the farewell
AFTER_A_FAILURE = "No further order was sent; start again: it reads the journal and asks the exchange first"


def run_headless(options: RunOptions, as_json: bool) -> int:
    """Trade until interrupted; the exit code of the process."""
    if refusal := _unarmed(options):
        return _refused(LaunchError(f"{refusal}. No order was sent", USAGE))
    try:
        session = Session(options)
        printer = Printer(session.pair, as_json)
        session.listen(printer.record)
        stopped_by = _stop_on_signals(session)
    except LaunchError as error:
        return _refused(error)
    try:
        session.run()
    except LaunchError as error:
        return _refused(error)
    except Exception as error:
        printer.end(_last_seen(session.latest()))
        return complain(f"the bot failed: {place_of(error)}. {AFTER_A_FAILURE}", FAILED)
    printer.end(farewell(session.latest()))
    return 128 + stopped_by[0] if stopped_by else 0


def _unarmed(options: RunOptions) -> str:
    """Without a screen nobody can be asked: the word that arms is given on the command line, or never."""
    if options.mode == "live" and options.arm is None:
        return (
            "mode live without a screen trades with real money only when it is armed on the command line: "
            "add --arm and the pair's name, as in --arm BTC/USD"
        )
    if options.mode != "live" and options.arm is not None:
        return "--arm is for --mode live alone; leave it away"
    return ""


def _last_seen(snapshot: Snapshot | None) -> str:
    """After a failure less is known than after an end in order: an order may have left since."""
    if snapshot is None or snapshot.account is None:
        return "stopped by a failure; what is at the exchange was not read"
    return f"{farewell(snapshot)} (as last seen)"


def _refused(error: LaunchError) -> int:
    return complain(error, error.exit_code)


class Printer:
    """Writes each record as one line, at once. A reader that is slow or gone does not hold up the bot."""

    def __init__(self, pair: str, as_json: bool) -> None:
        self.pair = pair
        self.as_json = as_json
        self._numbers = count(1)
        self._outlet = Outlet(sys.stdout.fileno(), self._words, sys.stdout.encoding)

    def record(self, record: Record) -> None:
        """One event."""
        wall_ms = time.time_ns() // 1_000_000
        entry = Entry(next(self._numbers), record.at_ms, wall_ms, self.pair, record.body)
        self._outlet.say(json_line(entry) if self.as_json else line(entry))

    def end(self, text: str) -> None:
        """What was left at the exchange, as the last line: in JSON ``kind`` (stopped) and ``text``."""
        last = json.dumps({"kind": "stopped", "text": text}) if self.as_json else sanitise(text, _LONGEST)
        self._outlet.end(last)

    def _words(self, count: int) -> str:
        """In JSON ``kind`` (lost) and ``count``."""
        if self.as_json:
            return json.dumps({"kind": "lost", "count": count})
        return f"{count} lines were not printed: nobody read them in time; the journal has them"


def _stop_on_signals(session: Session) -> list[int]:
    received: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        session.stop()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it (F97)
            signal.signal(number, stop)
    return received
