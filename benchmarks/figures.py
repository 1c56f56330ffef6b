"""How measured numbers are summed up and printed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def spread(values: Sequence[float], unit: str) -> str:
    """Median, 99th percentile and extremes of a sample."""
    ordered = sorted(values)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return (
        f"median {median(ordered):8.3f} {unit}   p99 {high:8.3f}   "
        f"min {ordered[0]:8.3f}   max {ordered[-1]:8.3f}   n={len(ordered)}"
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so many percent of a sample do not exceed, between two by proportion."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    place = (len(ordered) - 1) * share / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def verdict(goal: str, what: str, value: float, unit: str, bound: float, *, least: bool = False) -> str:
    """One goal: the figure, what was aimed at, and whether it was met this time."""
    met = value >= bound if least else value <= bound
    sign = ">=" if least else "<="
    return f"{goal:<4}{what:<44}{value:9.2f} {unit:<6} goal {sign} {bound:<6g} {'met' if met else 'NOT MET'}"
