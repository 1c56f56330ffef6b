"""What a backtest must come to, told by two plain programs that share nothing with the product but the file.

The job: minutes of one pair, the slope of an average of closes, always one coin long or short once it has
turned for the first time, filled at the next open, a fee on each execution. ``loop`` counts in whole ticks
with a running sum; ``with_fractions`` writes the averages out as they are defined, which takes longer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

TICKS_A_UNIT = 10
FEE = Fraction(4, 1000)
CASH = 10**9


@dataclass(frozen=True, slots=True)
class Outcome:
    """Positions entered, one still open included; what the account is worth at the last close."""

    trades: int
    worth: Fraction


def ticks_of(path: Path) -> Iterator[tuple[int, int]]:
    """Open and close of each row of Kraken's text, whose prices all have one decimal."""
    with path.open() as file:
        for row in file:
            _, opened, _, _, close, *_ = row.split(",")
            yield int(opened.replace(".", "")), int(close.replace(".", ""))


def loop(rows: Iterable[tuple[int, int]], period: int) -> Outcome:
    """One pass over opens and closes in ticks."""
    closes: deque[int] = deque()
    total, before, now, side, wanted, trades, value = 0, 0, 0, 0, 0, 0, 0
    cash = CASH * TICKS_A_UNIT
    paid = 0
    for opened, close in rows:
        if wanted:
            change = wanted - side
            cash -= change * opened
            paid += abs(change) * opened
            side, wanted, trades = wanted, 0, trades + 1
        value = cash + side * close
        closes.append(close)
        if len(closes) <= period:
            total += close
            continue
        older, total = total, total + close - closes.popleft()
        before, now = now, (total > older) - (total < older)
        if now * before < 0 and now != side:
            wanted = now
    return Outcome(trades, (value - paid * FEE) / TICKS_A_UNIT)


def with_fractions(path: Path, period: int) -> Outcome:
    """The same from the text, with every average as the sum of its closes over their number."""
    rows = [[Fraction(cell) for cell in row.split(",")] for row in path.read_text().split()]
    closes = [row[4] for row in rows]
    averages = [sum(closes[end - period : end], Fraction(0)) / period for end in range(period, len(rows) + 1)]
    steps = [(new > old) - (new < old) for old, new in pairwise(averages)]
    cash, side, trades = Fraction(CASH), 0, 0
    for place, (old, new) in enumerate(pairwise(steps), period + 1):
        if old * new < 0 and new != side and place + 1 < len(rows):
            price = rows[place + 1][1]
            cash -= (new - side) * price + abs(new - side) * price * FEE
            side, trades = new, trades + 1
    return Outcome(trades, cash + side * closes[-1])
