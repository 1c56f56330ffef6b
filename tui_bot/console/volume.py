"""Volumes as bars under the candles, to an eighth of a row. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from tui_bot.console.glyphs import SPARKS
from tui_bot.console.rows import Row

EIGHTHS = len(SPARKS)


def volume_rows(
    volumes: Sequence[float | None], rising: Sequence[bool], width: int, height: int, highest: float
) -> list[Row]:
    """One column a volume at the right end of ``width``, ``height`` rows for the ``highest``; None is a gap.

    Whatever was traded is seen: it is at least an eighth high.
    """
    blank = width - len(volumes)
    bars = [_bar(_eighths(volume, height, highest), height) for volume in volumes]
    runs = _runs([*[True] * blank, *rising])
    lines: list[Row] = []
    for above in reversed(range(height)):
        glyphs = " " * blank + "".join([bar[above] for bar in bars])
        lines.append(tuple((glyphs[start:stop], ink) for start, stop, ink in runs))
    return lines


@lru_cache(256)
def _bar(eighths: int, height: int) -> str:
    """The glyphs of one bar, from the bottom up."""
    full, part = divmod(eighths, EIGHTHS)
    return (SPARKS[-1] * full + SPARKS[part - 1 : part]).ljust(height)


def _eighths(volume: float | None, height: int, highest: float) -> int:
    """How high a bar is, in eighths of a row."""
    if not volume or highest <= 0:
        return 0
    return min(max(round(volume / highest * height * EIGHTHS), 1), height * EIGHTHS)


def _runs(rising: Sequence[bool]) -> list[tuple[int, int, str]]:
    """Where stretches of one ink begin and end."""
    runs, at = [], 0
    for up, group in groupby(rising):
        end = at + len(list(group))
        runs.append((at, end, "up faint" if up else "down faint"))
        at = end
    return runs
