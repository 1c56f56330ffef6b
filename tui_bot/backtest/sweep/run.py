"""A sweep: the cells that are not done yet handed out, their outcomes kept as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tui_bot.backtest.history import History
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.sweep.grid import Grid
from tui_bot.backtest.sweep.job import run_cells
from tui_bot.backtest.sweep.outcome import Outcome
from tui_bot.backtest.sweep.progress import Done
from tui_bot.backtest.sweep.workers import Workers, hire
from tui_bot.backtest.terms import Terms

#: A job is about so much work, in cells times candles: what is lost when it is cut off.
JOB = 10_000_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Crew:
    """Who does the work: so many processes (None: one a core), or the cluster at an address."""

    workers: int | None = None
    scheduler: str | None = None


def sweep(
    history: History, terms: Terms, grid: Grid, folder: Path, crew: Crew, progress: Progress
) -> tuple[Outcome, ...]:
    """The outcome of every cell of the grid, in its order.

    ``folder`` keeps what is done: the same sweep, or another over the same candles on the same terms, does
    not do it again. ``progress`` is told how many cells are done, of how many.

    Raises:
        ClusterError: see ``hire``.
        OSError: what is done cannot be kept.
    """
    rules = grid.rules()
    with closing(Done(folder, history, terms)) as done:
        known = done.read()
        left = [rule for rule in rules if rule not in known]
        progress(len(rules) - len(left), len(rules))
        if left:
            with hire(history, len(left), crew.workers, crew.scheduler) as workers:
                for outcomes in _work(workers, len(history), terms, left):
                    done.add(outcomes)
                    left_over = sum(rule not in done.outcomes for rule in rules)
                    progress(len(rules) - left_over, len(rules))
        return tuple(done.outcomes[rule] for rule in rules)


def _work(workers: Workers, candles: int, terms: Terms, rules: Sequence[Rule]) -> Iterator[list[Outcome]]:
    """Hand out jobs, a few more than there are hands, and give what comes back."""
    size = max(1, min(JOB // max(candles, 1), -(-len(rules) // workers.count)))
    runs = -(-len(rules) // workers.count)
    jobs = (rules[start : start + size] for start in range(0, len(rules), size))
    waiting: set[Future[list[Outcome]]] = set()

    def hand_out(count: int) -> None:
        for job in islice(jobs, count):
            waiting.add(workers.executor.submit(run_cells, workers.candles, terms, job, runs))

    hand_out(1 if workers.count == 1 else 2 * workers.count)
    while waiting:
        finished = wait(waiting, return_when=FIRST_COMPLETED).done
        waiting -= finished
        for future in finished:
            yield future.result()
        hand_out(len(finished))
