"""One line per event; a failure says its kind and place, and no more than is known."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from tests.unit.session.snapshots import SNAPSHOT
from tui_bot.commands import headless
from tui_bot.commands.headless import Printer, run_headless
from tui_bot.crash import place_of
from tui_bot.engine.records import Note, Record
from tui_bot.engine.snapshot import Snapshot
from tui_bot.journal.json_lines import json_line
from tui_bot.session.session import RunOptions

NOTE = Record(1_767_600_000_000, Note("info", "\x1b]0;hello\x07"))


def test_lines_for_people_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    Printer("BTC/USD", as_json=False).record(NOTE)
    shown = capsys.readouterr().out
    assert shown.startswith("2026-01-05 08:00:00.000Z  note      info: ")
    assert "\x1b" not in shown


def test_lines_for_machines_are_numbered_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    printer = Printer("BTC/USD", as_json=True)
    printer.record(NOTE)
    printer.record(NOTE)
    printer.end("stopped")
    shown = capsys.readouterr().out
    assert shown.isascii()
    assert "\x1b" not in shown
    first, second, last = map(json.loads, shown.splitlines())
    assert (first["seq"], second["seq"]) == (1, 2)
    assert last == {"kind": "stopped", "text": "stopped"}


class Surprised:
    """A session that fails while it runs."""

    pair = "BTC/USD"
    shown: Snapshot | None = None

    def __init__(self, _options: RunOptions) -> None:
        pass

    def listen(self, _listener: object) -> None:
        """Nothing happens before the failure."""

    def stop(self) -> None:
        """Nothing runs."""

    def latest(self) -> Snapshot | None:
        """What was seen last."""
        return self.shown

    def run(self) -> NoReturn:
        """Fail with a secret in the message."""
        raise KeyError("do-not-show-me")


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        (None, "stopped by a failure; what is at the exchange was not read"),
        (replace(SNAPSHOT, account=None), "stopped by a failure; what is at the exchange was not read"),
        (SNAPSHOT, "stopped (demo). Left at the exchange: flat, no open orders (as last seen)"),
    ],
    ids=["unseen", "unread", "seen"],
)
def test_a_failure_claims_no_more_than_was_seen(
    snapshot: Snapshot | None,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(headless, "Session", Surprised)
    monkeypatch.setattr(headless, "_stop_on_signals", lambda _session: [])
    monkeypatch.setattr(Surprised, "shown", snapshot)
    assert run_headless(RunOptions(Path("state")), as_json=False) == 1
    out, err = capsys.readouterr()
    assert out == words + "\n"
    assert err.startswith("tui-bot: the bot failed: KeyError at ")
    assert err.endswith(f". {headless.AFTER_A_FAILURE}\n")
    assert "do-not-show-me" not in err


def test_the_place_is_the_innermost_line_of_ours() -> None:
    with pytest.raises(AttributeError) as raised:
        json_line(None)  # type: ignore[arg-type]
    assert place_of(raised.value).startswith("AttributeError at journal/json_lines.py:")


def test_a_place_outside_is_named_by_its_file() -> None:
    with pytest.raises(ValueError, match="Expecting") as raised:
        json.loads("{")
    assert place_of(raised.value).startswith("JSONDecodeError at decoder.py:")


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert place_of(KeyError("x")) == "KeyError"


def test_a_reader_that_has_gone_is_not_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Gone:
        """Standard output after its reader has left."""

        def write(self, _text: str) -> int:
            """Refuse."""
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    printer = Printer("BTC/USD", as_json=True)
    printer.record(NOTE)
    printer.record(NOTE)
    sys.stdout.close()


def test_live_without_a_screen_wants_the_word_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_headless(RunOptions(tmp_path / "state", mode="live"), as_json=False) == 2
    assert "add --arm and the pair's name" in capsys.readouterr().err
    assert run_headless(RunOptions(tmp_path / "state", mode="demo", arm="BTC/USD"), as_json=False) == 2
    assert "--arm is for --mode live alone" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()
