"""The exchange clock of the box: integer nanoseconds since 1970, in exchange time.

Exchange time may run faster than real time, and stands still while the box is off.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

NS_PER_MS = 1_000_000
NS_PER_SECOND = 1_000_000_000
NS_PER_MINUTE = 60 * NS_PER_SECOND

_SPEED_UNITS = 1000  # speed is kept as an integer in thousandths, so that time stays integer


class Clock(Protocol):
    """What the exchange asks the time of."""

    @property
    def speed(self) -> float:
        """Exchange seconds per real second; 0 when only moved by hand."""

    def now_ns(self) -> int:
        """Exchange time in nanoseconds since 1970; never goes back."""

    def leap(self, step_ns: int) -> None:
        """Moves on by `step_ns` at once."""


class RunningClock:
    """Runs `speed` times as fast as the monotonic clock, from `origin_ns` on.

    Raises ValueError when speed is not positive.
    """

    def __init__(
        self, origin_ns: int, speed: float, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._millis_per_second = round(speed * _SPEED_UNITS)
        if self._millis_per_second <= 0:
            raise ValueError(
                f"speed {speed} is not positive; use a manual clock for a box that is moved by hand"
            )
        self._origin_ns = origin_ns
        self._monotonic_ns = monotonic_ns
        self._started_ns = monotonic_ns()

    @property
    def speed(self) -> float:
        """Exchange seconds per real second."""
        return self._millis_per_second / _SPEED_UNITS

    def now_ns(self) -> int:
        """Exchange time in nanoseconds since 1970."""
        elapsed = self._monotonic_ns() - self._started_ns
        return self._origin_ns + elapsed * self._millis_per_second // _SPEED_UNITS

    def leap(self, step_ns: int) -> None:
        """Moves on by `step_ns` at once."""
        self._origin_ns += step_ns


class FollowingClock:
    """Follows a clock elsewhere: runs at its pace from what it said last, and never goes back.

    Raises ValueError when speed is not positive.
    """

    def __init__(
        self, origin_ns: int, speed: float, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._monotonic_ns = monotonic_ns
        self._followed = RunningClock(origin_ns, speed, monotonic_ns)
        self._latest_ns = origin_ns

    @property
    def speed(self) -> float:
        """Exchange seconds per real second."""
        return self._followed.speed

    def now_ns(self) -> int:
        """Exchange time in nanoseconds since 1970."""
        self._latest_ns = max(self._latest_ns, self._followed.now_ns())
        return self._latest_ns

    def leap(self, step_ns: int) -> None:
        """Moves on by `step_ns` at once."""
        self._followed.leap(step_ns)

    def follow(self, now_ns: int) -> None:
        """The clock elsewhere reads `now_ns` now."""
        self._followed = RunningClock(now_ns, self.speed, self._monotonic_ns)


class ManualClock:
    """Stands still until told to move."""

    def __init__(self, origin_ns: int) -> None:
        self._now_ns = origin_ns

    @property
    def speed(self) -> float:
        """Always 0: this clock does not run."""
        return 0.0

    def now_ns(self) -> int:
        """Exchange time in nanoseconds since 1970."""
        return self._now_ns

    def advance_ns(self, step_ns: int) -> None:
        """Moves on by `step_ns`. Raises ValueError on a step backwards."""
        if step_ns < 0:
            raise ValueError("exchange time cannot go back")
        self._now_ns += step_ns

    def leap(self, step_ns: int) -> None:
        """Moves on by `step_ns`."""
        self.advance_ns(step_ns)
