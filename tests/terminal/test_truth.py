"""What the screen says is what the exchange's ledger says, while the market moves."""

from __future__ import annotations

import os
import re
import time
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.processes import Box, write_config
from tests.support.tmux import Tmux

pytestmark = pytest.mark.terminal

WATCH_S = float(os.environ.get("WATCH", "16"))
SETTLED_S = 1.5


def shown_position(screen: str) -> Decimal | None:
    """The signed size in the position panel; None when it does not say."""
    if re.search(r"^ FLAT\b", screen, re.MULTILINE):
        return Decimal(0)
    found = re.search(r"^ (LONG|SHORT) ([0-9.]+) @", screen, re.MULTILINE)
    if found is None:
        return None
    return Decimal(found[2]) * (1 if found[1] == "LONG" else -1)


def held(ledger: dict[str, dict[str, str]]) -> Decimal:
    """The margin position and the coins of the ledger."""
    return Decimal(ledger["net_position"]["XXBTZUSD"]) + Decimal(ledger["balances"]["XXBT"])


class Watched:
    """A console and its box, with one look at both after the other."""

    def __init__(self, place: Path, leverage: int, ends: ExitStack) -> None:
        place.mkdir()
        self.box = ends.enter_context(Box("--speed", "60", "--seed", "46"))
        config = write_config(place / "config.yaml", self.box, "trading:", f"  leverage: {leverage}")
        self.terminal = ends.enter_context(
            Tmux(["--config", str(config), "--state-dir", str(place / "state")])
        )
        self.checks = 0
        self.positions: set[Decimal] = set()
        self.before = self.box.ledger()

    def look(self) -> None:
        """The screen, against a ledger in which nothing was filled since the last look."""
        screen, after = self.terminal.screen(), self.box.ledger()
        if len(self.before["fills"]) == len(after["fills"]):
            assert shown_position(screen) == held(after), screen
            assert "Traceback" not in screen
            assert "STALE" not in screen, screen
            self.checks += 1
            self.positions.add(held(after))
        self.before = self.box.ledger()


@pytest.mark.timeout(240)
def test_the_position_panel_equals_the_ledger(tmp_path: Path) -> None:
    """On spot and with leverage, at the same time."""
    with ExitStack() as ends:
        both = [Watched(tmp_path / str(leverage), leverage, ends) for leverage in (0, 3)]
        for each in both:
            each.terminal.expect("▶ RUN")
        end = time.monotonic() + WATCH_S
        while time.monotonic() < end:
            time.sleep(SETTLED_S)
            for each in both:
                each.look()
        for each in both:
            assert each.checks >= WATCH_S / SETTLED_S / 3
            assert len(each.positions) >= 2, f"the position never changed: {each.positions}"
            assert len(each.box.ledger()["fills"]) >= 2
