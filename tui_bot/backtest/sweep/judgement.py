"""What to believe of the best cell: its neighbours, candles it was not chosen by, walking forward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median

from tui_bot.backtest.history import History
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.sweep.grid import Grid
from tui_bot.backtest.sweep.job import run_cells
from tui_bot.backtest.sweep.outcome import Outcome
from tui_bot.backtest.sweep.run import Crew, Progress, sweep
from tui_bot.backtest.terms import Terms
from tui_bot.market.number import ZERO


@dataclass(frozen=True, slots=True)
class Step:
    """One step of walking forward: the rule that was best in the stretch before, its net there, and what it
    came to in this stretch (from ``begin`` to ``end``, Unix seconds)."""

    begin: int
    end: int
    rule: Rule
    before: Decimal
    outcome: Outcome


def told(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """The cells that could be told, best net first; of equal ones the one with the fewer trades."""
    known = (outcome for outcome in outcomes if not outcome.trouble)
    return tuple(sorted(known, key=lambda one: (-one.net, one.trades, one.rule.period)))


def lonely(grid: Grid, outcomes: Sequence[Outcome]) -> str:
    """A plain warning where the best cell stands alone among bad neighbours; empty where it does not.

    It stands alone when the middle one of its neighbours keeps less than half of what sets the best cell
    apart from the middle of all cells: a little change of the setting, and most of the advantage is gone.
    """
    ranked = told(outcomes)
    if len(ranked) < 5:
        return ""
    best, by_rule = ranked[0], {outcome.rule: outcome for outcome in ranked}
    near = [by_rule[rule].net for rule in grid.neighbours(best.rule) if rule in by_rule]
    if not near:
        return ""
    middle, beside = median(one.net for one in ranked), median(near)
    if best.net - middle <= 0 or beside - middle >= (best.net - middle) / 2:
        return ""
    return (
        "The best cell stands alone: its neighbours keep less than half of its advantage. That is luck more "
        "often than skill."
    )


def parts(history: History, count: int) -> list[History]:
    """So many stretches of equal length, in order; what does not divide is left out at the beginning."""
    size = len(history) // count
    first = len(history) - size * count
    return [history.slice(first + size * place, first + size * (place + 1)) for place in range(count)]


def walk_forward(
    history: History, terms: Terms, grid: Grid, steps: int, folder: Path, crew: Crew, progress: Progress
) -> list[Step]:
    """Trade each stretch with the rule that was best in the one before it; ``steps`` times.

    A stretch begins anew: flat, and with as many candles to warm up as the rule needs.
    Raises what ``sweep`` does.
    """
    stretches = parts(history, steps + 1)
    walked = []
    for place in range(steps):

        def tell(done: int, whole: int, before: int = place) -> None:
            progress(before * whole + done, steps * whole)

        ranked = told(sweep(stretches[place], terms, grid, folder, crew, tell))
        if not ranked:
            continue
        best, following = ranked[0], stretches[place + 1]
        (outcome,) = run_cells(following, terms, [best.rule], 1)
        walked.append(Step(int(following.begin[0]), following.end, best.rule, best.net, outcome))
    return walked


def net_of(steps: Sequence[Step]) -> Decimal:
    """What walking forward came to."""
    return sum((step.outcome.net for step in steps), ZERO)
