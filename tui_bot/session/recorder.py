"""Keeps what the screen was given, a moment a second, for a replay. Nothing the bot does depends on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from tui_bot.engine.moment import Moment, moment_of
from tui_bot.engine.ports import JournalError
from tui_bot.engine.snapshot import Snapshot

#: Exchange milliseconds between two moments, and real milliseconds: the screen is drawn four times a second.
APART_MS, REAL_APART_MS = 1000, 250

#: So many moments make a reel: at real time one commit in half a minute.
REEL = 30


class Film(Protocol):
    """Where reels are kept."""

    def film(self, moments: Sequence[Moment]) -> None:
        """Keep these. Raises JournalError."""
        ...


class Recorder:
    """All in the engine's thread, as the journal. ``tell`` hears once when no more can be kept."""

    def __init__(self, film: Film, tell: Callable[[str, str], None]) -> None:
        self._film = film
        self._tell = tell
        self._reel: list[Moment] = []
        self._before: Snapshot | None = None
        self._failed = False

    def see(self, snapshot: Snapshot) -> None:
        """A snapshot was published."""
        before = self._before
        if before is not None and before.phase is snapshot.phase:
            apart_ms = max(APART_MS, int(REAL_APART_MS * snapshot.rate))
            if 0 <= snapshot.at_ms - before.at_ms < apart_ms:
                return
        self._before = snapshot
        if snapshot.at_ms and not self._failed:
            self._reel.append(moment_of(snapshot))
            if len(self._reel) >= REEL:
                self.flush()

    def flush(self) -> None:
        """Keep what is still held."""
        reel, self._reel = self._reel, []
        if self._failed:
            return
        try:
            self._film.film(reel)
        except JournalError as error:
            self._failed = True
            self._tell("warning", f"not recorded for a replay any more: {error}; trading goes on")
