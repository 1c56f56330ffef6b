"""A recorded run in a real terminal, from a file that stays as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.recording import recording
from tests.support.tmux import Tmux

pytestmark = pytest.mark.terminal


def test_a_recording_is_played_held_searched_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    shutil.copy(recording().path, path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    with Tmux(["replay", str(tmp_path), "--speed", "20"], columns=100, lines=30) as terminal:
        terminal.expect(lambda shown: "REPLAY (DEMO)" in shown and "▶ REPLAY" in shown)
        terminal.keys("n")
        shown = terminal.expect("FILLED")
        assert "‖ REPLAY" in shown
        assert "held" in shown
        terminal.keys("b")
        terminal.expect("this is a recording")
        terminal.keys("g")
        terminal.expect("recorded ")
        terminal.keys("9", "0", "%")
        terminal.expect("→ 2026-")
        terminal.keys("Enter")
        terminal.expect("90%")
        terminal.keys("]", "Space")
        terminal.expect("100%")
        terminal.keys("q")
        shown = terminal.expect("EXIT=0")
        assert "nothing was traded, nothing was written" in shown
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [each.name for each in tmp_path.iterdir()] == ["journal.sqlite"]


def test_what_cannot_be_played_is_said_without_a_screen(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a journal\n")
    with Tmux(["replay", str(tmp_path / "notes.txt")]) as terminal:
        shown = terminal.expect("EXIT=2")
        assert "is no journal of tui-bot" in " ".join(shown.split())
