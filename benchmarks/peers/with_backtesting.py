"""backtesting.py: its page of statistics is part of a run and cannot be left out."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.contestant import CASH, FEE
from benchmarks.peers.turns import np, ticks_of, turns

os.environ["TQDM_DISABLE"] = "1"
warnings.simplefilter("ignore")
pandas: Any = import_module("pandas")
backtesting: Any = import_module("backtesting")


class Slope(backtesting.Strategy):  # type: ignore[misc]
    """The rule on turns that are told beforehand."""

    turns: Any = None

    def init(self) -> None:
        """No indicator of its own."""

    def next(self) -> None:
        """Enter, or turn what is held."""
        turn = self.turns[len(self.data) - 1]
        if not turn:
            return
        size = self.position.size
        if turn > 0 and size <= 0:
            self.buy(size=1 if not size else 2)
        elif turn < 0 and size >= 0:
            self.sell(size=1 if not size else 2)


class Backtesting:
    """One process, as it is used."""

    def __init__(self, _variant: str) -> None:
        self.frame: Any = None

    def load(self, path: Path) -> None:
        """The frame it asks for."""
        names = ["time", "Open", "High", "Low", "Close"]
        frame = pandas.read_csv(path, header=None, usecols=range(5), names=names)
        self.frame = frame.set_index(pandas.to_datetime(frame.pop("time"), unit="s"))

    def run(self, period: int, rows: int) -> tuple[int, float]:
        """Its statistics have the figures."""
        frame = self.frame.iloc[:rows]
        up, down = turns(ticks_of(frame["Close"].to_numpy()), period)
        told = (up.astype(np.int8) - down.astype(np.int8)).tolist()
        test = backtesting.Backtest(frame, Slope, cash=CASH, commission=FEE, finalize_trades=True)
        found = test.run(turns=told)
        return found["# Trades"], found["Equity Final [$]"]

    def sweep(self, periods: Sequence[int], rows: int) -> list[int]:
        """One after the other."""
        return [self.run(period, rows)[0] for period in periods]


contestant = Backtesting
