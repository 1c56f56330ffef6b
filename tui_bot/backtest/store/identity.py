"""Whether a file is still the one that was looked at, without reading it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

#: A file changed so shortly before it was looked at may change again without a trace in its times.
_SETTLED_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Identity:
    """What the file system says of a file, and when that was asked (Unix ns).

    The time of the last change of status counts as well: a program can put back a modification time, but
    not that.
    """

    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int
    seen_ns: int

    @classmethod
    def of(cls, path: Path) -> Identity | None:
        """The file as it is now; None if it is not there or not to be seen."""
        seen_ns = time.time_ns()
        try:
            status = path.stat()
        except OSError:
            return None
        return cls._from(status, seen_ns)

    @classmethod
    def of_open(cls, descriptor: int) -> Identity:
        """An open file as it is now."""
        return cls._from(os.fstat(descriptor), time.time_ns())

    @classmethod
    def of_told(cls, told: dict[str, int]) -> Identity:
        """One that was written down. Raises TypeError and AttributeError if it was not."""
        if not all(type(value) is int for value in told.values()):
            raise TypeError("not whole numbers")
        return cls(**told)

    @classmethod
    def _from(cls, status: os.stat_result, seen_ns: int) -> Identity:
        times = status.st_mtime_ns, status.st_ctime_ns
        return cls(status.st_dev, status.st_ino, status.st_size, *times, seen_ns)

    def same_as(self, other: Identity) -> bool:
        """Whether nothing the file system tells has changed."""
        return self._told == other._told

    @property
    def settled(self) -> bool:
        """Whether a later change must show: the last one was long enough before the file was looked at."""
        return max(self.modified_ns, self.changed_ns) + _SETTLED_NS <= self.seen_ns

    @property
    def _told(self) -> tuple[int, ...]:
        return self.device, self.inode, self.size, self.modified_ns, self.changed_ns


def proven(now: Identity | None, before: Identity | None) -> bool:
    """Whether a file has, for certain, not changed since its content was read."""
    return now is not None and before is not None and before.settled and now.same_as(before)
