"""What one guard says of one order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Reading:
    """What one guard measured and whether it lets an order pass.

    ``value`` and ``limit`` are worded for people ("0.4 s", "5 s"). ``advice`` says what would lift a
    refusal and is empty when ``ok``. ``load`` is how much of the limit is used: 1 at the limit, 0 where
    there is nothing to measure.
    """

    name: str
    ok: bool
    value: str
    limit: str
    advice: str = ""
    load: float = field(default=0.0, compare=False)

    @property
    def sentence(self) -> str:
        """The refusal in one line."""
        return f"{self.name}: {self.value} of {self.limit}" if self.limit else f"{self.name}: {self.value}"


def sentences(readings: Iterable[Reading]) -> str:
    """Refusals in one line, each with what would lift it."""
    return "; ".join(f"{reading.sentence} — {reading.advice}" for reading in readings)


def share(used: Decimal | float, limit: Decimal | float) -> float:
    """How much of a limit is used, to a hundredth; all of it where nothing is allowed."""
    if limit <= 0:
        return 1.0 if used > 0 else 0.0
    return round(float(used) / float(limit), 2)


def seconds(ms: int) -> str:
    """A short time in words: ``4.2 s``, from two minutes on ``3m 05s``."""
    return f"{ms / 1000:.1f} s" if ms < 120_000 else minutes(ms)


def minutes(ms: int) -> str:
    """A time in minutes and seconds; from an hour on in hours and minutes."""
    if ms >= 3_600_000:
        return f"{ms // 3_600_000}h {ms // 60_000 % 60:02d}m"
    return f"{ms // 60_000}m {ms // 1000 % 60:02d}s"
