"""Something that cannot be read: told once, then ever more rarely with a count, and when it is over."""

from __future__ import annotations

from dataclasses import dataclass, field

_FIRST_MS, _LONGEST_MS = 60_000, 3_600_000

#: After so long without a failure it is told anew at once.
_CALM_MS = 600_000

#: So many different reasons are each told at once; a peer that words every failure anew is not listened to.
_MOST_REASONS = 3

#: Reads of several kinds fail together when a connection does: that is one thing to tell.
_APART_MS = 15_000


@dataclass(slots=True)
class Trouble:
    """The failures of one kind of read. Times are exchange milliseconds.

    ``reason`` is the newest failure's, empty while all is well; ``lasting`` that it needs a person.
    """

    reason: str = ""
    lasting: bool = False
    failures: int = 0
    since_ms: int = 0
    last_ms: int = 0
    _unread: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)
    _was_told: bool = False
    _told_ms: int = 0
    _tell_ms: int = 0
    _patience_ms: int = _FIRST_MS

    def failed(self, reason: str, now_ms: int, what: str = "", *, lasting: bool = False) -> str:
        """Count a failure to read ``what``; the words a person is to be told of it, mostly none."""
        if now_ms - self.last_ms >= _CALM_MS:
            self._told.clear()
            self._tell_ms, self._patience_ms = now_ms, _FIRST_MS
        if not self.failures:
            self.since_ms = now_ms
        self.failures += 1
        self._unread.add(what)
        self.reason, self.lasting, self.last_ms = reason, lasting, now_ms
        is_new = reason not in self._told and len(self._told) < _MOST_REASONS
        is_new = is_new and now_ms - self._told_ms >= _APART_MS
        if not is_new and now_ms < self._tell_ms:
            return ""
        self._told.add(reason)
        self._told_ms = now_ms
        self._was_told = True
        self._tell_ms, self._patience_ms = now_ms + self._patience_ms, min(2 * self._patience_ms, _LONGEST_MS)
        return reason if self.failures == 1 else f"{reason} ({self._count()})"

    def read(self, what: str = "") -> str:
        """A read of ``what`` came through. When all that failed did, it is over; how it was, if told."""
        self._unread.discard(what)
        if not self.failures or self._unread:
            return ""
        over = self._count() if self._was_told else ""
        self.reason, self.lasting, self.failures, self._was_told = "", False, 0, False
        return over

    def _count(self) -> str:
        """``14 failures in 3m 20s``."""
        failures = f"{self.failures} failure{'s' * (self.failures != 1)}"
        seconds = (self.last_ms - self.since_ms) // 1000
        span = f"{seconds} s" if seconds < 120 else f"{seconds // 60}m {seconds % 60:02d}s"
        return f"{failures} in {span}" if seconds else failures
