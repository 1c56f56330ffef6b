"""Where the control socket lies, and who is at its other end."""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "control.sock"

#: Bytes that a socket's path may have with its end: 108 on Linux, 104 on macOS (unix(7), unix(4)).
LONGEST = 104
_DESCRIPTORS = Path("/proc/self/fd")


class AddressError(Exception):
    """The socket cannot be there; the message says why and what to do."""


@contextmanager
def reachable(folder: Path) -> Iterator[str]:
    """The socket's path in ``folder`` in a form short enough for the system, while the context lasts.

    A long one goes through the folder's descriptor. Raises AddressError where there is no such way, OSError
    when the folder cannot be opened.
    """
    path = str(folder.absolute() / NAME)
    if len(os.fsencode(path)) < LONGEST:
        yield path
        return
    if not _DESCRIPTORS.exists():
        raise AddressError(f"the path is too long for a socket; use a shorter --state-dir ({path})")
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"{_DESCRIPTORS}/{descriptor}/{NAME}"
    finally:
        os.close(descriptor)


def listen(folder: Path) -> socket.socket:
    """A listening socket for this user alone; one that a dead bot left is replaced.

    The caller holds the state folder's lock, so nobody listens there. Raises AddressError or OSError.
    """
    found = folder.stat()
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise AddressError(f"others may enter the state folder; make it yours alone: chmod 700 {folder}")
    clear(folder)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(listener.fileno(), 0o600)  # what Linux gives the file that bind makes
        with reachable(folder) as address:
            listener.bind(address)
        (folder / NAME).chmod(0o600)
        listener.listen(8)
    except BaseException:
        listener.close()
        raise
    return listener


def clear(folder: Path) -> None:
    """Remove the socket of this folder, if it is one. Raises AddressError for anything else of that name."""
    path = folder / NAME
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(kind):
        raise AddressError(f"something else has the name of the socket; move it away ({path})")
    path.unlink(missing_ok=True)


def peer_uid(connection: socket.socket) -> int | None:
    """The user at the other end by the kernel's word; None where it gives none."""
    if sys.platform == "linux":
        size = struct.calcsize("3i")
        told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        return int(struct.unpack("3i", told)[1])
    elif sys.platform == "darwin":  # noqa: RET505 (the type checker follows the platform only so)
        told = connection.getsockopt(0, 1, 76)  # SOL_LOCAL, LOCAL_PEERCRED: struct xucred
        return int(struct.unpack("=II", told[:8])[1])
    else:
        return None
