"""A note that a journal has failed, kept where the journal itself cannot keep it.

Its blocks exist before they are needed, so that a full disk takes it too. Without it a bot that halted
because nothing could be written any more would trade again after the next start.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_SIZE = 4096


class FaultMark:
    """One file of fixed size with one sentence in it, or with none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with suppress(OSError):
            if not path.exists() or path.stat().st_size < _SIZE:
                self._write(self.text)

    @property
    def text(self) -> str:
        """What failed, empty when nothing has."""
        try:
            return self._path.read_bytes()[:_SIZE].rstrip(b"\0").decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def set(self, text: str) -> None:
        """Note a failure. Where even that fails the bot halts all the same, for as long as it lives."""
        with suppress(OSError):
            self._write(text)

    def clear(self) -> None:
        """The journal knows by itself now."""
        if self.text:
            self.set("")

    def _write(self, text: str) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._path, flags, 0o600)
        try:
            os.pwrite(descriptor, text.encode("utf-8", "replace")[: _SIZE - 1].ljust(_SIZE, b"\0"), 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
