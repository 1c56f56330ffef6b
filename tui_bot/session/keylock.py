"""One bot for one API key on this machine, whichever state folder it uses.

Two bots on one key spend each other's nonces and sell each other's coins (F95). Across machines nothing
can lock; there a nonce that is refused and orders that are not ours tell of the other.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from tui_bot.engine.handle import LaunchError
from tui_bot.journal.lock import HeldError, ProcessLock
from tui_bot.session.state_dir import default_state_dir

FAILED = 1


def fingerprint(key: str) -> str:
    """What stands for an API key in names and messages: a digest that does not lead back to it."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def key_lock_dir() -> Path:
    """Where the locks of this user's keys lie: one place, however ``--state-dir`` is chosen."""
    return default_state_dir() / "keys"


class KeyLock:
    """Held by the one process of this user that trades with ``key``; it ends with the process.

    ``folder`` is the state folder, named to whoever is refused. Raises LaunchError, at once, when another
    process holds it.
    """

    def __init__(self, key: str, folder: Path, locks: Path | None = None) -> None:
        path = (locks or key_lock_dir()) / f"{fingerprint(key)}.lock"
        try:
            _make_private(path.parent)
            self._lock = ProcessLock(path, f", state folder {folder.absolute()}")
        except HeldError as error:
            raise LaunchError(
                f"this API key is in use on this machine by process {error.holder}. Stop that bot first, or "
                "make another key: two bots on one key trade against each other. No order was sent",
                FAILED,
            ) from None
        except OSError as error:
            raise LaunchError(
                f"the API key cannot be locked: {error.strerror}; check the rights to {path.parent}. "
                "No order was sent",
                FAILED,
            ) from None

    def release(self) -> None:
        """Let another bot use the key. May be called again."""
        self._lock.release()


def _make_private(folder: Path) -> None:
    """A folder of this user alone. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.geteuid():
        raise PermissionError(1, "its folder belongs to another user")
    if stat.S_IMODE(found.st_mode) & 0o077:
        folder.chmod(0o700)
