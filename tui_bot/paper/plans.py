"""Plans by which a fault fills an order other than the book would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_bot.paper.matching import Match


@dataclass(frozen=True, slots=True)
class FillPlan:
    """How an order's first matches are to go, other than by the book: only `share` of them, in `parts`, and
    then, with a `reason`, canceled by the exchange; `after_ns` keeps it out of the book for so long.
    """

    share: float = 1.0
    parts: int = 1
    reason: str = ""
    after_ns: int = 0


def planned(matches: Sequence[Match], plan: FillPlan) -> list[Match]:
    """The matches a plan leaves of those the book gave."""
    wanted = int(sum(match.lots for match in matches) * min(1.0, max(0.0, plan.share)))
    picked: list[Match] = []
    for match in matches:
        lots = min(match.lots, wanted)
        wanted -= lots
        parts = max(1, min(plan.parts, lots))
        sizes = [lots // parts] * (parts - 1) + [lots - lots // parts * (parts - 1)]
        picked += (Match(match.ticks, size) for size in sizes if size)
    return picked
