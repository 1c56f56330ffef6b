"""Prices to whole ticks: of a tick that is given, or of the coarsest decimal one that all prices fit."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.block import Block
from tui_bot.backtest.digits import POWERS
from tui_bot.backtest.fault import Fault
from tui_bot.market.number import plain

_INT32 = np.iinfo(np.int32).max


class TickGrid:
    """Takes the prices of one block after the other; gives the four columns in ticks.

    Without ``tick`` it is a power of ten, no coarser than ``coarsest``.
    """

    def __init__(self, tick: Decimal | None, coarsest: Decimal) -> None:
        self._given = tick
        self._decimals = decimals_of(coarsest)
        self._most = 0
        self._pieces: list[tuple[NDArray[np.int64] | NDArray[np.int32], int]] = []

    @property
    def tick(self) -> Decimal:
        """One unit of the columns in quote currency."""
        return self._given or Decimal(1).scaleb(-self._decimals)

    def add(self, block: Block) -> None:
        """The prices of the rows that follow. Raises Fault for one off a given grid."""
        prices, decimals = block.prices, block.decimals
        if self._given is not None:
            prices, decimals = _on_grid(prices, decimals, self._given), self._decimals
        else:
            while decimals > self._decimals and not (prices % 10).any():
                prices, decimals = prices // 10, decimals - 1
            self._decimals = max(self._decimals, decimals)
        most = int(prices.max())
        self._most = max(self._most, most * 10 ** (self._decimals - decimals))
        fits = most <= _INT32
        self._pieces.append((prices.astype(np.int32) if fits else prices, decimals))

    def columns(self) -> tuple[NDArray[np.int32] | NDArray[np.int64], ...]:
        """Open, high, low and close in ticks, as int32 where all fit. The grid is empty after that."""
        whole: list[NDArray[np.int32] | NDArray[np.int64]] = []
        wide = np.int32 if self._most <= _INT32 else np.int64
        for column in range(4):
            made = np.empty(sum(piece.shape[1] for piece, _ in self._pieces), wide)
            place = 0
            for piece, decimals in self._pieces:
                values = piece[column]
                factor = 10 ** (self._decimals - decimals)
                part = made[place : place + len(values)]
                np.multiply(values, factor, out=part, casting="unsafe", dtype=np.int64)
                place += len(values)
            whole.append(made)
        self._pieces.clear()
        return tuple(whole)


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
