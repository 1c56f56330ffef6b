"""``tui-bot status``, ``pause``, ``resume``, ``flatten``, ``stop``: a running bot, told from outside."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tui_bot.commands.complaint import complain
from tui_bot.commands.listing import mode_of
from tui_bot.config.problem import ConfigError
from tui_bot.control.client import NobodyError, SilentError, ask
from tui_bot.control.protocol import Answer, Outcome, Verb
from tui_bot.control.status import absent, one_line, paragraphs
from tui_bot.journal.lock import holder_of
from tui_bot.sanitise import sanitise

DONE, FAILED, USAGE, RETRYABLE, NO_BOT, REFUSED, TIMED_OUT, NOT_FLAT = range(8)

_CODES = {
    Outcome.DONE: DONE,
    Outcome.FAILED: FAILED,
    Outcome.REFUSED: REFUSED,
    Outcome.TIMED_OUT: TIMED_OUT,
    Outcome.NOT_FLAT: NOT_FLAT,
}

#: How often somebody who is starting or ending is asked again.
_AGAIN_S = 0.1


@dataclass(frozen=True, slots=True)
class Place:
    """Which bot: the state folder and config of a command line, and the mode if it names one."""

    state_dir: Path
    config: Path | None
    mode: str | None

    def chosen_mode(self) -> str:
        """The mode named, or the config's. Raises ConfigError."""
        return self.mode or mode_of(self.config)


def run_status(place: Place, *, as_json: bool, as_line: bool, timeout: float) -> int:
    """Print the status once; the exit code of the process."""
    try:
        mode = place.chosen_mode()
    except ConfigError as error:
        return _misconfigured(error)
    code, status = DONE, absent(mode)
    try:
        answer = ask(place.state_dir / mode, Verb.STATUS, timeout, timeout)
    except NobodyError:
        code = NO_BOT
    except SilentError as error:
        return complain(str(error), TIMED_OUT)
    else:
        if answer.status is None:
            return tell(answer)
        status = answer.status
    if as_json:
        told = [json.dumps(status, separators=(",", ":"))]
    else:
        told = [one_line(status)] if as_line else paragraphs(status)
    sys.stdout.write("".join(f"{sanitise(text, 20_000)}\n" for text in told))
    return code


def run_verb(verb: Verb, place: Place, timeout: float) -> int:
    """Have it done and wait for the proof; the exit code of the process."""
    try:
        mode = place.chosen_mode()
    except ConfigError as error:
        return _misconfigured(error)
    folder, end = place.state_dir / mode, time.monotonic() + timeout
    while True:
        left = max(0.1, end - time.monotonic())
        try:
            answer = ask(folder, verb, left, min(left, 5.0))
        except SilentError as error:
            return complain(f"{error}{_who(folder)}", TIMED_OUT)
        except NobodyError:
            pass
        else:
            return _ended(folder, answer, end) if verb is Verb.STOP else tell(answer)
        # Who holds the lock without a socket is starting or ending; nobody may act beside it.
        if not _holder(folder):
            return _alone(verb, place, mode, left)
        if time.monotonic() > end:
            return complain(
                f"the bot does not answer yet, {verb.value} was not told{_who(folder)}", TIMED_OUT
            )
        time.sleep(_AGAIN_S)


def tell(answer: Answer) -> int:
    """Print an answer, complaints on standard error; its exit code."""
    code = _CODES[answer.outcome]
    stream = sys.stdout if code == DONE or len(answer.lines) > 1 else sys.stderr
    for text in answer.lines:
        stream.write(("" if stream is sys.stdout else "tui-bot: ") + sanitise(text, 1_000) + "\n")
    return code


def _alone(verb: Verb, place: Place, mode: str, left: float) -> int:
    """What can be done where no bot runs."""
    if verb is Verb.PAUSE:
        from tui_bot.commands.offline import pause

        return pause(place.state_dir / mode, place.config)
    if verb in (Verb.FLATTEN, Verb.FLATTEN_FOREIGN):
        from tui_bot.commands.offline import flatten

        foreign = verb is Verb.FLATTEN_FOREIGN
        return tell(flatten(place.state_dir, place.config, mode, left, foreign=foreign))
    hint = "; start it with `tui-bot`, then resume" if verb is Verb.RESUME else ""
    return complain(f"no bot runs in mode {mode} ({place.state_dir / mode}){hint}", NO_BOT)


def _ended(folder: Path, answer: Answer, end: float) -> int:
    """After the engine has stopped: wait until its state folder is free for the next start."""
    while answer.outcome is Outcome.DONE and _holder(folder):
        if time.monotonic() > end:
            return complain(f"the engine has stopped, its process has not ended yet{_who(folder)}", TIMED_OUT)
        time.sleep(_AGAIN_S)
    return tell(answer)


def _holder(folder: Path) -> str:
    return holder_of(folder / "journal.sqlite.lock")


def _who(folder: Path) -> str:
    """Names the process, so that a person can end it; then the command can do it alone."""
    holder = _holder(folder)
    return f"; it is process {holder}. End that process, then ask again" if holder else ""


def _misconfigured(error: ConfigError) -> int:
    return complain(f"{error}\n(or name the --mode)", USAGE)
