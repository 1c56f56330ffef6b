"""``tui-bot keys``: store, show, test and remove the API key of mode live."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path

from tui_bot.commands.complaint import complain
from tui_bot.commands.key_trial import KeyTrial, try_key
from tui_bot.config.file import find, load
from tui_bot.config.problem import ConfigError
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.preflight import Verdict
from tui_bot.keys import vault
from tui_bot.keys.file import remove_key, stored_at_s, write_key
from tui_bot.keys.pair import KeyFault, KeyPair, beginning, checked_pair
from tui_bot.keys.report import Report, load_report, save_report
from tui_bot.keys.source import Found, find_key
from tui_bot.session.box import Address
from tui_bot.session.keylock import fingerprint
from tui_bot.session.live import KRAKEN_ADDRESS, report_path

OK, FAILED, USAGE = 0, 1, 2

#: What a person types who wants a key that can withdraw all the same.
SENTENCE = "this key can withdraw my money and I accept that"

ADVICE = """\
Make the key at Kraken (Settings, API) for this bot alone, on a sub-account of its own if you have one:
  allow     Query funds; Query open orders & trades; Query closed orders & trades;
            Create & modify orders; Cancel & close orders; Access WebSockets API
  never     Withdraw
  and set   nonce window 0, an IP allow-list, an expiry
Nothing you type now is shown.
"""

NOT_A_TERMINAL = (
    "keys add asks at a terminal, so that the secret passes through no pipe, argument or history. Run it in "
    "one; a service gets its key as a key file, or by TUI_BOT_API_KEY and TUI_BOT_API_SECRET"
)


@dataclass(frozen=True, slots=True)
class KeyOptions:
    """Where the key is, and what it is tested with. ``kraken`` is where."""

    key_file: Path
    config: Path | None = None
    keyring: bool = False
    kraken: Address = KRAKEN_ADDRESS
    ask: Callable[[str], str] = field(default=getpass)
    say: Callable[[str], str] = field(default=input)


def add(options: KeyOptions) -> int:
    """Ask for a key, test it, store it."""
    if not _at_terminal():
        return _refuse(NOT_A_TERMINAL, USAGE)
    try:
        loaded = load(find(options.config))
        _tell(ADVICE)
        if not _may_replace(options):
            return _refuse("nothing was changed", FAILED)
        pair = checked_pair(options.ask("API key: "), options.ask("API secret: "))
        tested = try_key(pair, loaded, options.kraken, accepted=False)
        _tell(tested.text)
        accepted = tested.passes_but_for_withdrawal and tested.withdraws and _accepts(options)
        if tested.code and not accepted:
            return _refuse("the key is not stored: mend what says no, then try again", tested.code)
        place = _store(options, pair)
        _keep_report(pair, tested, accepted)
    except ConfigError as error:
        return _refuse(str(error), USAGE)
    except KeyFault as fault:
        return _refuse(f"{fault}. Nothing was stored", FAILED)
    except LaunchError as error:
        return _refuse(str(error), error.exit_code)
    except (EOFError, KeyboardInterrupt):
        return _refuse("given up; nothing was stored", 130)
    _tell(f"stored in {place}. Next: tui-bot check --mode live\n")
    return OK


def show(options: KeyOptions) -> int:
    """Which key there is: place, age, and what its last test said. Never the key."""
    try:
        found = find_key(options.key_file, os.environ)
    except KeyFault as fault:
        return _refuse(str(fault), FAILED)
    key = found.pair.key
    lines = [f"key          {beginning(key)}  fingerprint {fingerprint(key)}", f"source       {found.place}"]
    if found.place == str(options.key_file):
        lines.append(f"stored       {_when(stored_at_s(options.key_file))}")
    report = load_report(report_path(key))
    if report is None:
        lines.append("tested       never: tui-bot keys test")
    else:
        lines.append(f"tested       {_when(report.tested_s)}")
        lines += [f"  {verdict:<4}  {name:<13} {value}" for name, verdict, value in report.rows]
    if found.notice:
        lines.append(f"note         {found.notice}")
    _tell("\n".join(lines) + "\n")
    return OK


def remove(options: KeyOptions) -> int:
    """Forget the stored key, after a question."""
    if not _at_terminal():
        return _refuse("keys remove asks first, and there is no terminal; remove the key file by hand", USAGE)
    place = "the OS keyring" if options.keyring else str(options.key_file)
    try:
        if not _yes(options, f"Remove the API key in {place}? It stays valid at Kraken. y/N "):
            return _refuse("nothing was removed", FAILED)
        if options.keyring:
            vault.remove_key()
        elif not remove_key(options.key_file):
            return _refuse(f"there is no key in {place}", FAILED)
    except KeyFault as fault:
        return _refuse(str(fault), FAILED)
    except (EOFError, KeyboardInterrupt):
        return _refuse("nothing was removed", 130)
    _tell(f"removed from {place}. Delete the key at Kraken too if it is no longer needed\n")
    return OK


def test(options: KeyOptions) -> int:
    """Test the key again, with calls that change nothing."""
    try:
        loaded = load(find(options.config))
        found = find_key(options.key_file, os.environ)
        tested = try_key(found.pair, loaded, options.kraken, accepted=_accepted(found))
        _tell(tested.text)
        _keep_report(found.pair, tested, _accepted(found))
    except ConfigError as error:
        return _refuse(str(error), USAGE)
    except KeyFault as fault:
        return _refuse(str(fault), FAILED)
    except LaunchError as error:
        return _refuse(str(error), error.exit_code)
    return tested.code


VERBS: dict[str, Callable[[KeyOptions], int]] = {"add": add, "show": show, "test": test, "remove": remove}


# -- parts -------------------------------------------------------------------------------------------


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _may_replace(options: KeyOptions) -> bool:
    """A stored key is replaced only after a question."""
    if options.keyring or not options.key_file.exists():
        return True
    return _yes(options, f"There is a key in {options.key_file}. Replace it? y/N ")


def _accepts(options: KeyOptions) -> bool:
    _tell(
        "This key can withdraw, or is not proved unable to. Whoever gets hold of it can take your money: "
        "better make another.\n"
        f"To use it all the same, type: {SENTENCE}\n"
    )
    return options.say("> ").strip() == SENTENCE


def _store(options: KeyOptions, pair: KeyPair) -> str:
    if options.keyring:
        vault.write_key(pair)
        return "the OS keyring"
    write_key(options.key_file, pair)
    return str(options.key_file)


def _keep_report(pair: KeyPair, tested: KeyTrial, accepted: bool) -> None:
    rows = tuple((check.name, _word(check.verdict), check.value) for check in tested.checks)
    try:
        save_report(report_path(pair.key), Report(int(time.time()), rows, accepted))
    except OSError as error:
        _tell(f"note: what the test said could not be kept ({error.strerror})\n")


def _accepted(found: Found) -> bool:
    report = load_report(report_path(found.pair.key))
    return report is not None and report.withdraw_accepted


def _word(verdict: Verdict) -> str:
    return {Verdict.PASS: "ok", Verdict.WARN: "warn", Verdict.FAIL: "FAIL", Verdict.OPEN: "?"}[verdict]


def _yes(options: KeyOptions, question: str) -> bool:
    return options.say(question).strip().lower() in ("y", "yes")


def _when(at_s: int) -> str:
    days = max(0, int(time.time()) - at_s) // 86_400
    ago = "today" if days == 0 else f"{days} day{'s' * (days != 1)} ago"
    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%d %H:%M} UTC ({ago})"


def _tell(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _refuse(text: str, code: int) -> int:
    return complain(text, code)
