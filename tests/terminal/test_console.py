"""The console as a person meets it: a real terminal, real keys, a real exchange in a box."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.processes import Box, journal, wait_for, write_config
from tests.support.tmux import Tmux

pytestmark = pytest.mark.terminal


@pytest.fixture
def box() -> Iterator[Box]:
    """An exchange where a minute takes a second."""
    with Box("--speed", "60", "--seed", "7") as box:
        yield box


@pytest.fixture
def places(box: Box, tmp_path: Path) -> list[str]:
    """The arguments that point a console at the box."""
    config = write_config(tmp_path / "config.yaml", box)
    return ["--config", str(config), "--state-dir", str(tmp_path / "state")]


def held(box: Box) -> Decimal:
    """The coins the ledger shows."""
    return Decimal(box.ledger()["balances"]["XXBT"])


def test_trade_override_edit_pause_and_quit_by_keyboard(box: Box, places: list[str], tmp_path: Path) -> None:
    with Tmux(places) as terminal:
        terminal.expect("RUN")
        terminal.expect("▶ RUN")
        terminal.keys("p")
        terminal.expect("PAUSED")
        buy(terminal)
        assert wait_for(lambda: held(box) == Decimal("0.001"))
        shown = terminal.expect("LONG 0.0010")
        assert "@" in shown
        terminal.expect("PAUSED +MANUAL to next signal")
        terminal.keys("r")
        terminal.expect("Release the override?")
        terminal.keys("y")
        terminal.expect(lambda shown: "PAUSED" in shown and "+MANUAL" not in shown)
        assert held(box) == Decimal("0.001"), "the position stays"
        terminal.keys("f")
        terminal.expect("latten")
        terminal.keys("y")
        assert wait_for(lambda: held(box) == 0)
        terminal.expect("FLAT")
        terminal.keys("p")
        terminal.expect("Resume trading?")
        terminal.keys("y")
        terminal.expect("▶ RUN")
        edit_the_period(terminal)
        assert "period: 15" in (tmp_path / "config.yaml").read_text()
        terminal.keys("q")
        terminal.expect("Stay")
        quit_leaving_all(terminal)
        shown = terminal.expect("EXIT=0")
        assert "Left at the exchange: flat" in shown
        assert not terminal.in_alternate_screen()
    kinds = {entry["kind"] for entry in journal(tmp_path / "state")}
    assert {"intent", "order", "fill", "run", "override", "note"} <= kinds


def buy(terminal: Tmux) -> None:
    """Through the ticket: review, then send."""
    terminal.keys("b")
    terminal.expect("BUY by hand")
    terminal.keys("Tab", "Tab", "Tab", "Tab", "Tab", "Enter")
    terminal.expect("Send this BUY?")
    terminal.keys("y")


def edit_the_period(terminal: Tmux) -> None:
    """From 20 to 15, through the form, while it runs."""
    terminal.keys("e")
    terminal.expect("Review changes")
    terminal.keys("Down", "Down", "Down", "BSpace", "BSpace", "1", "5", "Tab", "Tab", "Enter")
    terminal.expect("strategy.period: 20 → 15 candles")
    terminal.keys("y")
    terminal.expect("SMA 15")


def quit_leaving_all(terminal: Tmux) -> None:
    """The second choice of the quit dialog."""
    terminal.keys("Tab", "Enter")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_in_order(places: list[str], number: int, code: int) -> None:
    with Tmux(places) as terminal:
        terminal.expect("▶ RUN")
        os.kill(terminal.pid(), number)
        shown = terminal.expect(f"EXIT={code}", within=5)
        assert "Left at the exchange" in shown
        assert not terminal.in_alternate_screen()


@pytest.mark.parametrize("above", ["", "trap '' HUP;"], ids=["told", "kept from it"])
def test_a_closed_terminal_ends_in_order(above: str, box: Box, places: list[str], tmp_path: Path) -> None:
    with Tmux(places, env=above) as terminal:
        terminal.expect("▶ RUN")
        pid = terminal.pid()
        terminal.kill_session()
        assert wait_for(lambda: not alive(pid), within=5)
    with Tmux(places, lines=50) as again:
        again.expect("taken up from the journal")


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_any_size_is_survived(places: list[str]) -> None:
    with Tmux(places) as terminal:
        terminal.expect("▶ RUN")
        for columns, lines in ((30, 8), (10, 3), (200, 60), (60, 20), (1, 1), (100, 30), (61, 19)):
            terminal.resize(columns, lines)
            time.sleep(0.1)
        for step in range(40):
            terminal.resize(40 + step * 37 % 160, 8 + step * 11 % 50)
        terminal.resize(80, 24)
        terminal.expect("▶ RUN")
        terminal.resize(40, 10)
        shown = terminal.expect(lambda text: "60" in text and "20" in text)
        assert "DEMO" in shown


def test_the_feed_stays_fresh(places: list[str]) -> None:
    with Tmux(places) as terminal:
        terminal.expect("▶ RUN")
        for _ in range(20):
            shown = terminal.screen()
            assert not re.search(r"STALE|SILENT|DEAD|Traceback", shown), shown
            time.sleep(0.25)
