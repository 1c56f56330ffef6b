"""One writer: a lock that ends with the process that holds it, whatever kills it."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from tui_bot.engine.ports import JournalError
from tui_bot.sanitise import sanitise


class HeldError(Exception):
    """Another process holds the lock. ``holder`` is what it wrote there: PID, since when, note."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"held by process {holder}")
        self.holder = holder


class ProcessLock:
    """An exclusive lock on ``path``, a small file that names its holder and is never removed.

    ``note`` is written beside the PID. Raises HeldError at once when another holds it, OSError when the file
    cannot be used.
    """

    def __init__(self, path: Path, note: str = "") -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            started = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()} since {started}{note}\n".encode(), 0)
        except BlockingIOError:
            holder = os.pread(self._descriptor, 500, 0).decode("utf-8", "replace").strip()
            self.release()
            raise HeldError(sanitise(holder, 300) or "unknown") from None
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Let another process have it. May be called again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def holder_of(path: Path) -> str:
    """Who holds the lock on ``path``, in its own words; empty when nobody does."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return sanitise(path.read_text("utf-8", "replace").strip(), 300) or "unknown"
    except OSError:
        pass
    return ""


class WriterLock(ProcessLock):
    """The lock of a journal's one writer. Raises JournalError at once when another process holds it."""

    def __init__(self, path: Path) -> None:
        try:
            super().__init__(path)
        except HeldError as error:
            raise JournalError(
                f"the journal is in use by process {error.holder}; "
                f"quit that console first, or choose another mode or state directory ({path})"
            ) from None
