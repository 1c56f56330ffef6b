"""A bot that has stopped with nothing left."""

from __future__ import annotations

from decimal import Decimal

from tests.support.market import RULES, settings
from tui_bot.engine.events import Account
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.snapshot import Phase, Snapshot

SNAPSHOT = Snapshot(
    at_ms=1,
    beat=1,
    phase=Phase.STOPPED,
    trouble="",
    mode="demo",
    rate=1,
    settings=settings(),
    run=RunState(Run.RUN, "first start", 1),
    override=None,
    rules=RULES,
    account=Account(Decimal(0), {}, (), None, None, 1),
)
