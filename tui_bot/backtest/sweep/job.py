"""A stretch of a sweep, as any process on any machine can do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tui_bot.backtest.fast import sums_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.library import mapped
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.sweep.outcome import Outcome, outcome_of
from tui_bot.backtest.terms import Terms
from tui_bot.backtest.walk import Inexpressible


@dataclass(frozen=True, slots=True)
class Mapped:
    """Candles of a tick file on this machine, from one place to before another."""

    path: str
    name: str
    start: int
    stop: int


#: What a job is given to work on: candles by value, or where they lie.
Candles = History | Mapped


def placed(history: History) -> Candles:
    """Where a history lies, if it is mapped from a tick file; else the history itself."""
    if not history.path or not len(history):
        return history
    start = int(_open(history.path, history.name).begin.searchsorted(history.begin[0]))
    return Mapped(history.path, history.name, start, start + len(history))


def run_cells(candles: Candles, terms: Terms, rules: Sequence[Rule], runs: int) -> list[Outcome]:
    """The outcomes of these rules, in their order; ``runs`` is how many this process is to do in all."""
    history = candles if isinstance(candles, History) else _part(candles)
    return [_run(history, terms, rule, runs) for rule in rules]


def _run(history: History, terms: Terms, rule: Rule, runs: int) -> Outcome:
    try:
        return outcome_of(rule, terms, *sums_fast(history, rule, terms, runs=runs))
    except Inexpressible as reason:
        return Outcome(rule, trouble=str(reason))


def _part(candles: Mapped) -> History:
    return _open(candles.path, candles.name).slice(candles.start, candles.stop)


@lru_cache(maxsize=2)
def _open(path: str, name: str) -> History:
    return mapped(path, name)
