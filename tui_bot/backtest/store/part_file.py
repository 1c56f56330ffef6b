"""A file written beside its place and put there whole: it is the old one or the new one, never a part."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tui_bot.backtest.fault import HistoryBusy

_TRIES = 10


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """What is written inside takes the place of ``path`` at the end, on disk, unless an exception comes.

    One process at a time writes one path; what a killed one left is written over. Raises HistoryBusy for a
    second one, and OSError.
    """
    part = path.with_name(f".{path.name}.part")
    with _locked(part) as file:
        file.truncate(0)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _locked(part: Path) -> BinaryIO:
    """The part file, which no other process holds and which is the one of that name."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    for _ in range(_TRIES):
        file = os.fdopen(os.open(part, flags, 0o600), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if part.exists() and os.path.samestat(os.fstat(file.fileno()), part.stat()):
                return file
        except BlockingIOError:
            file.close()
            break
        except BaseException:
            file.close()
            raise
        file.close()
    raise HistoryBusy(f"{part.name[1:-5]} is being written by another process; try again when it is done")
