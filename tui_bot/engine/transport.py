"""A recorded run that is being played: where it stands, and what a person can ask of the player."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transport:
    """Where a recording stands. Times are Unix milliseconds of the recorded exchange clock.

    ``part`` of ``parts`` is the stretch of the file that is played, counted from 1. ``entry`` of ``entries``
    are the journal's entries up to here. ``cuts`` counts the jumps: what was shown before one does not go on.
    ``fork`` says what was changed at ``fork_ms`` where the recording is left behind, empty on the recording.
    ``lacks`` says what this recording cannot show, empty where it shows all; ``said`` what became of the last
    wish where it could not be done.
    """

    name: str
    begin_ms: int
    end_ms: int
    position_ms: int
    playing: bool
    speed: float
    part: int = 1
    parts: int = 1
    entry: int = 0
    entries: int = 0
    cuts: int = 0
    fork: str = ""
    fork_ms: int | None = None
    lacks: str = ""
    said: str = ""

    @property
    def share(self) -> float:
        """How far it is, from 0 to 1."""
        length = self.end_ms - self.begin_ms
        return (self.position_ms - self.begin_ms) / length if length else 1.0


@dataclass(frozen=True, slots=True)
class Toggle:
    """Play or hold; at the end: from the beginning."""


@dataclass(frozen=True, slots=True)
class Step:
    """So many entries on (below 0: back), or with ``candles`` so many closes."""

    by: int
    candles: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """So many notches faster (below 0: slower)."""

    by: int


@dataclass(frozen=True, slots=True)
class Seek:
    """Go to this recorded time; what lies outside of the recording is its nearest end."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class SeekTrade:
    """Go to the next execution but ``by`` - 1 of them (below 0: back)."""

    by: int


@dataclass(frozen=True, slots=True)
class Unfork:
    """Go back from a fork to the recording, at the same time."""


Steering = Toggle | Step | Pace | Seek | SeekTrade | Unfork
