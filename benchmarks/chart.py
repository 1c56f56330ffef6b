"""Milliseconds of the chart's raster at 160x40, in process: everything, and one tick."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from time import perf_counter_ns

from benchmarks.figures import spread
from tests.console.stage import snapshot
from tui_bot.console.plot import Plot
from tui_bot.console.watch import View, Watch

WIDTH, HEIGHT, COUNT = 146, 38, 400


def main() -> None:
    """Print the figures."""
    watch = Watch(lambda: 0.0, "demo")
    snap = snapshot(200)
    whole, ticks = [], []
    plot = Plot()
    for number in range(COUNT):
        forming = snap.forming or snap.candles[-1]
        close = forming.close + Decimal(number % 3 - 1)
        moved = replace(forming, close=close, high=max(forming.high, close), low=min(forming.low, close))
        watch.take(replace(snap, forming=moved, beat=number))
        view = watch.view()
        ticks.append(_timed(plot, view, HEIGHT))
        whole.append(_timed(plot, view, HEIGHT - 1))
        _timed(plot, view, HEIGHT)
    print(f"whole, {WIDTH} candles with SMA  {spread(whole, 'ms')}")
    print(f"one tick                     {spread(ticks[1:], 'ms')}")


def _timed(plot: Plot, view: View, height: int) -> float:
    begin = perf_counter_ns()
    plot.look(view, WIDTH, height)
    plot.axis(view, 160 - WIDTH)
    return (perf_counter_ns() - begin) / 1e6
