"""Equity and drawdown drawn with signs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.report import words
from tui_bot.backtest.report.thin import Curve

#: Narrower than this the charts stand below each other.
BESIDE = 78

_DAY_S = 86_400


def draw(curve: Curve, width: int, height: int, *, colour: bool) -> list[str]:
    """Lines of the two charts in ``width`` by ``height`` cells; times are UTC."""

    def plot(
        value: NDArray[Any], name: str, form: Callable[[float], str], size: tuple[int, int]
    ) -> list[str]:
        return _plot(curve.time, value, name, form, size, colour)

    if width >= BESIDE:
        part = width * 5 // 8
        left = plot(curve.equity, "equity", _money, (part, height))
        right = plot(curve.fall, "drawdown", _share, (width - part, height))
        return [one + other for one, other in zip(left, right, strict=True)]
    low = height // 2
    return [
        *plot(curve.equity, "equity", _money, (width, height - low)),
        *plot(curve.fall, "drawdown", _share, (width, low)),
    ]


def _plot(
    time: NDArray[Any],
    value: NDArray[Any],
    name: str,
    form: Callable[[float], str],
    size: tuple[int, int],
    colour: bool,
) -> list[str]:
    import plotext  # 110 ms: only where something is drawn

    plotext.terminal.limit(False, False)
    figure: Any = plotext.figure
    figure.clear()
    figure.theme("default" if colour else "colorless")
    figure.plot_size(*size)
    figure.title(name)
    figure.draw(figure.signal(time.tolist(), value.tolist(), marker="braille").lines())
    heights = np.linspace(value.min(), value.max(), max(2, min(5, size[1] // 3))).tolist()
    figure.ruler("y", "left").ticks(heights, [form(each) for each in heights])
    places = np.linspace(time[0], time[-1], max(2, size[0] // 20)).tolist()
    figure.ruler("x", "lower").ticks(places, [_when(each, time[-1] - time[0]) for each in places])
    text = str(figure.build().string(colorless=not colour))
    figure.clear()
    return text.rstrip("\n").split("\n")


def _when(second: float, span: float) -> str:
    at = datetime.fromtimestamp(second, UTC)
    return f"{at:%H:%M}" if span < _DAY_S else f"{at:%m-%d}" if span < 90 * _DAY_S else f"{at:%Y-%m}"


def _money(value: float) -> str:
    return f"{value:,.0f}".replace("-", words.MINUS)


def _share(value: float) -> str:
    return words.percent(value, 0 if abs(value) >= 0.1 else 1)
