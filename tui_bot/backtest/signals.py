"""The turns of the average over a whole history at once, by the comparison that the strategy makes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.history import History, Ticks
from tui_bot.backtest.rule import WINDOW, Rule
from tui_bot.strategy.sma_slope import Ties

Places = NDArray[np.int64]
Sides = NDArray[np.int8]


def signals(history: History, rule: Rule) -> tuple[Places, Sides]:
    """The places of the candles at whose close the average turned, and which way: 1 up, -1 down.

    Holes that the history keeps count as flat candles, as in the engine's series, but none decides.
    """
    band = rule.band(history.tick)
    if is_whole(history):
        return _turns(history.close, rule, band)
    gaps = np.minimum(np.diff(history.begin) // history.interval, WINDOW)
    filled: Any = np.repeat(history.close, np.append(gaps, 1))
    real = np.full(len(filled), -1, np.int64)
    real[np.concatenate(([0], np.cumsum(gaps)))] = np.arange(len(history))
    places, sides = _turns(filled, rule, band)
    places = real[places]
    there = places >= 0
    return places[there], sides[there]


def is_whole(history: History) -> bool:
    """Whether no candle is missing between the first and the last."""
    span = int(history.begin[-1]) - int(history.begin[0]) if len(history) else 0
    return span == max(0, len(history) - 1) * history.interval


def effective(sides: Sides, *, can_short: bool) -> NDArray[np.bool_]:
    """Which turns change the position if every order is filled: a turn the same way again does not."""
    changes = np.ones(len(sides), np.bool_)
    changes[1:] = sides[1:] != sides[:-1]
    if len(sides) and not can_short:
        changes[0] = sides[0] > 0
    return changes


def _turns(close: Ticks, rule: Rule, band: int) -> tuple[Places, Sides]:
    if len(close) < rule.period + 2:
        return np.empty(0, np.int64), np.empty(0, np.int8)
    up, down = _directions(close[rule.period :], close[: -rule.period], band)
    if rule.ties is Ties.STRICT:
        turned = (up[1:] & down[:-1]) | (down[1:] & up[:-1])
        steps = np.flatnonzero(turned) + 1
    else:
        steps = _carried(up, down, rule.reach)
    return steps + rule.period, np.where(up[steps], np.int8(1), np.int8(-1))


def _directions(new: Any, old: Any, band: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where N times the step of the average is beyond the band, up and down."""
    if not band:
        return new > old, new < old
    step = new - old
    return step > band, step < -band


def _carried(up: NDArray[np.bool_], down: NDArray[np.bool_], reach: int) -> Places:
    """The steps that turn against the newest one before that had a direction and is still seen."""
    moved = np.flatnonzero(up | down)
    way = up[moved]
    turned = (way[1:] != way[:-1]) & (moved[1:] - moved[:-1] <= reach)
    carried: Places = moved[1:][turned]
    return carried
