"""Milliseconds of the chart's raster at 160x40, in process, with volumes, times and axis; and plotext's.

``first`` begins with the candles of a snapshot, ``whole`` draws all anew for another size, ``one tick`` is
what a moved price costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median
from time import perf_counter_ns
from typing import Any

import plotext

from benchmarks.figures import spread, verdict
from tests.console.stage import snapshot
from tui_bot.console.plot import Plot
from tui_bot.console.viewport import Viewport
from tui_bot.console.watch import View, Watch
from tui_bot.market.candle import Candle

WIDTH, HEIGHT, COUNT = 146, 38, 400
PLOTEXT_COUNT = 20


def main() -> None:
    """Print the figures."""
    watch = Watch(lambda: 0.0, "demo")
    snap = snapshot(200)
    first, whole, ticks = [], [], []
    plot = Plot()
    for number in range(COUNT):
        forming = snap.forming or snap.candles[-1]
        close = forming.close + Decimal(number % 3 - 1)
        moved = replace(forming, close=close, high=max(forming.high, close), low=min(forming.low, close))
        watch.take(replace(snap, forming=moved, beat=number))
        view = watch.view()
        first.append(_timed(Plot(), view, HEIGHT))
        ticks.append(_timed(plot, view, HEIGHT))
        whole.append(_timed(plot, view, HEIGHT - 1))
        _timed(plot, view, HEIGHT)
    print(f"first, {len(snap.candles)} candles held       {spread(first, 'ms')}")
    print(f"whole, {WIDTH} candles with SMA  {spread(whole, 'ms')}")
    print(f"one tick                     {spread(ticks[1:], 'ms')}")
    theirs = [_plotext(snap.candles[-WIDTH:]) for _ in range(PLOTEXT_COUNT)]
    print(f"plotext, whole               {spread(theirs[1:], 'ms')}")
    print(verdict("G6", f"raster of {WIDTH} candles, whole", median(whole), "ms", 1))
    print(verdict("G6", "raster, one tick", median(ticks[1:]), "ms", 0.05))
    print(
        verdict(
            "G6", "plotext's time, to the whole raster's", median(theirs) / median(whole), "x", 30, least=True
        )
    )


def _timed(plot: Plot, view: View, height: int) -> float:
    begin = perf_counter_ns()
    plot.look(view, Viewport(), WIDTH, height)
    plot.axis(view, Viewport(), 160 - WIDTH)
    return (perf_counter_ns() - begin) / 1e6


def _plotext(candles: Sequence[Candle]) -> float:
    """The same candles and a line through their closes."""
    plotext.terminal.limit(False, False)
    figure: Any = plotext.figure
    at = list(range(len(candles)))
    columns: dict[str, list[float]] = {"date": [float(number) for number in at]}
    for name in ("open", "high", "low", "close"):
        columns[name] = [float(getattr(candle, name)) for candle in candles]
    begin = perf_counter_ns()
    figure.clear()
    figure.plot_size(WIDTH, HEIGHT)
    figure.draw(figure.candlestick(columns))
    figure.draw(figure.signal(at, columns["close"]).lines())
    str(figure.build())
    return (perf_counter_ns() - begin) / 1e6
