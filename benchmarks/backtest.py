"""Our backtest beside vectorbt, backtesting.py and backtrader, on the same generated candles, in turn.

The job is that of ``benchmarks.reference``. Whoever does not find its trades gets no time. The others are
told the turns of an exact average; theirs, of floats, would find other ones. Each lives in an environment of
its own under .venv/peers, which pip fills the first time.

ROWS="1000000 5250000" sets the sizes, ROUNDS=5 how often each has its turn, PARTS="proper whole event sweep
growth" what is measured, CORE=1 pins everything to a core, SLOW=1 lets backtrader have ten years, too.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks.peers.contestant import CASH, PERIOD
from benchmarks.peers.environment import (
    BACKTESTING,
    BACKTRADER,
    EVENT,
    NUMBA,
    NUMPY,
    RUST,
    SPEED,
    AbsentError,
    Peer,
)
from benchmarks.peers.player import command_of, whole
from benchmarks.peers.stage import Stage, stage
from benchmarks.peers.table import Table, in_turn, line_of
from benchmarks.reference import loop, ticks_of, with_fractions

SIZES = (1_000_000, 5_250_000)
PARTS = ("proper", "whole", "event", "sweep", "growth")
ROUNDS = 5
CHECKED_ROWS, EVENT_ROWS = 5_000, 100_000
#: More than this many candles take backtrader minutes.
SLOW_ROWS = 1_000_000

TEXT, KEPT = "ours, from the text", "ours, from the cache"
COMMAND = (
    "backtest",
    "--rule-only",
    "--mode",
    "fast",
    "--json",
    "--no-chart",
    "--size",
    "1",
    "--leverage",
    "2",
)
TERMS = ("--fee", "0.4", "--cash", str(int(CASH)), "--period", str(PERIOD))


def main() -> None:
    """Print every table, then its ratios with the goals."""
    from benchmarks.backtest_growth import growth, sweep

    sizes = tuple(int(rows) for rows in os.environ.get("ROWS", "").split()) or SIZES
    parts = os.environ.get("PARTS", "").split() or PARTS
    rounds = int(os.environ.get("ROUNDS", ROUNDS))
    if core := os.environ.get("CORE"):
        os.sched_setaffinity(0, {int(core)})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check(folder)
        for rows in sizes:
            with stage(folder, rows) as ready:
                print(f"\n{rows:,} candles; a plain loop finds {ready.trades:,} trades; {load()}", flush=True)
                if "proper" in parts:
                    proper(ready, rounds)
                if rows == sizes[0] and "growth" in parts:
                    growth(ready, rounds)
                if rows == sizes[0] and "sweep" in parts:
                    sweep(ready, rounds)
                ready.close()
                if "whole" in parts:
                    whole_processes(ready, rounds)
        if "event" in parts:
            with stage(folder, min(EVENT_ROWS, sizes[0])) as ready:
                event(ready)


def load() -> str:
    """How busy the machine is: how much a time means."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def check(folder: Path) -> None:
    """The plain loop against fractions, on a file that they do not take long for."""
    with stage(folder, CHECKED_ROWS) as ready:
        exact, counted = with_fractions(ready.path, PERIOD), loop(ticks_of(ready.path), PERIOD)
        agree = "agree" if exact == counted else "DISAGREE"
        found = f"{exact.trades} trades by fractions, {counted.trades} by the loop"
        print(f"{CHECKED_ROWS:,} candles: {found}: {agree}")
        table = Table((exact.trades,))
        for peer in (NUMPY, SPEED, EVENT, RUST, NUMBA, BACKTESTING, BACKTRADER):
            ready.ask(table, peer, [PERIOD])
        for row in table.rows.values():
            print(f"  {row.title:<28}{row.trouble or 'the same trades'}", flush=True)


