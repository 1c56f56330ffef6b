"""The first start of somebody new, and a notice to somebody who looks elsewhere, in a real terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tmux import Tmux
from tui_bot.config.file import default_text

pytestmark = pytest.mark.terminal


def test_a_first_start_asks_and_ends_in_the_running_demo(tmp_path: Path) -> None:
    home = tmp_path / "home"
    env = f"cd {tmp_path} && env -u CI LANG=C.UTF-8 XDG_CONFIG_HOME={home}"
    state = ["--state-dir", str(tmp_path / "state")]
    with Tmux(state, env=env) as terminal:
        terminal.expect("Welcome to tui-bot")
        terminal.keys(*["Enter"] * 7)
        shown = terminal.expect("▶ RUN")
        assert " DEMO " in shown.splitlines()[0]
        terminal.keys("q", "Tab", "Enter")
        terminal.expect("EXIT=0")
    assert (home / "tui-bot" / "config.yaml").read_text("utf-8") == default_text()
    with Tmux(state, env=env) as terminal:
        shown = terminal.expect("▶ RUN")
        assert "Welcome" not in shown
