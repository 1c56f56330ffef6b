"""The planted bugs, one for each invariant of faults.md section 2 that has a meaning here."""

from __future__ import annotations

from tests.planted.bug import Bug

SEEDS = "tests/simulation/test_seeds.py"
DEATHS = "tests/simulation/test_deaths.py"
STORM = "tests/simulation/test_storm.py"

BUGS: tuple[Bug, ...] = (
    Bug(
        "I1",
        "the order leaves before its intent is in the journal",
        "tui_bot/engine/runner.py",
        "        if records and not self._write(records):",
        "        self._do_all(actions)\n        if records and not self._write(records):",
        f"{DEATHS}",
    ),
    Bug(
        "I4",
        "an order that one look does not find is held for absent",
        "tui_bot/engine/missing.py",
        "        if order.state is not OrderState.UNKNOWN or not state.is_overdue(order):",
        "        if order.state is OrderState.UNKNOWN:\n            self._end(order, 'not found')\n"
        "        if order.state is not OrderState.UNKNOWN or not state.is_overdue(order):",
        STORM,
    ),
)
