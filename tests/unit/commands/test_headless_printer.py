"""One line per event; a failure says its kind and place, and no more than is known."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from tests.unit.session.snapshots import SNAPSHOT
from tui_bot.commands import headless
from tui_bot.commands import outlet as outlet_module
from tui_bot.commands.headless import Printer, run_headless
from tui_bot.commands.outlet import Outlet
from tui_bot.crash import place_of
from tui_bot.engine.records import Note, Record
from tui_bot.engine.snapshot import Snapshot
from tui_bot.journal.json_lines import json_line
from tui_bot.session.session import RunOptions

NOTE = Record(1_767_600_000_000, Note("info", "\x1b]0;hello\x07"))


def test_lines_for_people_are_clean(capfd: pytest.CaptureFixture[str]) -> None:
    printer = Printer("BTC/USD", as_json=False)
    printer.record(NOTE)
    printer.end("stopped")
    shown = capfd.readouterr().out
    assert shown.startswith("2026-01-05 08:00:00.000Z  note      info: ")
    assert "\x1b" not in shown


def test_lines_for_machines_are_numbered_ascii(capfd: pytest.CaptureFixture[str]) -> None:
    printer = Printer("BTC/USD", as_json=True)
    printer.record(NOTE)
    printer.record(NOTE)
    printer.end("stopped")
    shown = capfd.readouterr().out
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
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(headless, "Session", Surprised)
    monkeypatch.setattr(headless, "_stop_on_signals", lambda _session: [])
    monkeypatch.setattr(Surprised, "shown", snapshot)
    assert run_headless(RunOptions(Path("state")), as_json=False) == 1
    out, err = capfd.readouterr()
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


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Its two ends: to read from, to write to."""
    ends = os.pipe()
    yield ends
    for end in ends:
        with suppress(OSError):
            os.close(end)


def words(count: int) -> str:
    return f"{count} lost"


def test_i31_a_reader_that_does_not_read_holds_nobody_up_and_learns_how_much_it_missed(
    pipe: tuple[int, int],
) -> None:
    reading, writing = pipe
    outlet = Outlet(writing, words, most=10)
    said = [f"{number:04} " + "x" * 2_000 for number in range(400)]
    began = time.monotonic()
    for line in said:
        outlet.say(line)
    assert time.monotonic() - began < 1
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.extend(os.fdopen(reading, closefd=False)))
    reader.start()
    outlet.end("the end")
    os.close(writing)
    os.close(outlet._descriptor)
    reader.join(5)
    lines = [line.rstrip("\n") for line in read]
    assert lines[-1] == "the end"
    lost = sum(int(line.split()[0]) for line in lines if line.endswith(" lost"))
    kept = [line for line in lines[:-1] if not line.endswith(" lost")]
    assert lost > 300
    assert len(kept) + lost == len(said)
    assert kept == said[: len(kept)]


def test_a_reader_that_is_stuck_is_not_waited_for_at_the_end(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet_module, "END_S", 0.1)
    outlet = Outlet(pipe[1], words)
    for _ in range(100):
        outlet.say("x" * 2_000)
    began = time.monotonic()
    outlet.end("the end")
    assert time.monotonic() - began < 2


def test_a_reader_that_has_gone_is_not_an_error(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.close(reading)
    outlet = Outlet(writing, words)
    for _ in range(3):
        outlet.say("nobody hears this")
    outlet.end("the end")
    assert not outlet._thread.is_alive()


def test_what_an_encoding_cannot_say_is_written_out(pipe: tuple[int, int]) -> None:
    outlet = Outlet(pipe[1], words, "ascii")
    outlet.end("\N{MINUS SIGN}1")
    assert os.read(pipe[0], 100) == b"\\u22121\n"


def test_live_without_a_screen_wants_the_word_on_the_command_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_headless(RunOptions(tmp_path / "state", mode="live"), as_json=False) == 2
    assert "add --arm and the pair's name" in capfd.readouterr().err
    assert run_headless(RunOptions(tmp_path / "state", mode="demo", arm="BTC/USD"), as_json=False) == 2
    assert "--arm is for --mode live alone" in capfd.readouterr().err
    assert not (tmp_path / "state").exists()
