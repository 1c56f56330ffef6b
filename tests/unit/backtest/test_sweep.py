"""A sweep: the grid, the same outcomes whoever works, nothing lost when it is cut off, what to believe."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.backtest.runs import TERMS, history_of
from tui_bot.backtest.fast import run_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.library import import_history, open_history
from tui_bot.backtest.reading import ReadOptions
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.statistics import statistics
from tui_bot.backtest.sweep.grid import Grid, GridError, grid_of
from tui_bot.backtest.sweep.job import Mapped, placed, run_cells
from tui_bot.backtest.sweep.judgement import lonely, net_of, parts, told, walk_forward
from tui_bot.backtest.sweep.outcome import Outcome, from_row, to_row
from tui_bot.backtest.sweep.progress import Done
from tui_bot.backtest.sweep.run import Crew, sweep
from tui_bot.backtest.sweep.text import best_table, heat_map
from tui_bot.strategy.sma_slope import Ties

D = Decimal
ALONE = Crew(workers=1)
GRID = Grid((2, 3, 5, 8, 13), (D(0), D("0.5")), (Ties.STRICT, Ties.CARRY))


def nobody(_done: int, _whole: int) -> None:
    """Nobody watches."""


def walk(count: int = 3000, seed: int = 5) -> History:
    dice = np.random.default_rng(seed)
    return replace(history_of((6000 + np.cumsum(dice.integers(-40, 41, count))).tolist()), digest="d1")


# -- the grid --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("20", (20,)),
        ("2..5", (2, 3, 4, 5)),
        ("2..9:3", (2, 5, 8)),
        ("50,10,10", (10, 50)),
        ("3,8..9", (3, 8, 9)),
    ],
)
def test_values_are_read(text: str, wanted: tuple[int, ...]) -> None:
    assert grid_of(text, "0", "strict").periods == wanted


def test_slopes_may_be_parts() -> None:
    assert grid_of("20", "0..1:0.5", "carry").min_slopes == (D(0), D("0.5"), D(1))


@pytest.mark.parametrize(
    ("periods", "slopes", "ties"),
    [
        ("", "0", "strict"), ("1", "0", "strict"), ("2.5", "0", "strict"), ("9..2", "0", "strict"),
        ("2..9:0", "0", "strict"), ("2..x", "0", "strict"), ("-2", "0", "strict"), ("nan", "0", "strict"),
        ("20", "0..1:inf", "strict"), ("20", "0", "sometimes"), ("2..2000", "0..1000", "strict"),
        ("20:2", "0", "strict"), ("2..99999999999", "0", "strict"),
    ],
)  # fmt: skip
def test_what_is_no_grid_is_refused_with_a_way_out(periods: str, slopes: str, ties: str) -> None:
    with pytest.raises(GridError) as refused:
        grid_of(periods, slopes, ties)
    assert len(str(refused.value)) > 20


def test_neighbours_are_one_or_two_steps_away() -> None:
    near = GRID.neighbours(Rule(2, D(0)))
    assert set(near) == {Rule(3, D(0)), Rule(5, D(0)), Rule(2, D("0.5"))}


# -- outcomes --------------------------------------------------------------------------------------


def test_an_outcome_says_what_the_run_does() -> None:
    history = walk()
    for rule in GRID.rules():
        result = run_fast(history, rule, TERMS)
        figures, one = statistics(history, result), run_cells(history, TERMS, [rule], 1)[0]
        assert (one.net, one.fees, one.gross) == (figures.net, figures.fees, figures.gross)
        assert (one.trades, one.won) == (figures.trades + figures.open, figures.won)
        assert one.fall == figures.drawdown.depth


def test_an_outcome_is_kept_exactly() -> None:
    one = Outcome(Rule(20, D("0.50"), Ties.CARRY), 7, 3, D("-1.2345"), D("9.99"), D("2"), "why")
    assert from_row(json.loads(json.dumps(to_row(one)))) == one


# -- whoever works ---------------------------------------------------------------------------------


def test_processes_find_what_one_does(tmp_path: Path) -> None:
    history = walk()
    alone = sweep(history, TERMS, GRID, tmp_path / "one", ALONE, nobody)
    assert sweep(history, TERMS, GRID, tmp_path / "two", Crew(workers=2), nobody) == alone


def test_a_mapped_history_travels_as_its_place(tmp_path: Path) -> None:
    file = tmp_path / "XBTUSD_1.csv"
    rows = (f"{1_609_459_200 + 60 * n},{100 + n % 7}.0,200.0,50.0,{100 + n % 11}.0,1,1" for n in range(500))
    file.write_text("\n".join(rows) + "\n")
    import_history(file, tmp_path, ReadOptions(), "some")
    history = open_history("some", tmp_path).slice(100, 400)
    there = placed(history)
    assert isinstance(there, Mapped)
    rules = GRID.rules()
    assert run_cells(there, TERMS, rules, 1) == run_cells(history, TERMS, rules, 1)


# -- cut off ---------------------------------------------------------------------------------------


class Cut(Exception):
    """The person's Ctrl+C."""


