"""What the screen says is what the exchange's ledger says, while the market moves."""

from __future__ import annotations

import os
import re
import time
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


@pytest.mark.timeout(240)
@pytest.mark.parametrize("leverage", [0, 3])
def test_the_position_panel_equals_the_ledger(tmp_path: Path, leverage: int) -> None:
    with Box("--speed", "60", "--seed", "46") as box:
        config = write_config(tmp_path / "config.yaml", box, "trading:", f"  leverage: {leverage}")
        with Tmux(["--config", str(config), "--state-dir", str(tmp_path / "state")]) as terminal:
            terminal.expect("▶ RUN")
            checks, positions = 0, set()
            end = time.monotonic() + WATCH_S
            while time.monotonic() < end:
                before = box.ledger()
                time.sleep(SETTLED_S)
                screen, after = terminal.screen(), box.ledger()
                if len(before["fills"]) != len(after["fills"]):
                    continue
                assert shown_position(screen) == held(after), screen
                assert "Traceback" not in screen
                assert "STALE" not in screen, screen
                checks += 1
                positions.add(held(after))
            assert checks >= WATCH_S / SETTLED_S / 3
            assert len(positions) >= 2, f"the position never changed: {positions}"
            assert len(box.ledger()["fills"]) >= 2
