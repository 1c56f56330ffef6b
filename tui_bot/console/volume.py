"""Volumes as bars under the candles, to an eighth of a row. Pure."""

from __future__ import annotations

from collections.abc import Sequence
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
    columns = [(" ", True)] * (width - len(volumes))
    lines: list[Row] = []
    for above in reversed(range(height)):
        cells = [
            (_glyph(volume, above, height, highest), up) for volume, up in zip(volumes, rising, strict=True)
        ]
        lines.append(_row([*columns, *cells]))
    return lines


def _glyph(volume: float | None, above: int, height: int, highest: float) -> str:
    """The part of a bar that is in the row ``above`` the lowest."""
    if not volume or highest <= 0:
        return " "
    eighths = max(round(volume / highest * height * EIGHTHS), 1) - above * EIGHTHS
    return SPARKS[min(eighths, EIGHTHS) - 1] if eighths > 0 else " "


def _row(cells: list[tuple[str, bool]]) -> Row:
    return tuple(
        ("".join(glyph for glyph, _ in group), "up faint" if up else "down faint")
        for up, group in groupby(cells, key=lambda cell: cell[1])
    )
