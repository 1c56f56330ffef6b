"""The price axis: round prices, the price now, and the price at which the average turns."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from math import ceil, floor, log10

from tui_bot.console.raster import Bar, Scale, column
from tui_bot.console.rows import Row, Span
from tui_bot.console.words import number


def axis_width(scale: Scale, decimals: int) -> int:
    """The column of the running candle, a sign, and the longest price."""
    return 4 + max(len(number(Decimal(edge), decimals)) for edge in (scale.low, scale.high))


def axis_rows(
    scale: Scale,
    decimals: int,
    width: int,
    forming: Bar | None,
    price: Decimal | None,
    flip: Decimal | None,
    cursor: Decimal | None = None,
) -> list[Row]:
    """One row a chart row, each beginning with its cell of the running candle.

    ``cursor`` is the close of the candle under the cursor.
    """
    labels = dict(_round_labels(scale, decimals))
    if cursor is not None:
        at = scale.row(float(cursor))
        _clear_round(labels, at)
        labels[at] = ("┈ ", number(cursor, decimals), "key bold reverse")
    if price is not None:
        at = scale.row(float(price))
        _clear_round(labels, at)
        if flip is not None:
            _clear_round(labels, _flip_row(scale, flip, at, price))
            labels[_flip_row(scale, flip, at, price)] = (
                _flip_sign(scale, flip),
                number(flip, decimals),
                "flip bold",
            )
        labels[at] = (_price_sign(scale, price), number(price, decimals), "mark bold")
    cells = {row: (glyph, ink) for row, glyph, ink in column(forming, scale, forming=True)} if forming else {}
    blank: Span = (" ", "text")
    none: Span = (" " * (width - 1), "text")
    rows: list[Row] = []
    for line in range(scale.rows):
        label = labels.get(line)
        text = none if label is None else (f"{label[0]}{label[1].rjust(width - 4)} "[: width - 1], label[2])
        rows.append((cells.get(line, blank), text))
    return rows


def _clear_round(labels: dict[int, tuple[str, str, str]], at: int) -> None:
    for near in (at - 1, at, at + 1):
        if near in labels and labels[near][2] == "dim":
            del labels[near]


def _flip_row(scale: Scale, flip: Decimal, at: int, price: Decimal) -> int:
    """The flip's row, moved off the price's row to the side it belongs to."""
    line = scale.row(float(flip))
    if line != at:
        return line
    aside = at - 1 if flip > price else at + 1
    return aside if 0 <= aside < scale.rows else (at + 1 if aside < 0 else at - 1)


def _price_sign(scale: Scale, price: Decimal) -> str:
    """Where the price is off the scale, it says to which side."""
    if float(price) > scale.high:
        return "◀▲"
    return "◀▼" if float(price) < scale.low else "◀ "


def _flip_sign(scale: Scale, flip: Decimal) -> str:
    if float(flip) > scale.high:
        return "⇅▲"
    return "⇅▼" if float(flip) < scale.low else "⇅ "


@lru_cache(4)
def _round_labels(scale: Scale, decimals: int) -> dict[int, tuple[str, str, str]]:
    span = scale.high - scale.low
    rough = span / max(scale.rows / 3, 1)
    power = 10.0 ** floor(log10(rough))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough)
    step = max(step, 10.0**-decimals)
    first, last = ceil(scale.low / step), floor(scale.high / step)
    return {
        scale.row(count * step): ("  ", number(Decimal(count * step), decimals), "dim")
        for count in range(first, last + 1)
        if count > 0
    }
