"""Findings of the check: what is well is one line, what is not has its remedy."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from tui_bot import textual_version
from tui_bot.cli import main
from tui_bot.commands import checkup
from tui_bot.commands.checkup import Finding, run_checkup
from tui_bot.session.box import ChildBox, demo_options

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def good_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exchange about which there is nothing to say."""
    monkeypatch.setattr(checkup, "_exchange", lambda _loaded, _mode: [])


def config(tmp_path: Path, text: str = "") -> Path:
    """A config file."""
    (tmp_path / "config.yaml").write_text(text)
    return tmp_path / "config.yaml"


def terminal(monkeypatch: pytest.MonkeyPatch, columns: int, lines: int, kind: str) -> list[Finding]:
    """What is found of a terminal of this size and kind."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((columns, lines)))
    monkeypatch.setenv("TERM", kind)
    return [finding for finding in checkup._terminal() if finding.what == "terminal"]


def test_what_is_well_is_one_line() -> None:
    assert Finding("pair", "BTC/USD: online").line == "ok    pair       BTC/USD: online"


def test_a_fault_has_its_remedy_below_it() -> None:
    assert Finding("pair", "closed", "wait").line == "FAIL  pair       closed\n      -> wait"


@pytest.mark.parametrize(
    ("columns", "lines", "kind", "remedy"),
    [
        (80, 24, "xterm-256color", ""),
        (60, 20, "screen", ""),
        (59, 24, "xterm", "make it at least 60x20"),
        (80, 19, "xterm", "make it at least 60x20"),
        (80, 24, "dumb", "set TERM, for example TERM=xterm-256color"),
        (80, 24, "", "set TERM, for example TERM=xterm-256color"),
    ],
)
def test_a_terminal_is_large_and_able_enough(
    columns: int, lines: int, kind: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [finding.remedy for finding in terminal(monkeypatch, columns, lines, kind)] == [remedy]


def test_little_room_on_the_disk_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(1, 1, 5_000_000))
    found, _journal = checkup._state(tmp_path)
    assert (found.text, found.remedy) == (f"{tmp_path}: 5 MB free", "free some disk space")


@pytest.mark.usefixtures("good_exchange")
def test_all_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_checkup(config(tmp_path), None, tmp_path / "state") == 0
    assert "FAIL" not in capsys.readouterr().out


@pytest.mark.usefixtures("good_exchange")
def test_a_setting_that_can_never_apply_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "interval: 1\ntrading:\n  resend: once\n"
    assert run_checkup(config(tmp_path, text), None, tmp_path / "state") == 2
    told = capsys.readouterr().out
    assert "trading.resend: once never comes to pass on 1-minute candles" in " ".join(told.split())


@pytest.mark.usefixtures("good_exchange")
def test_a_theme_that_cannot_be_used_is_a_fault_and_so_is_one_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    own = tmp_path / "home" / "tui-bot" / "themes"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text("name: mine\ndark: true\ncolours:\n  up: blurple\n")
    places = ["--config", str(config(tmp_path)), "--state-dir", str(tmp_path / "state")]
    assert main(["check", *places]) == 1
    told = capsys.readouterr().out
    assert "FAIL  theme      mine.yaml line 4: up: 'blurple' is no colour" in told
    assert "ok    theme      dark; there are " in told
    (own / "mine.yaml").unlink()
    config(tmp_path, "display:\n  theme: mine\n")
    assert main(["check", *places]) == 1
    assert "FAIL  theme      there is no mine" in capsys.readouterr().out


@pytest.mark.usefixtures("good_exchange")
def test_keys_of_one_s_own_are_counted_and_named_where_they_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ["--config", str(config(tmp_path, "ui:\n  keys: trade.buy=B\n"))]
    places += ["--state-dir", str(tmp_path / "state")]
    assert main(["check", *places]) == 0
    assert "ok    keys       1 action by keys of your own" in capsys.readouterr().out
    config(tmp_path, "ui:\n  keys: trade.buy=p\n")
    assert main(["check", *places]) == 2
    assert "ui.keys" in capsys.readouterr().out


@pytest.mark.usefixtures("good_exchange")
def test_the_state_folder_is_that_of_the_config_s_mode(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_checkup(config(tmp_path, "mode: replay\nreplay:\n  history: x.csv\n"), None, tmp_path / "state")
    assert str(tmp_path / "state" / "replay") in capsys.readouterr().out


@pytest.mark.parametrize(
    ("finding", "code"),
    [
        (Finding("exchange", "odd", "mend it"), 1),
        (Finding("exchange", "away", "wait", retryable=True), 3),
        (Finding("exchange", "online"), 0),
    ],
    ids=["failed", "try again", "well"],
)
def test_the_exit_code_says_what_to_do(
    finding: Finding, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "_exchange", lambda _loaded, _mode: [finding])
    assert run_checkup(config(tmp_path), None, tmp_path / "state") == code


def test_the_first_fault_gives_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    assert run_checkup(config(tmp_path, "pair: 12\n"), None, tmp_path / "state") == 2


def test_paper_looks_at_the_prices_and_at_its_box(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ChildBox.start(demo_options(10, 1, None)) as stand_in:
        prices = f'paper:\n  source_rest: "{stand_in.rest}"\n'
        assert run_checkup(config(tmp_path, prices), "paper", tmp_path / "state") == 0
    told = capsys.readouterr().out
    for line in (
        "prices     of an exchange in a box: online",
        "exchange   in a box",
        "pair       BTC/USD: online",
    ):
        assert f"ok    {line}" in told
    assert list((tmp_path / "state" / "paper").iterdir()) == []


def test_paper_without_prices_is_told_and_worth_another_try(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = 'paper:\n  source_rest: "http://127.0.0.1:9"\n'
    assert run_checkup(config(tmp_path, nobody), "paper", tmp_path / "state") == 3
    assert "FAIL  prices     mode paper has no prices" in capsys.readouterr().out


def test_a_replay_without_a_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_checkup(config(tmp_path), "replay", tmp_path / "state") == 1
    assert "-> set replay.history" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("setting", "installed", "said"),
    [
        ("lean", "8.2.8", "lean, with Textual 8.2.8"),
        ("lean", "9.1.0", "stock: Textual 9.1.0 is here, lean is for 8.2.8"),
        ("stock", "8.2.8", "stock, as display.output says"),
    ],
)
def test_which_output_the_console_will_use_is_said(
    setting: str,
    installed: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    good_exchange: None,
) -> None:
    monkeypatch.setattr(textual_version, "installed", lambda: installed)
    monkeypatch.setattr(textual_version, "KNOWN", ("8.2.8",))
    path = config(tmp_path, f"display:\n  output: {setting}\n")
    assert run_checkup(path, None, tmp_path / "state") == 0
    assert f"output     {said}\n" in capsys.readouterr().out
