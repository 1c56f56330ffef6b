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


class Connects:
    """The connections of the last ten minutes from this address, whatever they are for."""

    def __init__(self) -> None:
        self._tried: deque[float] = deque(maxlen=MOST_CONNECTS)

    def note(self, now_s: float) -> None:
        """A connection is being tried."""
        self._tried.append(now_s)

    def wait_s(self, now_s: float) -> float:
        """How long until another one is allowed."""
        return 0.0 if len(self._tried) < MOST_CONNECTS else self._tried[0] + WINDOW_S - now_s


class Redial:
    """The pauses between connections, in real seconds. ``chance`` gives their jitter.

    ``connects`` is shared by all who connect from this address.
    """

    def __init__(self, chance: random.Random, connects: Connects | None = None) -> None:
        self._chance = chance
        self._connects = connects or Connects()
        self.failures = 0

    def dialled(self, now_s: float) -> None:
        """A connection is being tried."""
        self._connects.note(now_s)

    def pause_s(self, drop: Dropped, flowed_s: float, now_s: float, *, maintenance: bool = False) -> float:
        """The pause after a connection that brought data for ``flowed_s``."""
        if flowed_s >= SOUND_S:
            self.failures = 0
        self.failures += 1
        return max(self._patience_s(drop, maintenance=maintenance), self._connects.wait_s(now_s))

    def _patience_s(self, drop: Dropped, *, maintenance: bool) -> float:
        if drop.lasting:
            return LASTING_S
        if self.failures == 1:
            pause_s = self._chance.uniform(0, _AT_ONCE_S)
        else:
            pause_s = min(2.0 ** min(self.failures - 2, 8), _LONGEST_S) * self._chance.uniform(0.5, 1)
        slowly = maintenance or drop.busy
        return max(pause_s, _BUSY_S * self._chance.uniform(1, 1.5)) if slowly else pause_s
