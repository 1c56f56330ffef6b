"""Prices to whole ticks: of a tick that is given, or of the coarsest decimal one that all prices fit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.fault import Fault
from tui_bot.backtest.files.block import Block
from tui_bot.backtest.files.column import Column, Number
from tui_bot.backtest.files.digits import POWERS
from tui_bot.backtest.history import Ticks
from tui_bot.market.number import plain

_INT32 = np.iinfo(np.int32).max


class TickGrid:
    """Takes the prices of one block after the other; gives the four columns in ticks.

    Without ``tick`` it is a power of ten, no coarser than ``coarsest``. ``room`` is about how many rows come.
    """

    def __init__(self, tick: Decimal | None, coarsest: Decimal, room: int = 0) -> None:
        self._given = tick
        self._decimals = decimals_of(coarsest)
        self._most = 0
        self._columns: list[Column[Any]] = _columns(np.int32, room)

    @property
    def tick(self) -> Decimal:
        """One unit of the columns in quote currency."""
        return self._given or Decimal(1).scaleb(-self._decimals)

    @property
    def columns(self) -> tuple[Ticks, ...]:
        """Open, high, low and close in ticks, as int32 as long as all fit."""
        return tuple(column.values for column in self._columns)

    def add(self, block: Block) -> None:
        """The prices of the rows that follow. Raises Fault for one off a given grid."""
        prices = self._in_ticks(block)
        self._reach(int(prices.max()))
        for column, more in zip(self._columns, prices, strict=True):
            column.append(more)

    def _in_ticks(self, block: Block) -> NDArray[np.int64]:
        prices, decimals = block.prices, block.decimals
        if self._given is not None:
            return _on_grid(prices, decimals, self._given)
        while decimals > self._decimals and not (prices % 10).any():
            prices, decimals = prices // 10, decimals - 1
        if decimals > self._decimals:
            self._refine(decimals)
        return prices * POWERS[self._decimals - decimals] if decimals < self._decimals else prices

    def _refine(self, decimals: int) -> None:
        """What came before is counted in the finer unit as well."""
        factor = 10 ** (decimals - self._decimals)
        self._decimals = decimals
        self._reach(self._most * factor)
        for column in self._columns:
            values = column.values
            values *= factor

    def _reach(self, most: int) -> None:
        """Make place for a price so large."""
        if self._most <= _INT32 < most:
            wide = _columns(np.int64, 0)
            for column, narrow in zip(wide, self._columns, strict=True):
                column.append(narrow.values.astype(np.int64))
            self._columns = wide
        self._most = max(self._most, most)


def _columns(kind: type[Number], room: int) -> list[Column[Number]]:
    return [Column(kind, room) for _ in range(4)]


def decimals_of(tick: Decimal) -> int:
    """How many decimals a tick has."""
    return max(0, -int(tick.normalize().as_tuple().exponent))


def _on_grid(prices: NDArray[np.int64], decimals: int, tick: Decimal) -> NDArray[np.int64]:
    finer = decimals_of(tick)
    step = int(tick.scaleb(finer)) * 10 ** max(0, decimals - finer)
    scaled: NDArray[np.int64] = prices * POWERS[max(0, finer - decimals)]
    if step == 1:
        return scaled
    ticks: NDArray[np.int64] = scaled // step
    rest = scaled % step
    if rest.any():
        row = int(np.flatnonzero(rest.any(axis=0))[0])
        price = Decimal(int(prices[:, row][rest[:, row] != 0][0])).scaleb(-decimals)
        what = f"price {plain(price)} is off the grid of {plain(tick)}"
        raise Fault(what, "name a finer --tick, or none: it is found from the file", row)
    return ticks
