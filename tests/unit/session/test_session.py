"""What a session refuses before anything starts, and what the command line adds to the settings."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.processes import wait_for
from tui_bot.engine.commands import Contract, Pause, Trade, Until
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.memory import Run
from tui_bot.engine.records import Note
from tui_bot.engine.snapshot import Phase
from tui_bot.market.order import Side
from tui_bot.session.box import BoxError, ChildBox, demo_options, replay_options
from tui_bot.session.session import RunOptions, Session


def write(tmp_path: Path, text: str = "") -> Path:
    """A config file."""
    path = tmp_path / "config.yaml"
    path.write_text(text)
    return path


@contextmanager
def session(tmp_path: Path, text: str = "", **options: str) -> Iterator[Session]:
    """A session that is not run; its journal is closed in the end."""
    made = Session(RunOptions(tmp_path / "state", write(tmp_path, text), **options))  # type: ignore[arg-type]
    try:
        yield made
    finally:
        made.stop()
        made.run()


def test_options_leave_the_settings_as_they_are() -> None:
    options = RunOptions(Path("state"))
    assert (options.config, options.mode, options.speed, options.seed) == (None, None, None, None)


def test_each_mode_has_a_folder_of_its_own(tmp_path: Path) -> None:
    with session(tmp_path) as made:
        assert (made.mode, made.folder) == ("demo", tmp_path / "state" / "demo")
    with session(tmp_path, "replay:\n  history: x.csv\n", mode="replay") as made:
        assert (made.mode, made.folder) == ("replay", tmp_path / "state" / "replay")


def test_the_state_is_for_its_owner_only(tmp_path: Path) -> None:
    with session(tmp_path) as made:
        assert made.folder.stat().st_mode & 0o077 == 0
        assert (made.folder / "journal.sqlite").stat().st_mode & 0o077 == 0


def test_there_is_nothing_to_see_before_the_start(tmp_path: Path) -> None:
    with session(tmp_path) as made:
        made.submit(Pause())
        assert made.latest() is None


def test_a_stop_before_the_start_starts_nothing(tmp_path: Path) -> None:
    text = 'exchange:\n  rest: "http://127.0.0.1:9"\n'
    made = Session(RunOptions(tmp_path / "state", write(tmp_path, text)))
    made.stop()
    made.run()
    assert made.latest() is None


def test_an_unreachable_box_is_worth_another_try(tmp_path: Path) -> None:
    made = Session(
        RunOptions(tmp_path / "state", write(tmp_path, 'exchange:\n  rest: "http://127.0.0.1:9"\n'))
    )
    with pytest.raises(LaunchError, match="no box answers") as refused:
        made.run()
    assert refused.value.exit_code == 3
    with session(tmp_path, 'exchange:\n  rest: "http://127.0.0.1:9"\n'):
        pass  # the journal was closed: it opens again


def test_a_box_is_told_what_to_play(tmp_path: Path) -> None:
    ledger = tmp_path / "exchange"
    assert demo_options(60.0, 7, ledger) == ["--speed", "60", "--seed", "7", "--state", str(ledger)]
    assert demo_options(1.5, 7, None, "pro") == ["--speed", "1.5", "--seed", "7", "--rates", "pro"]
    assert demo_options(1.5, 7, None) == ["--speed", "1.5", "--seed", "7"]
    assert replay_options(60, Path("x.csv"), None) == ["--speed", "60", "--history", "x.csv"]


def test_a_box_that_refuses_says_why_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(BoxError, match=r"^.*none\.csv: cannot be read") as refused:
        ChildBox.start(replay_options(1, tmp_path / "none.csv", None))
    assert not refused.value.retryable
    assert not str(refused.value).startswith("tui-bot")


def test_a_box_that_ends_without_a_word_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(BoxError, match="did not get ready") as refused:
        ChildBox.start([])
    assert refused.value.retryable


def test_a_box_of_ours_ends_with_us() -> None:
    with ChildBox.start(demo_options(1, 1, None)) as box:
        assert box.is_alive
        assert box.rest.startswith("http://127.0.0.1:")
    assert not box.is_alive


def test_s23_a_command_that_waited_is_told_and_not_carried_out_but_a_pause_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that stood still comes back to what was asked for in another moment."""
    monkeypatch.setattr("tui_bot.session.session.LATEST_MS", 200)
    said: list[str] = []
    made = Session(RunOptions(tmp_path / "state", write(tmp_path, "demo:\n  speed: 60\n")))
    made.listen(lambda record: said.append(record.body.text) if isinstance(record.body, Note) else None)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        assert wait_for(lambda: (snap := made.latest()) is not None and snap.phase is Phase.READY)
        assert made._loop is not None
        made._loop.call_soon_threadsafe(time.sleep, 0.5)
        made.submit(Trade(Side.BUY, Decimal("0.001"), None, Contract(Until.RELEASED)))
        made.submit(Pause())
        assert wait_for(lambda: any("not carried out: trade waited" in text for text in said))
        assert wait_for(lambda: (snap := made.latest()) is not None and snap.run.run is Run.PAUSED)
        snap = made.latest()
        assert snap is not None
        assert snap.override is None
    finally:
        made.stop()
        thread.join(10)
