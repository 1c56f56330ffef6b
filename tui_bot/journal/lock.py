"""One writer: a lock that ends with the process that holds it, whatever kills it."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from tui_bot.engine.ports import JournalError


class WriterLock:
    """An exclusive lock on ``path``, a small file that names its holder and is never removed.

    Raises JournalError at once when another process holds it.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            started = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()} since {started}\n".encode(), 0)
        except OSError as error:
            holder = os.pread(self._descriptor, 100, 0).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            if not isinstance(error, BlockingIOError):
                raise
            raise JournalError(
                f"the journal is in use by process {holder or 'unknown'}; "
                f"quit that console first, or choose another mode or state directory ({path})"
            ) from None

    def release(self) -> None:
        """Let another process write. May be called again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
