"""Growing pauses between tries."""

from __future__ import annotations

import random

_FIRST_S, _LAST_S = 0.5, 30.0


class Backoff:
    """Growing pauses with a random part, in real seconds."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._failures = 0

    def next_s(self) -> float:
        """The pause after one more failure."""
        longest = min(_FIRST_S * 2.0**self._failures, _LAST_S)
        self._failures = min(self._failures + 1, 16)
        return longest * self._chance.uniform(0.5, 1.0)

    def reset(self) -> None:
        """The trouble is over."""
        self._failures = 0
