"""The line under the chart: the average, its slope, its course, and when the candle closes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from tui_bot.console import words
from tui_bot.console.glyphs import SPARKS
from tui_bot.console.rows import Row, Span, row, spread, width_of
from tui_bot.console.watch import View


def average_rows(view: View, width: int, _height: int) -> list[Row]:
    """One row: value, slope, sparkline, countdown."""
    snap = view.snap
    if snap is None:
        return []
    known = [value for value in snap.line if value is not None]
    close = row((" close in ", "dim"), (words.countdown(view.closes_in_ms), "text bold"), (" ", "text"))
    if not known:
        why = snap.decision.reason if snap.decision else f"warming up: {len(snap.candles)} candles"
        return [spread(row((" SMA ", "title"), (why, "dim")), close, width)]
    slope = known[-1] - known[-2] if len(known) > 1 else None
    head = row(
        (" SMA ", "title"),
        (words.number(known[-1], view.decimals), "text bold"),
        (f" {words.arrow(slope)} ", _ink(slope)),
        (f"{words.signed(slope, _slope_decimals(slope))} ", "dim"),
    )
    room = width - width_of(head) - width_of(close) - 1
    return [spread((*head, *spark(known, max(room, 0))), close, width)]


def spark(values: Sequence[Decimal], width: int) -> Row:
    """The newest ``width`` values as bars between their own extremes, coloured by direction."""
    shown = [float(value) for value in values[-width - 1 :]] if width > 0 else []
    if len(shown) < 2:
        return ()
    low, high = min(shown[1:]), max(shown[1:])
    step = (high - low) / (len(SPARKS) - 1) or 1.0
    spans: list[Span] = []
    for before, now in pairwise(shown):
        ink = "sma-up" if now > before else "sma-down" if now < before else "sma-flat"
        bar = SPARKS[round((now - low) / step)]
        if spans and spans[-1][1] == ink:
            spans[-1] = (spans[-1][0] + bar, ink)
        else:
            spans.append((bar, ink))
    return tuple(spans)


def _ink(slope: Decimal | None) -> str:
    if slope is None:
        return "dim"
    return "sma-up" if slope > 0 else "sma-down" if slope < 0 else "sma-flat"


def _slope_decimals(slope: Decimal | None) -> int:
    """Two digits that say something, however small the slope."""
    if not slope:
        return 1
    return min(max(1, 1 - slope.adjusted()), 10)
