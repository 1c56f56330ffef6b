"""How the cost of our backtest grows: with candles, and with the settings that a sweep tries."""

from __future__ import annotations

import os
from functools import partial
from statistics import median

from benchmarks.peers.contestant import PERIOD
from benchmarks.peers.environment import CORES, NUMBA, NUMPY, RUST, SPEED, SPEED_CORES
from benchmarks.peers.stage import Stage
from benchmarks.peers.table import Table, in_turn

PERIODS = tuple(range(2, 201))
GRIDS = (25, 50, 100, 199)
#: Under these periods the plain loop counts, too.
COUNTED = (2, 20, 200)
COMPARED = (NUMPY, SPEED, RUST)


def sweep(ready: Stage, rounds: int) -> None:
    """199 periods over all candles; vectorbt goes one column at a time, which is its fastest."""
    table, agree = _right(ready, PERIODS, ready.rows)
    cells = f"{len(PERIODS)} periods x {ready.rows:,} candles, {sum(table.right):,} trades"
    print(f"\nsweep, {cells}, load {os.getloadavg()[0]:.1f}; {agree}")
    turns = [(rounds, NUMPY), (2, RUST), (rounds, SPEED), (rounds, CORES), (rounds, SPEED_CORES), (1, NUMBA)]
    in_turn(min(rounds, 3), [(most, partial(ready.ask, table, peer, PERIODS)) for most, peer in turns])
    table.show()
    for ours, bound in ((NUMPY, 0.27), (SPEED, 0.05), (CORES, 0.27), (SPEED_CORES, 0.05)):
        table.against(ours.title, {RUST.title: bound, NUMBA.title: None}, "sweep")


def growth(ready: Stage, rounds: int) -> None:
    """Four sizes of history, then four of grid over a quarter of it: what one candle and one cell costs."""
    print(f"\ngrowth with candles, ns a candle, load {os.getloadavg()[0]:.1f}")
    _heading()
    for rows in (ready.rows // 8, ready.rows // 4, ready.rows // 2, ready.rows):
        table = Table((ready.counted(PERIOD, rows),))
        in_turn(rounds, [(rounds, partial(ready.ask, table, peer, [PERIOD], rows)) for peer in COMPARED])
        _line(f"{rows:,} candles", table, 1e9 / rows)
    rows = ready.rows // 4
    print(f"growth with the grid over {rows:,} candles, ms a cell, load {os.getloadavg()[0]:.1f}")
    _heading()
    for cells in GRIDS:
        periods = PERIODS[:cells]
        table, _ = _right(ready, periods, rows)
        in_turn(1, [(1, partial(ready.ask, table, peer, periods, rows)) for peer in COMPARED])
        _line(f"{cells} cells", table, 1e3 / cells)


def _right(ready: Stage, periods: tuple[int, ...], rows: int) -> tuple[Table, str]:
    """A table that holds all to our counts, and whether the plain loop's are the same where it counted."""
    first = Table(())
    ready.ask(first, NUMPY, periods, rows)
    counts = first.found[NUMPY.title]
    places = [(period, count) for period, count in zip(periods, counts, strict=True) if period in COUNTED]
    same = all(ready.counted(period, rows) == count for period, count in places)
    words = "the loop counts the same" if same else "THE LOOP COUNTS OTHERS"
    return Table(counts), f"{words} under {', '.join(str(period) for period, _ in places)}"


def _heading() -> None:
    print("  " + " " * 18 + "".join(f"{peer.title:>22}" for peer in COMPARED))


def _line(label: str, table: Table, scale: float) -> None:
    cells = []
    for peer in COMPARED:
        row = table.rows[peer.title]
        least = f"{median(one.seconds for one in row.spent) * scale:.2f}" if row.spent else ""
        cells.append(row.trouble[:20] or least)
    print(f"  {label:<18}" + "".join(f"{cell:>22}" for cell in cells), flush=True)
