"""How the console reaches the engine: take the newest snapshot, hand in a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tui_bot.engine.commands import Submission
from tui_bot.engine.snapshot import Snapshot

#: Settings as (path, text).
Values = tuple[tuple[str, str], ...]


class LaunchError(Exception):
    """The engine cannot start; the message says why and what to do, safe to show.

    ``exit_code`` is what the process should end with: 1 failed, 2 usage or config, 3 retryable.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class EngineHandle(Protocol):
    """Plain data both ways, callable from any thread, never blocking."""

    def latest(self) -> Snapshot | None:
        """The newest snapshot, None before the first."""
        ...

    def submit(self, command: Submission) -> None:
        """Hand in a command; what became of it shows in the snapshots to come."""
        ...


class Engine(EngineHandle, Protocol):
    """An engine and its life. It lives in a thread of its own, with an event loop of its own."""

    @property
    def values(self) -> Values:
        """The settings it was built with, known before there is a snapshot."""
        ...

    def run(self) -> None:
        """Recover, then trade until stopped; blocks. Raises ``LaunchError`` when it cannot start."""
        ...

    def stop(self) -> None:
        """Ask ``run`` to return: no new order, journal closed. Callable from any thread, at once."""
        ...


#: Builds an engine without starting it; raises ``LaunchError`` (bad config, journal in use).
Launch = Callable[[], Engine]
