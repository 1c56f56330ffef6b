"""What contestants answered, set beside each other: no time without the right trades."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol


class Spent(Protocol):
    """Seconds by the clock and of the processor, and the most memory in MB."""

    @property
    def seconds(self) -> float: ...
    @property
    def cpu(self) -> float: ...
    @property
    def peak_mb(self) -> float: ...


@dataclass(slots=True)
class Row:
    """One contestant: what each round took it, or why there is nothing to show."""

    title: str
    spent: list[Spent] = field(default_factory=list)
    trouble: str = ""

    def line(self) -> str:
        """Medians, and how many rounds they are of."""
        if self.trouble or not self.spent:
            return f"  {self.title:<28}{self.trouble or 'not run'}"
        seconds, cpu = median(one.seconds for one in self.spent), median(one.cpu for one in self.spent)
        peak = max(one.peak_mb for one in self.spent)
        return (
            f"  {self.title:<28}{seconds * 1e3:12,.2f} ms   CPU {cpu * 1e3:12,.2f} ms"
            f"   peak {peak:6,.0f} MB   n={len(self.spent)}"
        )


@dataclass(slots=True)
class Table:
    """Rows in order; ``right`` is what every contestant must have found, ``found`` what each did."""

    right: tuple[int, ...]
    rows: dict[str, Row] = field(default_factory=dict)
    found: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def add(self, title: str, trades: Sequence[int], spent: Spent) -> None:
        """One round of a contestant."""
        row = self.rows.setdefault(title, Row(title))
        self.found[title] = tuple(trades)
        if tuple(trades) != self.right:
            found, wanted = sum(trades), sum(self.right)
            row.trouble = f"OTHER TRADES: {found:,} instead of {wanted:,}; so there is no time to show"
        row.spent.append(spent)

    def miss(self, title: str, why: str) -> None:
        """A contestant without a figure."""
        self.rows.setdefault(title, Row(title)).trouble = why

    def show(self) -> None:
        """Print every row."""
        for row in self.rows.values():
            print(row.line(), flush=True)

    def ratio(self, ours: str, theirs: str) -> tuple[float, str] | None:
        """The median of ours over theirs, round by round; in words its range, and the processor's."""
        mine, other = self.rows.get(ours), self.rows.get(theirs)
        if mine is None or other is None or mine.trouble or other.trouble:
            return None
        pairs = list(zip(mine.spent, other.spent, strict=False))
        if not pairs:
            return None
        walls = [one.seconds / two.seconds for one, two in pairs]
        cpus = [one.cpu / two.cpu for one, two in pairs]
        words = f"({min(walls):.3f} to {max(walls):.3f}, n={len(pairs)}; of the processor {median(cpus):.3f})"
        return median(walls), words

    def against(self, ours: str, bounds: dict[str, float | None], what: str) -> None:
        """Print the ratios of one of ours to others, with the goals there are."""
        for theirs, bound in bounds.items():
            found = self.ratio(ours, theirs)
            label = f"{what}, {ours} / {theirs}"
            if found is None:
                print(f"B   {label}: no figure")
                continue
            value, words = found
            print(line_of(label, value, bound), words, flush=True)


def line_of(label: str, value: float, bound: float | None, unit: str = "x") -> str:
    """A figure with its goal if it has one."""
    if bound is None:
        return f"B   {label:<66}{value:8.3f} {unit}"
    met = "met" if value <= bound else "NOT MET"
    return f"B   {label:<66}{value:8.3f} {unit}  goal <= {bound:g} {met}"


def in_turn(rounds: int, contestants: Sequence[tuple[int, Callable[[], None]]]) -> None:
    """A B A B: each contestant once a round, those that take long only in the first so many."""
    for number in range(rounds):
        for most, play in contestants:
            if number < most:
                play()
