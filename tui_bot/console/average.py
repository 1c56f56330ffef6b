"""The line under the chart: the average, its slope, its course, and when the candle closes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tui_bot.console import words
from tui_bot.console.empty import WHAT
from tui_bot.console.glyphs import SPARKS
from tui_bot.console.rows import Row, row, spread, width_of
from tui_bot.console.watch import View


def average_rows(view: View, width: int, _height: int) -> list[Row]:
    """One row: value, slope, sparkline, countdown."""
    snap = view.snap
    if snap is None:
        return [row((" SMA  ", "title"), (WHAT["average"], "dim"))]
    known = [value for value in snap.line if value is not None]
    close = row((" close in ", "dim"), (words.countdown(view.closes_in_ms), "text bold"), (" ", "text"))
    if not known:
        why = snap.decision.reason if snap.decision else f"warming up: {len(snap.candles)} candles"
        return [spread(row((" SMA ", "title"), (why, "dim")), close, width)]
    slope = known[-1] - known[-2] if len(known) > 1 else None
    head = row(
        (" SMA ", "title"),
        (words.number(known[-1], view.decimals), "text bold"),
        (f" {words.arrow(slope)} ", slope_ink(slope)),
        (f"{words.signed(slope, slope_places(slope))} ", "dim"),
    )
    room = width - width_of(head) - width_of(close) - 1
    return [spread((*head, *spark(known, max(room, 0))), close, width)]


def spark(values: Sequence[Decimal], width: int) -> Row:
    """The newest ``width`` values as bars between their own extremes; only the newest has a colour."""
    shown = [float(value) for value in values[-width - 1 :]] if width > 0 else []
    if len(shown) < 2:
        return ()
    low, high = min(shown[1:]), max(shown[1:])
    step = (high - low) / (len(SPARKS) - 1) or 1.0
    bars = "".join(SPARKS[round((value - low) / step)] for value in shown[1:])
    return row((bars[:-1], "rule"), (bars[-1], slope_ink(values[-1] - values[-2])))


def slope_ink(slope: Decimal | None) -> str:
    """The ink of the average where it moved by so much."""
    if slope is None:
        return "dim"
    return "sma-up" if slope > 0 else "sma-down" if slope < 0 else "sma-flat"


def slope_places(slope: Decimal | None) -> int:
    """Two digits that say something, however small the slope."""
    if not slope:
        return 1
    return min(max(1, 1 - slope.adjusted()), 10)
