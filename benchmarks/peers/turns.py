"""The turns of the average for those who have none that is exact: from whole ticks.

A floating average invents turns where a close equals the one it replaces.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

np: Any = import_module("numpy")


def ticks_of(prices: Any) -> Any:
    """Prices with one decimal as whole numbers."""
    return np.rint(prices * 10).astype(np.int64)


def turns(close: Any, period: int) -> tuple[Any, Any]:
    """Of each candle: whether the average turned up at its close, and whether down."""
    step = np.zeros(len(close), np.int64)
    step[period:] = close[period:] - close[:-period]
    rises, falls = step > 0, step < 0
    up, down = np.zeros(len(close), np.bool_), np.zeros(len(close), np.bool_)
    up[1:] = rises[1:] & falls[:-1]
    down[1:] = falls[1:] & rises[:-1]
    return up, down
