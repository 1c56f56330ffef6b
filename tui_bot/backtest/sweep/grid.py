"""Which settings are tried: every combination of the values given."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import product

from tui_bot.backtest.rule import Rule
from tui_bot.market.number import ZERO
from tui_bot.strategy.sma_slope import Ties

#: More cells than this are a slip of the finger.
MOST_CELLS = 1_000_000


class GridError(Exception):
    """Values that cannot be read; the text says what is wrong and how to write it."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Values of each setting, in order, none twice."""

    periods: tuple[int, ...]
    min_slopes: tuple[Decimal, ...] = (ZERO,)
    ties: tuple[Ties, ...] = (Ties.STRICT,)

    def __len__(self) -> int:
        return len(self.periods) * len(self.min_slopes) * len(self.ties)

    def rules(self) -> tuple[Rule, ...]:
        """All combinations; periods change last, so that those in one stretch cost about the same."""
        return tuple(
            Rule(period, slope, ties)
            for ties, slope, period in product(self.ties, self.min_slopes, self.periods)
        )

    def neighbours(self, rule: Rule) -> tuple[Rule, ...]:
        """The settings one step away in period or minimal slope."""
        place, height = self.periods.index(rule.period), self.min_slopes.index(rule.min_slope)
        steps = [(place + step, height) for step in (-2, -1, 1, 2)]
        steps += [(place, height + step) for step in (-1, 1)]
        return tuple(
            Rule(self.periods[x], self.min_slopes[y], rule.ties)
            for x, y in steps
            if 0 <= x < len(self.periods) and 0 <= y < len(self.min_slopes)
        )


def grid_of(periods: str, min_slopes: str, ties: str) -> Grid:
    """The grid of three texts such as ``2..200``, ``0,0.5``, ``strict,carry``. Raises GridError."""
    kinds = tuple(dict.fromkeys(_ties(part.strip()) for part in ties.split(",")))
    whole = tuple(_whole(value, periods) for value in _values(periods))
    grid = Grid(whole, _values(min_slopes), kinds)
    if len(grid) > MOST_CELLS:
        raise GridError(f"{len(grid):,} cells are too many; at most {MOST_CELLS:,}. Give a step: 2..200:2")
    return grid


def _values(text: str) -> tuple[Decimal, ...]:
    """Numbers and ranges with commas between, in the order of size, each once."""
    found: set[Decimal] = set()
    for part in text.split(","):
        found.update(_range(part.strip(), text))
    return tuple(sorted(found))


def _range(part: str, text: str) -> list[Decimal]:
    ends, _, step_text = part.partition(":")
    first_text, dots, last_text = ends.partition("..")
    first = _number(first_text, text)
    if not dots:
        if step_text:
            raise _unread(text)
        return [first]
    last, step = _number(last_text, text), _number(step_text, text) if step_text else Decimal(1)
    if last < first or step <= 0 or (last - first) / step > MOST_CELLS:
        raise _unread(text)
    return [first + step * place for place in range(int((last - first) / step) + 1)]


def _number(text: str, whole: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _unread(whole) from None
    if not number.is_finite() or number < 0 or len(text) > 20:
        raise _unread(whole)
    return number


def _whole(value: Decimal, text: str) -> int:
    if value != int(value) or value < 2:
        raise GridError(f"{text!r}: a period is a whole number from 2 on")
    return int(value)


def _ties(text: str) -> Ties:
    try:
        return Ties(text)
    except ValueError:
        raise GridError(f"{text!r}: ties are strict, carry, or strict,carry") from None


def _unread(text: str) -> GridError:
    return GridError(f"{text!r} is not a list of values; write 20, or 10,20,50, or 2..200, or 2..200:2")
