"""The guards: what each measured, its limit, how near that is, and its verdict in a word."""

from __future__ import annotations

from tui_bot.console.empty import empty_rows
from tui_bot.console.glyphs import SPARKS
from tui_bot.console.rows import Row, Span, fit, row, rule
from tui_bot.console.watch import View
from tui_bot.engine.reading import Reading
from tui_bot.sanitise import sanitise

#: From so much of a limit on, a guard is drawn as scarce.
SCARCE = 0.8

#: From this width on the advice has room beside the numbers.
ROOMY = 80

#: Below this width names and numbers stand closer.
NARROW = 38


def guards_rows(view: View, width: int, height: int) -> list[Row]:
    """Refusals first, then those nearest their limit: what falls off the panel is the calmest."""
    if view.snap is None or not view.snap.guards:
        return [rule("guards", width), *empty_rows("guards", view, width, height - 1)]
    readings = view.snap.guards
    ordered = sorted(readings, key=lambda reading: (reading.ok, -reading.load))
    no = sum(not reading.ok for reading in readings)
    count = (f" {no} of {len(readings)} block ", "alarm bold") if no else (f" all {len(readings)} ok ", "dim")
    lines = [rule("guards", width, (count,))]
    longest = max(len(reading.name) for reading in readings)
    lines += [_reading(reading, width, longest) for reading in ordered[: max(height - 1, 0)]]
    return lines


def _reading(reading: Reading, width: int, longest: int) -> Row:
    """One guard, beside the ``longest`` name of all; a verdict is never cut off."""
    verdict = ("ok    " if width >= NARROW else "ok ", "ok") if reading.ok else ("BLOCK ", "alarm bold")
    name = min(longest, 16 if width >= NARROW else 12)
    of = " of " if width >= NARROW else "/"
    numbers = reading.value + (f"{of}{reading.limit}" if reading.limit else "")
    left = row((f" {sanitise(reading.name, name):<{name}} ", "dim"), (sanitise(numbers, 60), "text"))
    if width >= ROOMY and reading.advice:
        left += ((f"  → {sanitise(reading.advice, 120)}", "warn"),)
    tail: Row = (_meter(reading), verdict)
    return (*fit(left, max(width - 3 - len(verdict[0]), 0)), (" ", "text"), *tail)


def _meter(reading: Reading) -> Span:
    """How much of the limit is used, as one bar."""
    if reading.load <= 0:
        return "  ", "dim"
    glyph = SPARKS[min(int(reading.load * len(SPARKS)), len(SPARKS) - 1)]
    return f"{glyph} ", "warn" if reading.load >= SCARCE else "dim"
