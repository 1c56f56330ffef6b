"""A small text file read and replaced with care: whole or not at all, and the old versions kept."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

KEPT = 10


def read_bytes(path: Path, limit: int) -> bytes:
    """The first ``limit`` bytes of a regular file. Raises OSError; never waits on a pipe or a device."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        return file.read(limit)


def replace(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of the file so that a crash leaves the old or the new, never a mix.

    The mode is kept (0600 for a new file). A symbolic link is followed: its target is replaced.
    Raises OSError; then nothing has changed.
    """
    target = Path(os.path.realpath(path))
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(descriptor, mode)
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    _sync(target.parent)


def keep(path: Path, content: bytes) -> None:
    """Keep ``content`` as the newest of the last ten versions, in ``.<name>.history`` beside the file.

    Raises OSError.
    """
    target = Path(os.path.realpath(path))
    folder = target.parent / f".{target.name}.history"
    folder.mkdir(mode=0o700, exist_ok=True)
    versions = sorted(folder.glob("[0-9]*.yaml"))
    newest = int(versions[-1].stem) if versions else 0
    replace(folder / f"{newest + 1:06}.yaml", content)
    for old in versions[: max(0, len(versions) + 1 - KEPT)]:
        old.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
