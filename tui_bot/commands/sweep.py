"""``tui-bot sweep``: one history under every setting of a grid."""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from tui_bot.backtest.fault import HistoryError
from tui_bot.backtest.history import History
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.sweep.grid import Grid, GridError, grid_of
from tui_bot.backtest.sweep.job import run_cells
from tui_bot.backtest.sweep.judgement import lonely, told, walk_forward
from tui_bot.backtest.sweep.outcome import Outcome, to_row
from tui_bot.backtest.sweep.run import Crew, sweep
from tui_bot.backtest.sweep.text import best_table, heat_map, steps_table
from tui_bot.backtest.sweep.workers import ClusterError
from tui_bot.backtest.terms import Terms
from tui_bot.backtest.unguarded import rule_only
from tui_bot.commands.backtest import UsageError, chosen_history, settings_over, terms_of
from tui_bot.commands.complaint import complain
from tui_bot.commands.progress import progress_bar
from tui_bot.config.file import find, load
from tui_bot.config.problem import ConfigError
from tui_bot.sanitise import sanitise
from tui_bot.session.translate import bot_settings

OK, FAILED, USAGE, RETRYABLE, INTERRUPTED = 0, 1, 2, 3, 130


def run_sweep(options: argparse.Namespace, state_dir: Path) -> int:
    """Read, try every cell, print; the exit code of the process."""
    try:
        grid = grid_of(options.period, options.min_slope, options.ties)
        history, terms = _prepared(options, state_dir, grid)
        _Sweep(options, state_dir / "sweeps", grid, terms).over(history)
    except HistoryError as error:
        return complain(error, error.exit_code)
    except (ConfigError, GridError, UsageError) as error:
        return complain(error, USAGE)
    except ClusterError as error:
        return complain(error, RETRYABLE)
    except OSError as error:
        return complain(f"{error.filename or 'what is done'} could not be written: {error.strerror}", FAILED)
    except KeyboardInterrupt:
        return complain("interrupted; what is done is kept, the same command goes on from there", INTERRUPTED)
    return OK


def _prepared(options: argparse.Namespace, state_dir: Path, grid: Grid) -> tuple[History, Terms]:
    settings = rule_only(bot_settings(load(find(options.config)), 1.0))
    settings = replace(
        settings,
        strategy=replace(settings.strategy, period=grid.periods[-1]),
        trade_size=settings.trade_size if options.size is None else options.size,
        leverage=settings.leverage if options.leverage is None else options.leverage,
    )
    history = chosen_history(options, state_dir, settings)
    return history, terms_of(options, settings_over(settings, history), history)


class _Sweep:
    """One grid on one set of terms, over all candles, a part of them, or walking forward."""

    def __init__(self, options: argparse.Namespace, folder: Path, grid: Grid, terms: Terms) -> None:
        self._options = options
        self._folder = folder
        self._grid = grid
        self._terms = terms
        self._crew = Crew(options.workers, options.scheduler)

    def over(self, history: History) -> None:
        """Do it and print what is asked for."""
        if self._options.walk_forward:
            self._walk(history)
            return
        chosen, after = self._split(history)
        with progress_bar(f"{len(self._grid):,} settings") as progress:
            outcomes = sweep(chosen, self._terms, self._grid, self._folder, self._crew, progress)
        later = None if after is None else self._again(after, outcomes)
        self._show(outcomes, later)

    def _split(self, history: History) -> tuple[History, History | None]:
        share = self._options.out_of_sample
        if not share:
            return history, None
        cut = len(history) * (100 - share) // 100
        if min(cut, len(history) - cut) < self._grid.periods[-1] + 2:
            raise UsageError(f"{share} percent of {len(history):,} candles is too few for these periods")
        return history.slice(0, cut), history.slice(cut)

    def _again(self, after: History, outcomes: tuple[Outcome, ...]) -> dict[Rule, Outcome]:
        rules = [one.rule for one in told(outcomes)[: max(self._options.top, 1)]]
        return {one.rule: one for one in run_cells(after, self._terms, rules, len(rules))}

    def _walk(self, history: History) -> None:
        steps = self._options.walk_forward
        if len(history) // (steps + 1) < self._grid.periods[-1] + 2:
            raise UsageError(f"{len(history):,} candles are too few for {steps} steps of these periods")
        with progress_bar(f"{steps} x {len(self._grid):,} settings") as progress:
            walked = walk_forward(history, self._terms, self._grid, steps, self._folder, self._crew, progress)
        if self._options.json:
            for step in walked:
                row = {"begin": step.begin, "end": step.end, "net_before": f"{step.before:f}"}
                sys.stdout.write(json.dumps({**row, **to_row(step.outcome)}) + "\n")
            return
        sys.stdout.write(steps_table(walked))

    def _show(self, outcomes: tuple[Outcome, ...], later: dict[Rule, Outcome] | None) -> None:
        if self._options.csv is not None:
            with self._options.csv.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(to_row(outcomes[0])), lineterminator="\n")
                writer.writeheader()
                writer.writerows(map(to_row, outcomes))
        if self._options.json:
            sys.stdout.writelines(json.dumps(to_row(one)) + "\n" for one in outcomes)
            return
        width = shutil.get_terminal_size().columns
        sys.stdout.write(best_table(outcomes, later, self._options.top))
        sys.stdout.write("\n" + heat_map(self._grid, outcomes, width))
        for text in _remarks(self._grid, outcomes, later):
            sys.stdout.write(f"{text}\n")


def _remarks(grid: Grid, outcomes: tuple[Outcome, ...], later: dict[Rule, Outcome] | None) -> list[str]:
    """Sentences below the map: what cannot be told, and what not to believe."""
    said = []
    troubled = [one for one in outcomes if one.trouble]
    if troubled:
        reason = sanitise(troubled[0].trouble, 200)
        said.append(f"{len(troubled):,} cells cannot be told in fast mode: {reason}. Try `tui-bot backtest`.")
    if warning := lonely(grid, outcomes):
        said.append(warning)
    ranked = told(outcomes)
    if ranked and later and ranked[0].rule in later and ranked[0].net > 0 >= later[ranked[0].rule].net:
        said.append("The best cell made money where it was chosen, and none on the candles after.")
    if ranked and ranked[0].net <= 0:
        said.append("No cell of this grid made money on these candles.")
    return said
