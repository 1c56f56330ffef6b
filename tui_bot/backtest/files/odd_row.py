"""One row read slowly and exactly: odd but right notations, and what is wrong with the others."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import NamedTuple

from tui_bot.backtest.fault import Fault, shown
from tui_bot.backtest.files.layout import Layout
from tui_bot.backtest.files.times import second_of

#: No market is quoted finer; more digits are the noise of binary fractions.
MOST_DECIMALS = 10
_MOST = Decimal(10) ** 8
_WIDE = Context(prec=90)
_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity|null|none|n/a|na)", re.IGNORECASE)
_AGAIN = "download the file again, or cut this line"


class OddRow(NamedTuple):
    """Begin in Unix seconds; open, high, low, close; volume in base units."""

    begin: int
    prices: tuple[Decimal, ...]
    volume: float


def read_row(text: str, layout: Layout, unit: int) -> OddRow:
    """A row of as many cells as the layout says. Raises Fault."""
    cells = [cell.strip() for cell in text.split(",")]
    begin = second_of(cells[layout.time], unit)
    names = ("open", "high", "low", "close")
    prices = tuple(_price(cells[at], name) for at, name in zip(layout.prices, names, strict=True))
    volume = 0.0 if layout.volume is None else float(_number(cells[layout.volume], "volume"))
    if layout.whole is not None and not re.fullmatch(r"\d{1,12}(\.0*)?", cells[layout.whole], re.ASCII):
        raise Fault(f"trade count {shown(cells[layout.whole])} is not a whole number", _AGAIN)
    return OddRow(begin, prices, volume)


def _price(cell: str, name: str) -> Decimal:
    price = _number(cell, name).normalize(_WIDE)
    if price == 0:
        raise Fault(f"{name} is 0", _AGAIN)
    if price >= _MOST:
        raise Fault(f"{name} {shown(cell)} is larger than any price", "check the columns; " + _AGAIN)
    if -int(price.as_tuple().exponent) > MOST_DECIMALS:
        what = f"{name} {shown(cell)} has more than {MOST_DECIMALS} decimals"
        raise Fault(what, "round prices to the tick of the pair when you write the file")
    return price


def _number(cell: str, name: str) -> Decimal:
    if not cell:
        raise Fault(f"{name} is empty", _AGAIN)
    if _NOT_FINITE.fullmatch(cell):
        raise Fault(f"{name} is {shown(cell)}, not a finite number", "fill or remove such rows")
    if not _NUMBER.fullmatch(cell):
        remedy = "numbers are written as 12345.6: a point, no blanks, no signs of a currency"
        raise Fault(f"{name} {shown(cell)} is not a number", remedy)
    value = Decimal(cell)
    if value < 0:
        raise Fault(f"{name} {shown(cell)} is negative", _AGAIN)
    return value
