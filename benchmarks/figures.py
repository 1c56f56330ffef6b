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
