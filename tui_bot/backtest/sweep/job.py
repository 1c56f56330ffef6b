"""A stretch of a sweep, as any process on any machine can do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tui_bot.backtest.fast import run_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.store.tick_file import map_history
from tui_bot.backtest.sweep.outcome import Outcome, outcome_of
from tui_bot.backtest.terms import Terms
from tui_bot.backtest.walk import Inexpressible


@dataclass(frozen=True, slots=True)
class Mapped:
    """Candles of a tick file on this machine, from one place to before another."""

    path: Path
    start: int
    stop: int


#: What a job is given to work on: candles by value, or where they lie.
Candles = History | Mapped


def mapped(history: History) -> Candles:
    """Where a history lies, if it is mapped from a tick file; else the history itself."""
    column: Any = history.close
    while column is not None and not hasattr(column, "filename"):
        column = getattr(column, "base", None)
    if column is None or column.filename is None:
        return history
    path = Path(str(column.filename))
    whole = _open(path)
    start = int(whole.begin.searchsorted(history.begin[0])) if len(history) else 0
    return Mapped(path, start, start + len(history))


def run_cells(candles: Candles, terms: Terms, rules: Sequence[Rule], runs: int) -> list[Outcome]:
    """The outcomes of these rules, in their order; ``runs`` is how many this process is to do in all."""
    history = candles if isinstance(candles, History) else _part(candles)
    return [_run(history, terms, rule, runs) for rule in rules]


def _run(history: History, terms: Terms, rule: Rule, runs: int) -> Outcome:
    try:
        return outcome_of(run_fast(history, rule, terms, equity=False, runs=runs))
    except Inexpressible as reason:
        return Outcome(rule, trouble=str(reason))


def _part(candles: Mapped) -> History:
    return _open(candles.path).slice(candles.start, candles.stop)


@lru_cache(maxsize=2)
def _open(path: Path) -> History:
    return map_history(path, "")[0]
