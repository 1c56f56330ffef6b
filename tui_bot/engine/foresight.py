"""All orders of a plan judged before the first of them is sent."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from tui_bot.engine.guards import Circumstances, Reading, blocks, funds, guards_of, judge, within_reach
from tui_bot.engine.plan import Leg


def foresee(now: Circumstances, legs: tuple[Leg, ...]) -> tuple[Reading, ...]:
    """The refusals of all orders of a plan, told before the first is sent.

    Each later one is judged at the size that the ones before it leave. Whether there is money for it is
    known only then: a close frees margin.
    """
    first = within_reach(now, legs[0])
    found = list(blocks(judge(now, first)))
    for done, leg in pairwise((first, *legs[1:])):
        now = replace(now, size=now.size + done.side.sign * done.volume)
        found += blocks(tuple(guard(now, leg) for guard in guards_of(leg) if guard is not funds))
    return tuple(dict.fromkeys(found))
