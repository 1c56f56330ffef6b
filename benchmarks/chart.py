"""Milliseconds of the chart's raster: all of it, and one tick, at 160x40."""

from __future__ import annotations


def main() -> None:
    """Print the figures."""
    print("not measured yet")
