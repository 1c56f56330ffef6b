"""Keys that were typed at a screen that stood still: nobody saw what they would do (S23).

A key carries the time at which it was read from the terminal; one that is handled much later met a loop that
was held up. What waits in a network on the way here carries no time. So a key also counts as blind while the
terminal takes nothing of what is drawn, and for a moment after it moves again. A link that swallows frames
without showing them cannot be told from one that shows them.
"""

from __future__ import annotations

import contextlib
import select
import sys
import time
from collections.abc import Callable

#: A screen that was drawn so long ago is not the one to act on.
STALL_S = 2.0

#: So long after it has moved again, keys still arrive that were typed before.
SETTLE_S = 1.0


def takes_output() -> bool:
    """Whether the terminal would take another byte; what is no terminal takes all."""
    with contextlib.suppress(OSError, ValueError):
        handle = sys.__stderr__.fileno() if sys.__stderr__ is not None else -1
        return bool(select.select([], [handle], [], 0)[1])
    return True


class Stall:
    """How long the screen had stood still when the newest key was typed, 0 while it moves.

    ``clock`` is that of a key's time: monotonic seconds. ``takes`` tells whether the terminal takes output.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, takes: Callable[[], bool] = takes_output
    ) -> None:
        self._clock, self._takes = clock, takes
        self._moved_at = clock()
        self._settled_at = clock()
        self._stood_s = 0.0
        self.blind_s = 0.0

    def beat(self) -> None:
        """The screen is drawn now; it moves if the terminal takes that."""
        if self._takes():
            self._move()

    def key(self, typed_at: float) -> None:
        """A key is about to do something."""
        now = self._clock()
        stood_s = now - self._moved_at
        if now < self._settled_at:
            stood_s = max(stood_s, self._stood_s)
        stood_s = max(stood_s, now - typed_at)
        self.blind_s = stood_s if stood_s > STALL_S else 0.0

    def _move(self) -> None:
        now = self._clock()
        stood_s = now - self._moved_at
        if stood_s > STALL_S:
            self._stood_s, self._settled_at = stood_s, now + SETTLE_S
        self._moved_at = now
