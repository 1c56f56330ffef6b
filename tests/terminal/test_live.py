"""Mode live in a real terminal, with a box where Kraken would be."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.livebox import ROOT, LiveBox
from tests.support.tmux import Tmux
from tui_bot.console.arming import PAUSE_S

pytestmark = pytest.mark.terminal


@pytest.fixture
def box() -> Iterator[LiveBox]:
    with LiveBox() as box:
        yield box


def console(box: LiveBox, place: Path) -> Tmux:
    places = ("--key-file", str(box.key_file(place)), "--state-dir", str(place / "s"))
    env = f"PYTHONPATH={ROOT} XDG_STATE_HOME={place / 'state'}"
    return Tmux(["run", "--mode", "live", *places], env=env, command=box.command())


def test_escape_leaves_the_arming_screen_and_nothing_was_sent(box: LiveBox, tmp_path: Path) -> None:
    with console(box, tmp_path) as tmux:
        shown = tmux.expect("Nothing was sent but reads")
        assert "LIVE · REAL MONEY" in shown
        assert "the key cannot withdraw" in shown
        tmux.keys("Escape")
        shown = tmux.expect("EXIT=")
        assert "EXIT=0" in shown
        assert "nothing was sent" in shown
    assert box.orders() == []


def test_the_pairs_name_arms_and_the_next_dialog_says_real_money(box: LiveBox, tmp_path: Path) -> None:
    with console(box, tmp_path) as tmux:
        tmux.expect("Nothing was sent but reads")
        tmux.keys(*"BTC/USD", "Enter", "Enter")  # as a paste would come without brackets
        tmux.expect("a paste arms nothing")
        time.sleep(PAUSE_S + 0.2)
        tmux.keys("Enter")
        shown = tmux.expect(lambda seen: "▶ RUN" in seen and re.search(r"spread \d", seen) is not None)
        assert shown.startswith("  LIVE ")
        tmux.keys("b")
        assert "LIVE · REAL MONEY" in tmux.expect("BUY by hand")
        tmux.keys("Escape")
    assert box.orders() == []
