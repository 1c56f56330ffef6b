"""Between which prices a history lies: what bounds a run before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tui_bot.backtest.history import History


@dataclass(frozen=True, slots=True)
class Extent:
    """The lowest and the highest of all opens and closes, in ticks."""

    lowest: int
    highest: int


@lru_cache(maxsize=1)
def extent(history: History) -> Extent:
    """Looked for once where many runs are made over one history, which is not empty."""
    lowest = min(history.open.min(), history.close.min())
    return Extent(int(lowest), int(max(history.open.max(), history.close.max())))