def proper(ready: Stage, rounds: int) -> None:
    """The backtest alone, in a process that has read its candles and is warm."""
    print(f"backtest proper, warm, {load()}")
    table = Table((ready.trades,))
    peers = [NUMPY, RUST, SPEED, NUMBA, BACKTESTING]
    if ready.rows <= SLOW_ROWS or os.environ.get("SLOW"):
        peers.append(BACKTRADER)
    in_turn(rounds, [(peer.most, partial(ready.ask, table, peer, [PERIOD])) for peer in peers])
    if BACKTRADER not in peers:
        table.miss(BACKTRADER.title, "takes minutes for so many; SLOW=1 waits for it")
    table.show()
    rest = {NUMBA.title: None, BACKTESTING.title: None, BACKTRADER.title: None}
    table.against(NUMPY.title, {RUST.title: 0.45, **rest}, "proper")
    table.against(SPEED.title, {RUST.title: 0.10, **rest}, "proper")


def whole_processes(ready: Stage, rounds: int) -> None:
    """From the start of the process to its end: imports, reading, the backtest, its figures."""
    print(f"whole process, {load()}")
    table = Table((ready.trades,))
    from_cache(ready, table)  # the first run keeps the candles
    time.sleep(2.5)  # until the files are settled
    table.rows.clear()
    peers = [RUST, NUMBA, BACKTESTING]
    if ready.rows <= SLOW_ROWS or os.environ.get("SLOW"):
        peers.append(BACKTRADER)
    ours = [(rounds, partial(from_text, ready, table)), (rounds, partial(from_cache, ready, table))]
    in_turn(rounds, ours + [(min(peer.most, 3), partial(once, ready, table, peer)) for peer in peers])
    if BACKTRADER not in peers:
        table.miss(BACKTRADER.title, "takes minutes for so many; SLOW=1 waits for it")
    table.show()
    rest = {NUMBA.title: None, BACKTESTING.title: None, BACKTRADER.title: None}
    is_small = ready.rows <= SLOW_ROWS
    table.against(TEXT, {RUST.title: 0.28 if is_small else None, **rest}, "whole")
    table.against(KEPT, {RUST.title: None if is_small else 0.08, **rest}, "whole")
    for title in (TEXT, KEPT):
        if not table.rows[title].trouble:
            most = max(one.peak_mb for one in table.rows[title].spent)
            print(line_of(f"most memory, {title.removeprefix('ours, ')}", most, 450, "MB"))


def from_text(ready: Stage, table: Table) -> None:
    """The command on a file it has never seen: it is read, checked, kept."""
    with tempfile.TemporaryDirectory(dir=ready.folder) as state:
        _command(ready, table, TEXT, Path(state))


def from_cache(ready: Stage, table: Table) -> None:
    """The command on a file it has read before."""
    _command(ready, table, KEPT, ready.folder / "state")


def once(ready: Stage, table: Table, peer: Peer) -> None:
    """Another program from the text."""
    row = table.rows.get(peer.title)
    if row is not None and row.trouble:
        return
    try:
        done = whole(command_of(peer, ready.path, "once"), ready.surroundings(peer))
        table.add(peer.title, done.said["trades"], done)
    except AbsentError as why:
        table.miss(peer.title, str(why))


def _command(ready: Stage, table: Table, title: str, state: Path) -> None:
    config = ready.folder / "config.yaml"
    config.touch()
    places = ("--config", str(config), "--state-dir", str(state))
    command = [sys.executable, "-P", "-m", "tui_bot", *COMMAND, str(ready.path), *TERMS, *places]
    try:
        done = whole(command, ready.surroundings(NUMPY))
        figures = done.said["statistics"]
        table.add(title, [figures["trades"] + figures["open"]], done)
    except AbsentError as why:
        table.miss(title, str(why))


def event(ready: Stage) -> None:
    """The bot itself, candle by candle, beside those who go candle by candle."""
    print(f"\nevent mode, {ready.rows:,} candles, {ready.trades:,} trades, {load()}")
    table = Table((ready.trades,))
    in_turn(
        2,
        [(peer.most, partial(ready.ask, table, peer, [PERIOD])) for peer in (EVENT, BACKTESTING, BACKTRADER)],
    )
    table.show()
    table.against(EVENT.title, {BACKTESTING.title: 0.10, BACKTRADER.title: None}, "event mode")
