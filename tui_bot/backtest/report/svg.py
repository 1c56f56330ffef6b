"""A curve as a drawing in a page, without a script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.report import words

_WIDTH, _LEFT, _BELOW, _ABOVE = 960, 84, 22, 8


@dataclass(frozen=True, slots=True)
class Frame:
    """Where times and values lie: ``height`` in pixels, the rest in their own units."""

    height: int
    first: float
    last: float
    low: float
    high: float

    def x(self, time: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels from the left."""
        return _LEFT + (time - self.first) / ((self.last - self.first) or 1) * (_WIDTH - _LEFT - 8)

    def y(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels from the top."""
        room = self.height - _ABOVE - _BELOW
        return _ABOVE + (self.high - value) / ((self.high - self.low) or 1) * room


def drawing(
    name: str,
    time: NDArray[np.int64],
    value: NDArray[np.float64],
    form: Callable[[float], str],
    *,
    height: int,
    filled: bool = False,
) -> str:
    """One curve with its scale, as the text of an ``svg`` element."""
    frame = Frame(height, float(time[0]), float(time[-1]), float(value.min()), float(value.max()))
    points = " ".join(
        f"{x:.1f},{y:.1f}" for x, y in zip(frame.x(time.astype(np.float64)), frame.y(value), strict=True)
    )
    shape = f'<polyline class="{name}" points="{points}"/>'
    if filled:
        top = f"{frame.y(np.array([frame.high]))[0]:.1f}"
        shape = f'<polygon class="{name}" points="{_LEFT},{top} {points} {_WIDTH - 8},{top}"/>'
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{name}">'
        f"{_scale(frame, form)}{shape}</svg>"
    )


def _scale(frame: Frame, form: Callable[[float], str]) -> str:
    heights = np.linspace(frame.low, frame.high, 5)
    lines = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{form(float(height))}</text>'
        for height, y in zip(heights, frame.y(heights), strict=True)
    )
    times = np.linspace(frame.first, frame.last, 7)
    anchors = ("start", *("middle",) * 5, "end")
    days = "".join(
        f'<text x="{x:.1f}" y="{frame.height - 4}" text-anchor="{anchor}">{words.day(int(time))}</text>'
        for time, x, anchor in zip(times, frame.x(times), anchors, strict=True)
    )
    return lines + days
