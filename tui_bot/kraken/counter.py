"""A counter that fills with use and empties with time, as it stands at the exchange or higher."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Counter:
    """Never below the exchange's own, as long as nobody else uses it up.

    What is under way counts already and loses nothing: the exchange may count it as late as at the
    moment of its answer. ``now_ms`` is exchange time by a clock that never steps. It begins at ``level``.
    """

    def __init__(self, limit: float, decay: float, now_ms: Callable[[], int], level: float = 0.0) -> None:
        self.limit = limit
        self.decay = decay
        self._now_ms = now_ms
        self._level = level
        self._under_way = 0.0
        self._at_ms = now_ms()

    @property
    def value(self) -> float:
        """How high it stands now."""
        # A millisecond less than seems to have passed: the clock's readings are cut off.
        passed_ms = max(0, self._now_ms() - self._at_ms - 1)
        return max(0.0, self._level - passed_ms / 1000 * self.decay) + self._under_way

    @property
    def stood(self) -> tuple[float, int]:
        """How high it stood when it last rose, and when that was."""
        return self._level + self._under_way, self._at_ms

    def wait_ms(self, cost: float) -> int:
        """How long until something of this cost fits."""
        over = self.value + cost - self.limit
        return math.ceil(over / self.decay * 1000) + 1 if cost and over > 0 else 0

    @contextmanager
    def spending(self, cost: float) -> Iterator[None]:
        """Count something from before it is sent until it is answered."""
        self._settle(self.value - self._under_way)
        self._under_way += cost
        try:
            yield
        finally:
            self._settle(self.value - self._under_way + cost)
            self._under_way -= cost

    def observe(self, value: float) -> None:
        """The exchange has told how high it stands; what is on its way may not be counted there yet."""
        if value > self.value:
            self._settle(value - self._under_way)

    def fill(self) -> None:
        """The exchange has refused something: whatever was thought, the counter is full."""
        self._settle(max(self.limit, self.value) - self._under_way)

    def _settle(self, level: float) -> None:
        self._level, self._at_ms = level, self._now_ms()
