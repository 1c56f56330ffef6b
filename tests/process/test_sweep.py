"""A sweep with real processes: cut off by a signal, and on a cluster."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.unit.backtest.runs import TERMS, history_of
from tui_bot.backtest.sweep import workers
from tui_bot.backtest.sweep.grid import Grid
from tui_bot.backtest.sweep.run import Crew, sweep
from tui_bot.backtest.sweep.workers import ClusterError

pytestmark = pytest.mark.alone

CONFIG = Path(__file__).parents[2] / "config.yaml"


def written(folder: Path, count: int) -> Path:
    """Minutes of a random walk, as Kraken writes them."""
    close = 600_000 + np.cumsum(np.random.default_rng(3).integers(-300, 301, count))
    path = folder / "XBTUSD_1.csv"
    rows = (
        f"{1_609_459_200 + 60 * place},{ticks / 10},{ticks / 10},{ticks / 10},{ticks / 10},1,1"
        for place, ticks in enumerate(close.tolist())
    )
    path.write_text("\n".join(rows) + "\n")
    return path


def command(path: Path, state: Path, *more: str) -> list[str]:
    places = ["--config", str(CONFIG), "--state-dir", str(state)]
    return [
        sys.executable,
        "-m",
        "tui_bot.cli",
        "sweep",
        str(path),
        "--period",
        "2..400",
        "--cash",
        "100000000",
        "--json",
        *places,
        *more,
    ]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_sweep_cut_off_by_a_signal_goes_on(workers: int, tmp_path: Path) -> None:
    path = written(tmp_path, 1_000_000)
    state, given = tmp_path / "state", ("--workers", str(workers))
    running = subprocess.Popen(command(path, state, *given), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    kept = state / "sweeps"
    end = time.monotonic() + 60
    while not list(kept.glob("*.jsonl")) and running.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _out, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert (
        said.decode().strip()
        == "tui-bot: interrupted; what is done is kept, the same command goes on from there"
    )
    (file,) = kept.glob("*.jsonl")
    before = file.read_text().count("\n")
    assert 0 < before < 399
    again = subprocess.run(command(path, state, *given), capture_output=True, timeout=120, check=True)
    cells = [json.loads(line) for line in again.stdout.splitlines()]
    assert [cell["period"] for cell in cells] == list(range(2, 401))
    assert file.read_text().count("\n") == 399  # none was done twice


def test_a_cluster_of_two_finds_what_one_process_does(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    history = history_of((6000 + np.cumsum(np.random.default_rng(5).integers(-40, 41, 5000))).tolist())
    grid = Grid(tuple(range(2, 60)), (Decimal(0), Decimal("0.5")))
    alone = sweep(history, TERMS, grid, tmp_path / "one", Crew(workers=1), lambda *_: None)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        crew = Crew(scheduler=cluster.scheduler_address)
        told: list[int] = []
        found = sweep(history, TERMS, grid, tmp_path / "two", crew, lambda done, _whole: told.append(done))
    assert found == alone
    assert told[-1] == len(grid)


def test_a_cluster_that_does_not_answer_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(workers, "ANSWER_S", 1.0)
    history = history_of([6000, 6010] * 200)
    crew = Crew(scheduler="tcp://127.0.0.1:9")
    with pytest.raises(ClusterError, match=r"tcp://127\.0\.0\.1:9"):
        sweep(history, TERMS, Grid((2, 3)), tmp_path, crew, lambda *_: None)
