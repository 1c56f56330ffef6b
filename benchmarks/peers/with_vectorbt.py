"""vectorbt, by its ``rust`` or ``numba`` engine; a sweep goes one column at a time, which is its fastest."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.contestant import CASH, FEE
from benchmarks.peers.turns import np, ticks_of, turns

pandas: Any = import_module("pandas")
vectorbt: Any = import_module("vectorbt")


class Vectorbt:
    """Only the two columns it needs are read."""

    def __init__(self, engine: str) -> None:
        self.engine = engine

    def load(self, path: Path) -> None:
        """Open and close as floats."""
        frame = pandas.read_csv(path, header=None, usecols=[1, 4])
        self.open, self.close = frame[1].to_numpy(), frame[4].to_numpy()

    def run(self, period: int, rows: int) -> tuple[int, float]:
        """Its portfolio, and the three figures."""
        portfolio = self._portfolio(period, rows)
        portfolio.max_drawdown()
        return portfolio.trades.count(), portfolio.final_value()

    def sweep(self, periods: Sequence[int], rows: int) -> list[int]:
        """A portfolio for each period, and the figures that a cell of our sweep has."""
        return [self._cell(period, rows) for period in periods]

    def _cell(self, period: int, rows: int) -> int:
        portfolio = self._portfolio(period, rows)
        trades = portfolio.trades
        count: int = trades.count()
        trades.win_rate()
        portfolio.orders.fees.sum()
        portfolio.final_value()
        portfolio.max_drawdown()
        return count

    def _portfolio(self, period: int, rows: int) -> Any:
        opened, close = self.open[:rows], self.close[:rows]
        up, down = turns(ticks_of(close), period)
        # what a close decides is done at the next open
        buy, sell = np.append(False, up[:-1]), np.append(False, down[:-1])
        return vectorbt.Portfolio.from_signals(
            close,
            entries=buy,
            short_entries=sell,
            price=opened,
            size=1.0,
            size_type="amount",
            upon_opposite_entry="reverse",
            fees=FEE,
            init_cash=CASH,
            freq="1min",
            engine=self.engine,
        )


contestant = Vectorbt
