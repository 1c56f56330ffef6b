"""When to connect again: soon, ever slower, and never more often than Kraken's gateway allows.

Source: Kraken API Center, guide to reconnecting: the first tries at once, then exponential from 1 s to
60 s with jitter, at least 5 s apart during maintenance, at most 150 connects in 10 minutes.
"""

from __future__ import annotations

import random
from collections import deque

from tui_bot.kraken.dial import Dropped

#: Fewer than the 150 allowed: other programs at this address connect as well.
MOST_CONNECTS, WINDOW_S = 120, 600.0

#: A trouble that needs a person is still looked at now and then: nothing is ever given up (F65).
LASTING_S = 600.0

#: A connection that brought data for so long proves that the trouble before it is over.
SOUND_S = 60.0

_AT_ONCE_S, _LONGEST_S, _BUSY_S = 0.25, 60.0, 5.0


class Redial:
    """The pauses between connections, in real seconds. ``chance`` gives their jitter."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._dialled: deque[float] = deque(maxlen=MOST_CONNECTS)
        self.failures = 0

    def dialled(self, now_s: float) -> None:
        """A connection is being tried."""
        self._dialled.append(now_s)

    def pause_s(self, drop: Dropped, flowed_s: float, now_s: float, *, maintenance: bool = False) -> float:
        """The pause after a connection that brought data for ``flowed_s``."""
        if flowed_s >= SOUND_S:
            self.failures = 0
        self.failures += 1
        return max(self._patience_s(drop, maintenance=maintenance), self._until_allowed_s(now_s))

    def _patience_s(self, drop: Dropped, *, maintenance: bool) -> float:
        if drop.lasting:
            return LASTING_S
        if self.failures == 1:
            pause_s = self._chance.uniform(0, _AT_ONCE_S)
        else:
            pause_s = min(2.0 ** min(self.failures - 2, 8), _LONGEST_S) * self._chance.uniform(0.5, 1)
        slowly = maintenance or drop.busy
        return max(pause_s, _BUSY_S * self._chance.uniform(1, 1.5)) if slowly else pause_s

    def _until_allowed_s(self, now_s: float) -> float:
        if len(self._dialled) < MOST_CONNECTS:
            return 0.0
        return self._dialled[0] + WINDOW_S - now_s
