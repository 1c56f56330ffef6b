"""Whether a theme can be read, and by whom: the rules that a shipped and a person's own theme must keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tui_bot.console.contrast import EYES, distance, ratio
from tui_bot.console.inks import DEFAULTS

#: What words need on what they stand on (WCAG 2.2, 1.4.3).
TEXT = 4.5

#: How far apart opposites must be to every eye, and the word of a mode from that of live.
APART = {("up", "down"): 20.0, ("sma-up", "sma-down"): 14.0}
MODES = ("live", "paper", "demo", "replay")
MODES_APART = 10.0

_LACKS = {
    "usual": "anybody",
    "protan": "who sees no red",
    "deutan": "who sees no green",
    "tritan": "who sees no blue",
}


def faults(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong as (colour, sentence); nothing of colours that the terminal decides."""
    if values["background"].startswith("ansi_"):
        return
    yield from _faint(values)
    for (one, other), least in APART.items():
        yield from _alike(values, one, other, least)
    for place, one in enumerate(MODES):
        for other in MODES[place + 1 :]:
            yield from _alike(values, one, other, MODES_APART)


def _faint(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for ink in DEFAULTS:
        for ground in ("background", "surface"):
            found = ratio(values[ink], values[ground])
            if ink != "rule" and found < TEXT:
                yield ink, f"{found:.1f} to 1 on {ground} {values[ground]}; words need {TEXT}"
                break


def _alike(values: Mapping[str, str], one: str, other: str, least: float) -> Iterator[tuple[str, str]]:
    """The worst eye only: what helps it helps the others."""
    worst = min(EYES, key=lambda eye: distance(values[one], values[other], eye))
    found = distance(values[one], values[other], worst)
    if found < least:
        yield one, f"too like {other} for {_LACKS[worst]}: {found:.0f} apart, {least:.0f} needed"