def cut_after(cells: int) -> Callable[[int, int], None]:
    def tell(done: int, _whole: int) -> None:
        if done >= cells:
            raise Cut

    return tell


@given(st.integers(0, 20), st.integers(0, 400))
def test_a_sweep_cut_off_goes_on_without_loss(cells: int, torn: int) -> None:
    import tempfile

    history = walk(300)
    with tempfile.TemporaryDirectory() as folder:
        whole = sweep(history, TERMS, GRID, Path(folder) / "whole", ALONE, nobody)
        with pytest.raises(Cut):
            sweep(history, TERMS, GRID, Path(folder) / "cut", ALONE, cut_after(cells))
        done = Done(Path(folder) / "cut", history, TERMS)
        if done.path.exists():
            kept = done.path.read_bytes()
            done.path.write_bytes(kept[: max(len(kept) - torn, 0)])
        assert sweep(history, TERMS, GRID, Path(folder) / "cut", ALONE, nobody) == whole


def test_what_is_done_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = walk(300)
    first = sweep(history, TERMS, GRID, tmp_path, ALONE, nobody)

    def never(*_: object) -> None:
        raise AssertionError("it was done already")

    monkeypatch.setattr("tui_bot.backtest.sweep.run.run_cells", never)
    part = Grid(GRID.periods[1:3], GRID.min_slopes, GRID.ties)
    again = sweep(history, TERMS, part, tmp_path, ALONE, nobody)
    assert again == tuple(one for one in first if one.rule in part.rules())


def test_other_candles_and_other_terms_are_another_sweep(tmp_path: Path) -> None:
    history = walk(300)
    paths = {
        Done(tmp_path, history, TERMS).path,
        Done(tmp_path, replace(history, digest="d2"), TERMS).path,
        Done(tmp_path, history.slice(10), TERMS).path,
        Done(tmp_path, history, replace(TERMS, taker_fee=D("0.002"))).path,
    }
    assert len(paths) == 4


# -- what to believe -------------------------------------------------------------------------------


def outcomes(nets: dict[int, int]) -> tuple[Outcome, ...]:
    return tuple(Outcome(Rule(period), 10, 5, D(net), D(1)) for period, net in nets.items())


def test_a_cell_alone_among_bad_neighbours_is_warned_of() -> None:
    peak = dict.fromkeys(range(2, 20), -100) | {9: 500}
    hill = {period: -100 + 60 * max(0, 6 - abs(period - 9)) for period in range(2, 20)}
    grid = Grid(tuple(range(2, 20)))
    assert "stands alone" in lonely(grid, outcomes(peak))
    assert not lonely(grid, outcomes(hill))
    assert not lonely(Grid((2, 3)), outcomes({2: 1, 3: -5}))


def test_walking_forward_trades_each_stretch_by_the_one_before(tmp_path: Path) -> None:
    history = walk(1200)
    steps = walk_forward(history, TERMS, GRID, 3, tmp_path, ALONE, nobody)
    assert len(steps) == 3
    stretches = parts(history, 4)
    for before, stretch, step in zip(stretches, stretches[1:], steps, strict=False):
        nets = {rule: run_fast(before, rule, TERMS).worth for rule in GRID.rules()}
        assert nets[step.rule] == max(nets.values())
        assert step.outcome == run_cells(stretch, TERMS, [step.rule], 1)[0]
        assert (step.begin, step.end) == (int(stretch.begin[0]), stretch.end)
    assert net_of(steps) == sum(step.outcome.net for step in steps)


def test_the_map_marks_the_best_and_is_not_too_wide() -> None:
    found = sweep_of(walk(600))
    drawn = heat_map(GRID, found, 40)
    assert drawn.count("◆") == 2  # once in the legend
    assert max(map(len, drawn.splitlines())) <= 48
    assert best_table(found, None, 3).count("\n") == 4
    assert told(found)[0].net == max(one.net for one in found)


def sweep_of(history: History) -> tuple[Outcome, ...]:
    return tuple(run_cells(history, TERMS, GRID.rules(), 1))
