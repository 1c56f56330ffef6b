"""The line under the chart while its cursor stands on a candle: all that is known of that candle."""

from __future__ import annotations

from datetime import UTC, datetime

from tui_bot.console import words
from tui_bot.console.average import slope_ink, slope_places
from tui_bot.console.rows import Row, Span, choose, row
from tui_bot.console.timeframe import Bucket
from tui_bot.console.watch import View
from tui_bot.engine.snapshot import Mark, MarkKind


def readout_rows(view: View, bucket: Bucket, width: int) -> list[Row]:
    """Time, open, high, low, close, volume, average and its step, marks in words; less where it is narrow."""
    candle, places = bucket.candle, view.decimals
    day = candle.begin // 86_400 != view.now_ms // 86_400_000
    time = words.time_of(candle.begin * 1000)
    if day:
        time = f"{datetime.fromtimestamp(candle.begin, UTC):%d %b} {time}"
    ink = words.ink_of(candle.close - candle.open)
    head = row((f" {time} ", "key bold"))
    prices = row(
        *_named("O", words.number(candle.open, places)),
        *_named("H", words.number(candle.high, places)),
        *_named("L", words.number(candle.low, places)),
    )
    close = row(*_named("C", words.number(candle.close, places), f"{ink} bold"))
    volume = row(*_named("V", words.volume(candle.volume) if candle.volume else "none traded"))
    average: Row = (
        ((" SMA ?", "dim"),)
        if bucket.average is None
        else row(
            (" SMA ", "dim"),
            (words.number(bucket.average, places), "text"),
            (f" {words.arrow(bucket.step)}", slope_ink(bucket.step)),
            (f" {words.signed(bucket.step, slope_places(bucket.step))}", "dim"),
        )
    )
    marks = _marks(bucket.marks, places)
    full = (*head, *prices, *close, *volume, *average, *marks)
    shorter = (*head, *prices, *close, *average, *marks), (*head, *prices, *close, *marks)
    return [choose(width, full, *shorter, (*head, *close, *average, *marks), (*head, *prices, *close))]


def _named(name: str, text: str, ink: str = "text") -> Row:
    return (f" {name} ", "dim"), (text, ink)


def _marks(marks: tuple[Mark, ...], places: int) -> Row:
    spans: list[Span] = []
    for mark in marks:
        price = words.number(mark.price, places)
        if mark.kind is MarkKind.FILL:
            spans.append((f" {mark.side.name} filled {price}", f"{words.SIDE_INK[mark.side]} bold"))
        else:
            spans.append((f" {mark.side.name} blocked", "warn bold"))
    return tuple(spans)
