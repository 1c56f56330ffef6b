"""The SHA-256 of a file: of one that is read through, or of one that is being read for its content."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

from tui_bot.backtest.files.text_file import Progress

_AT_ONCE = 1 << 20


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """That of a whole file. Raises OSError."""
    summed = hashlib.sha256()
    size, done = path.stat().st_size, 0
    with path.open("rb") as file:
        while read := file.read(_AT_ONCE):
            summed.update(read)
            done += len(read)
            if progress is not None:
                progress(done, size)
    return summed.hexdigest()


class HashedReader:
    """Reads on in a file and sums up all of it, with what was read or skipped before."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sum = hashlib.sha256()
        skipped = file.tell()
        file.seek(0)
        self._sum.update(file.read(skipped))

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most ``size``."""
        read = self._file.read(size)
        self._sum.update(read)
        return read

    def tell(self) -> int:
        """How far the file is read."""
        return self._file.tell()

    def hexdigest(self) -> str:
        """The sum of all that was read."""
        return self._sum.hexdigest()
