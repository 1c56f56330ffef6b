"""``kill -9`` at random moments: nothing is doubled, nothing is forgotten (I1, I3, I19, I20, F12, F105)."""

from __future__ import annotations

import os
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.support.processes import Box, alternating_history, bot, journal, wait_for, write_config

SPEED = 120
SIZE = Decimal("0.001")
SETTINGS = (
    "strategy:",
    "  period: 2",
    "trading:",
    f"  trade_size: {SIZE}",
    "  leverage: 2",
    "limits:",
    "  orders_per_hour: 1000",
    "  max_notional: 1000",
)


@pytest.mark.timeout(1500)
def test_kill_at_random_moments(tmp_path: Path) -> None:
    kills = int(os.environ.get("KILLS", "10"))
    seed = int(os.environ.get("SEED", "1"))
    chance = Random(seed)
    history = alternating_history(tmp_path / "XBTUSD_1.csv", 721 + kills * 6 * SPEED // 60 + 600)
    with Box("--speed", str(SPEED), "--history", str(history), "--state", str(tmp_path / "box")) as box:
        config = write_config(tmp_path / "config.yaml", box, *SETTINGS)
        for number in range(kills):
            # Some lives are long enough to prove that an order of unknown fate does not exist.
            longest = 6.0 if number % 8 == 7 else 2.0
            with bot(config, tmp_path / "state") as running:
                assert running.line(), f"seed {seed}: {running.end()}"
                time.sleep(chance.uniform(longest - 2.0, longest))
                running.kill()
            expect_no_doubles(box.ledger(), seed)
        ledger = settle(box, config, tmp_path / "state", seed)
    orders = expect_no_doubles(ledger, seed)
    assert orders > kills // 2, f"seed {seed}: only {orders} orders in {kills} runs"
    expect_journal_agrees(journal(tmp_path / "state"), ledger, seed)


def settle(box: Box, config: Path, state: Path, seed: int) -> Any:
    """One more run, stopped in order at a moment when nothing is under way."""
    with bot(config, state) as running:
        assert running.line()
        time.sleep(4)
        code, out, err = running.end()
        assert code == 143, f"seed {seed}: {err}"
        assert "stopped" in out
        assert wait_for(lambda: not open_orders(box.ledger()))
        return box.ledger()


def open_orders(ledger: Any) -> list[Any]:
    """Orders that are not finished."""
    return [order for order in ledger["orders"] if order["status"] in ("open", "pending")]


def expect_no_doubles(ledger: Any, seed: int) -> int:
    """Each client id stands for one order, executed at most once over; the position never stacks."""
    ids = Counter(order["cl_ord_id"] for order in ledger["orders"])
    doubled = {key: count for key, count in ids.items() if count > 1}
    assert not doubled, f"seed {seed}: {doubled}"
    for order in ledger["orders"]:
        assert Decimal(order["vol_exec"]) <= Decimal(order["vol"]), f"seed {seed}: {order}"
    held = Decimal(0)
    for fill in ledger["fills"]:
        held += Decimal(fill["vol"]) * (1 if fill["side"] == "buy" else -1)
        assert abs(held) <= SIZE, f"seed {seed}: the position stacked to {held}"
    return len(ledger["orders"])


def expect_journal_agrees(entries: list[dict[str, Any]], ledger: Any, seed: int) -> None:
    """The journal's fills and intents are the ledger's."""
    booked = {entry["trade_id"] for entry in entries if entry["kind"] == "fill"}
    executed = {fill["id"] for fill in ledger["fills"]}
    assert booked == executed, f"seed {seed}: {booked ^ executed}"
    intents = [(entry["signal"], entry["leg"]) for entry in entries if entry["kind"] == "intent"]
    assert len(intents) == len(set(intents)), f"seed {seed}"
    known = {entry["cl_ord_id"] for entry in entries if entry["kind"] == "intent"}
    assert {order["cl_ord_id"] for order in ledger["orders"]} <= known, f"seed {seed}"
    net = sum(
        (Decimal(e["volume"]) * (1 if e["side"] == "buy" else -1) for e in entries if e["kind"] == "fill"),
        Decimal(0),
    )
    assert net == Decimal(ledger["net_position"].get("XXBTZUSD", "0")), f"seed {seed}"
