"""backtrader: candle by candle."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.contestant import CASH, FEE
from benchmarks.peers.turns import np, ticks_of, turns

pandas: Any = import_module("pandas")
backtrader: Any = import_module("backtrader")


class Slope(backtrader.Strategy):  # type: ignore[misc]
    """The rule on turns that are told beforehand."""

    params = (("turns", ()),)

    def __init__(self) -> None:
        self.entered = 0

    def next(self) -> None:
        """Enter, or turn what is held."""
        turn = self.p.turns[len(self) - 1]
        if not turn or len(self) == len(self.p.turns):
            return
        size = self.position.size
        if turn > 0 and size <= 0:
            self.buy(size=1 if not size else 2)
        elif turn < 0 and size >= 0:
            self.sell(size=1 if not size else 2)
        else:
            return
        self.entered += 1


class Backtrader:
    """One process, as it is used."""

    def __init__(self, _variant: str) -> None:
        self.frame: Any = None

    def load(self, path: Path) -> None:
        """A frame, which it reads line by line as it runs."""
        names = ["time", "open", "high", "low", "close"]
        frame = pandas.read_csv(path, header=None, usecols=range(5), names=names)
        self.frame = frame.set_index(pandas.to_datetime(frame.pop("time"), unit="s"))

    def run(self, period: int, rows: int) -> tuple[int, float]:
        """Its broker has the worth, an analyzer the deepest fall."""
        frame = self.frame.iloc[:rows]
        up, down = turns(ticks_of(frame["close"].to_numpy()), period)
        told = (up.astype(np.int8) - down.astype(np.int8)).tolist()
        cerebro = backtrader.Cerebro(stdstats=False)
        cerebro.adddata(backtrader.feeds.PandasData(dataname=frame, volume=None, openinterest=None))
        cerebro.addstrategy(Slope, turns=told)
        cerebro.addanalyzer(backtrader.analyzers.DrawDown)
        cerebro.broker.setcash(CASH)
        cerebro.broker.setcommission(FEE)
        strategy = cerebro.run()[0]
        return strategy.entered, cerebro.broker.getvalue()

    def sweep(self, periods: Sequence[int], rows: int) -> list[int]:
        """One after the other."""
        return [self.run(period, rows)[0] for period in periods]


contestant = Backtrader
