"""How the console reaches the engine: take the newest snapshot, hand in a command."""

from __future__ import annotations

from typing import Protocol

from tui_bot.engine.commands import Command
from tui_bot.engine.snapshot import Snapshot


class EngineHandle(Protocol):
    """Plain data both ways, callable from any thread, never blocking."""

    def latest(self) -> Snapshot | None:
        """The newest snapshot, None before the first."""
        ...

    def submit(self, command: Command) -> None:
        """Hand in a command; what became of it shows in the snapshots to come."""
        ...
