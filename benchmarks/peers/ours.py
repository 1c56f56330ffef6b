"""This product: by ``numpy`` alone, ``speed`` (the compiled pass), ``event`` (the bot itself).

With ``cores`` it sweeps on all of them; by numpy alone where it is started without numba.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from benchmarks.peers.contestant import CASH, FEE
from tui_bot.backtest.event import run_events
from tui_bot.backtest.fast import Engine, run_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.library import open_history
from tui_bot.backtest.listed import rules_of
from tui_bot.backtest.result import Result
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.statistics import drawdown
from tui_bot.backtest.sweep.grid import Grid
from tui_bot.backtest.sweep.job import run_cells
from tui_bot.backtest.sweep.run import Crew, sweep
from tui_bot.backtest.terms import Borrowing, Terms
from tui_bot.backtest.unguarded import rule_only
from tui_bot.config.file import load
from tui_bot.engine.settings import BotSettings
from tui_bot.session.translate import bot_settings
from tui_bot.strategy.sma_slope import SmaSlope

ENGINES: Final[dict[str, Engine]] = {"speed": "compiled"}


class Ours:
    """One coin long or short; margin costs nothing here, as it does not at the others."""

    def __init__(self, variant: str) -> None:
        self.variant = variant
        self.engine = ENGINES.get(variant, "numpy")

    def load(self, path: Path) -> None:
        """Read the text, keep it beside, map what is kept."""
        self.history = open_history(str(path), path.parent / "kept")
        self.terms = terms_of(self.history)

    def run(self, period: int, rows: int) -> tuple[int, float]:
        """Trades, and the deepest fall of the account, marked at every close."""
        history = self.history.slice(0, rows)
        result = self._run(history, period)
        drawdown(history, result)
        return len(result.trades), float(result.money(result.worth))

    def sweep(self, periods: Sequence[int], rows: int) -> list[int]:
        """What ``tui-bot sweep`` does, in this process or on all cores."""
        history, rules = self.history.slice(0, rows), [Rule(period) for period in periods]
        if self.variant != "cores":
            return [one.trades for one in run_cells(history, self.terms, rules, len(rules))]
        with tempfile.TemporaryDirectory() as folder:
            told = sweep(history, self.terms, Grid(tuple(periods)), Path(folder), Crew(), lambda *_: None)
        return [one.trades for one in told]

    def _run(self, history: History, period: int) -> Result:
        if self.variant == "event":
            return run_events(history, settings_of(history, period), self.terms)
        return run_fast(history, Rule(period), self.terms, engine=self.engine, equity=False, falls=True)


def settings_of(history: History, period: int) -> BotSettings:
    """The default settings on these candles: the rule alone, one coin, long and short."""
    settings = rule_only(bot_settings(load(None), 1.0))
    return replace(
        settings,
        pair=history.pair,
        interval=history.interval,
        trade_size=Decimal(1),
        leverage=2,
        strategy=SmaSlope(period),
    )


def terms_of(history: History) -> Terms:
    """Next open, the fee, and enough cash."""
    rules, _ = rules_of(history.pair, history.tick)
    fee, cash = Decimal(str(FEE)), Decimal(int(CASH))
    terms = Terms.of(settings_of(history, 20), rules, taker_fee=fee, cash=cash)
    return replace(terms, long=Borrowing(), short=Borrowing())


contestant = Ours
