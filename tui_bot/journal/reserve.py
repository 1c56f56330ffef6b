"""Space set aside for a full disk: given up, it lets recovery and a flatten be journaled (F91)."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

RESERVE_BYTES = 16 * 1024 * 1024

#: What says that the disk, or this user's share of it, is used up.
_USED_UP = (errno.ENOSPC, errno.EDQUOT)


class Reserve:
    """A file of ``size`` real bytes that nobody reads; 0 is no reserve."""

    def __init__(self, path: Path, size: int = RESERVE_BYTES) -> None:
        self._path = path
        self._size = size

    @property
    def is_kept(self) -> bool:
        """Whether the space is set aside."""
        try:
            return self._path.stat().st_size >= self._size
        except OSError:
            return False

    def keep(self) -> bool:
        """Set the space aside where there is enough; False when the disk is too full for it.

        Where it is refused for another reason there is no reserve, and that is no sign of a full disk.
        """
        if self._size == 0 or self.is_kept:
            return True
        try:
            # As much again stays free: a reserve that fills the disk would be spent at once.
            if shutil.disk_usage(self._path.parent).free < 2 * self._size:
                return False
            self._write()
        except OSError as error:
            self.spend()
            return error.errno not in _USED_UP
        return True

    def spend(self) -> bool:
        """Give the space back to the disk; whether there was any."""
        kept = self.is_kept
        try:
            self._path.unlink(missing_ok=True)
        except OSError:
            return False
        return kept

    def _write(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._path, flags, 0o600)
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(descriptor, 0, self._size)
            else:
                block = bytes(1024 * 1024)
                for _ in range(0, self._size, len(block)):
                    os.write(descriptor, block)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
