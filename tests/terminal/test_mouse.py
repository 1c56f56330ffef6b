"""The mouse through tmux: with ``set -g mouse on`` it hands on what the console asks for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.tmux import Tmux

pytestmark = pytest.mark.terminal

ROOT = Path(__file__).parents[2]
STAGE = (sys.executable, str(ROOT / "tests/console/stage.py"))

#: What a terminal sends (SGR, from 1): the wheel over the log, away from the person; a click on the chart.
WHEEL = "\x1b[<64;20;22M" * 4
CLICK = "\x1b[<0;30;6M\x1b[<0;30;6m"


def test_the_wheel_and_a_click_come_through_tmux() -> None:
    with Tmux([], env=f"env PYTHONPATH={ROOT}", command=STAGE) as inner:
        inner.expect("close in")
        inner.mouse_on()
        with inner.attached(80, 24) as terminal:
            terminal.expect("close in")
            terminal.raw(WHEEL)
            terminal.expect(lambda shown: "held ·" in shown or "new ↓" in shown)
            terminal.raw(CLICK)
            terminal.expect("13:35  O 66,892.3")
