"""What backtests are held to before their time is told."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks.candles import write
from benchmarks.peers.contestant import Contestant
from benchmarks.peers.ours import Ours
from benchmarks.peers.player import Answer
from benchmarks.peers.table import Table
from benchmarks.reference import Outcome, loop, ticks_of, with_fractions

ROWS = 1_500


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("candles") / "XBTUSD_1.csv"
    write(written, ROWS, seed=3)
    return written


@pytest.mark.parametrize("period", [2, 20])
def test_fractions_and_the_plain_loop_agree(path: Path, period: int) -> None:
    outcome = with_fractions(path, period)
    assert outcome.trades > ROWS // 20
    assert loop(ticks_of(path), period) == outcome


@pytest.mark.parametrize("variant", ["numpy", "speed", "event"])
def test_every_way_of_ours_comes_to_the_same(path: Path, variant: str) -> None:
    ours: Contestant = Ours(variant)
    ours.load(path)
    for rows in (ROWS, ROWS // 2):
        outcome = loop(list(ticks_of(path))[:rows], 20)
        assert ours.run(20, rows) == (outcome.trades, float(outcome.worth))


def test_a_sweep_finds_what_the_loop_counts(path: Path) -> None:
    ours = Ours("numpy")
    ours.load(path)
    periods = [2, 3, 20, 150]
    assert ours.sweep(periods, ROWS) == [loop(ticks_of(path), period).trades for period in periods]


def test_a_tie_breaks_the_chain_in_the_loop_as_in_the_fractions(tmp_path: Path) -> None:
    # the average of two stands between up and up, and between down and up: no turn; then it goes down at once
    closes = [100, 102, 104, 102, 104, 106, 104, 102, 100, 98, 100, 102, 99, 99, 97]
    path = tmp_path / "XBTUSD_1.csv"
    path.write_text("".join(f"{60 * at},{price}.0,0,0,{price}.0,1,1\n" for at, price in enumerate(closes)))
    sold = Outcome(1, 10**9 + (99 - 97) - 99 * Fraction(4, 1000))
    assert with_fractions(path, 2) == loop(ticks_of(path), 2) == sold


def test_whoever_finds_other_trades_gets_no_time() -> None:
    table = Table((10,))
    table.add("right", [10], Answer(1.0, 1.0, (10,)))
    table.add("wrong", [11], Answer(0.1, 0.1, (11,)))
    assert table.ratio("right", "right") is not None
    assert table.ratio("right", "wrong") is None
    assert "ms" in table.rows["right"].line()
    assert "ms" not in table.rows["wrong"].line()
    assert "11 instead of 10" in table.rows["wrong"].line()
