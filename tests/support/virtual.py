"""An event loop in which waiting takes no time: its clock jumps to the next thing that is due.

Everything that waits by the running loop (``asyncio.sleep``, timeouts, ``call_later``) runs unchanged and
in an order that follows from the program alone, so an hour passes in a blink and the same way each time.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

#: So many turns of the loop without time moving on are a loop that spins.
_MOST_TURNS_AT_ONE_TIME = 200_000


class Standstill(Exception):
    """Nothing is due and nothing ever will be, or time does not move on any more."""


class _Leaping(selectors.SelectSelector):
    """Waits for no descriptor: where the real one would wait, it lets the loop's clock leap."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self._turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Standstill("every task waits for something that is not due at any time")
        self._turns = 0 if timeout > 0 else self._turns + 1
        if self._turns > _MOST_TURNS_AT_ONE_TIME:
            self._turns = 0  # the loop still has to cancel what spins
            raise Standstill(f"time stands still at {self.now_s:.6f} s")
        if timeout > 0:
            self.now_s += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop. Its time begins at 0 and is in seconds."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)
        # What is due is due: a rounded wait that ends just before its time would turn the loop once more.
        self._clock_resolution = 1e-9

    def time(self) -> float:
        """Seconds since the loop began."""
        return self._leaping.now_s


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end on a virtual loop of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


def elapsed_ns() -> int:
    """The running loop's time in nanoseconds, for clocks that count."""
    return round(asyncio.get_running_loop().time() * 1_000_000_000)
