"""Milliseconds of a durable journal commit: one decision and one intent, as before an order."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from time import perf_counter_ns

from benchmarks.figures import spread
from tests.support.market import BEGIN
from tui_bot.engine.records import DecisionMade, IntentMade, Outcome, Record
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.market.order import Intent, Origin, Side
from tui_bot.strategy.decision import Decision, Verdict

COUNT = 500


def main() -> None:
    """Print the figures."""
    price = Decimal("60000.1")
    intent = Intent(
        "0" * 32,
        "BTC/USD",
        Side.BUY,
        Decimal("0.001"),
        None,
        0,
        False,
        Origin.BOT,
        "",
        "open",
        price,
        0,
        5000,
    )
    decision = Decision(0, price, 20, (price * 20,) * 3, (price, price), Verdict.BUY, "the average turned up")
    times = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        journal = SqliteJournal(Path(folder) / "journal.sqlite", "BTC/USD", 60)
        for number in range(COUNT):
            begin_s = BEGIN + number * 60
            made = DecisionMade(
                replace(decision, candle=begin_s), Outcome.SIGNAL, Decimal("0.001"), (), "", "digest"
            )
            meant = replace(intent, cl_ord_id=f"{number:032x}", signal=f"BTC/USD/60/{begin_s}")
            records = [Record(begin_s * 1000, made), Record(begin_s * 1000, IntentMade(meant))]
            begin = perf_counter_ns()
            journal.write(records)
            times.append((perf_counter_ns() - begin) / 1e6)
        journal.close()
    print(f"decision + intent, synced  {spread(times, 'ms')}")
