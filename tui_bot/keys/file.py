"""The key file: two lines, mode 0600, in a folder of mode 0700, both the person's own.

What others could have read or put there is refused; it is never mended in silence, because a key that was
open once has to be replaced.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui_bot.keys.pair import KeyFault, KeyPair, checked_pair

_LARGEST = 4096
_HEAD = "# An API key of tui-bot. Whoever can read this can trade with it."


def read_key(path: Path) -> KeyPair | None:
    """The pair in the file, None when there is no such file.

    Raises:
        KeyFault: file or folder may be touched by others, or it does not hold a key.
    """
    with _folder_of(path) as folder:
        if folder is None:
            return None
        try:
            handle = os.open(
                path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder
            )
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(path, error) from None
        try:
            _expect_private(path, os.fstat(handle), folder=False)
            content = os.read(handle, _LARGEST + 1)
        finally:
            os.close(handle)
    return _parsed(path, content)


def write_key(path: Path, pair: KeyPair) -> None:
    """Keep the pair: whole or not at all, mode 0600, in a folder made with 0700 if there is none.

    Raises:
        KeyFault: the folder may be touched by others, or cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(path.parent, error) from None
    text = f"{_HEAD}\nkey: {pair.key}\nsecret: {pair.secret.reveal()}\n"
    with _folder_of(path) as folder:
        if folder is None:
            raise KeyFault(f"{path.parent} is not there; make it with: mkdir -m 700 {path.parent}")
        try:
            _replace(path.name, text, folder)
        except OSError as error:
            raise _unusable(path, error) from None


def remove_key(path: Path) -> bool:
    """Remove the file; whether there was one.

    Raises:
        KeyFault: it cannot be removed.
    """
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unusable(path, error) from None
    return True


def stored_at_s(path: Path) -> int:
    """When the file was written, in Unix seconds."""
    return int(path.stat().st_mtime)


@contextmanager
def _folder_of(path: Path) -> Iterator[int | None]:
    """An open handle on the folder, so that it cannot be exchanged between check and use."""
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise _unusable(path.parent, error) from None
    try:
        _expect_private(path.parent, os.fstat(folder), folder=True)
        yield folder
    finally:
        os.close(folder)


def _expect_private(path: Path, found: os.stat_result, *, folder: bool) -> None:
    what, mode = ("folder", "700") if folder else ("file", "600")
    if not folder and not stat.S_ISREG(found.st_mode):
        raise KeyFault(f"the key file {path} is not a plain file; remove it and use: tui-bot keys add")
    if found.st_uid != os.geteuid():
        raise KeyFault(
            f"the key {what} {path} belongs to another user (uid {found.st_uid}); "
            f"take it over with: chown {os.geteuid()} {path}"
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        shown = oct(stat.S_IMODE(found.st_mode))[2:]
        raise KeyFault(
            f"others may use the key {what} {path} (mode {shown}); close it with: chmod {mode} {path}; "
            "if others can use this machine, make a new key at Kraken"
        )


def _parsed(path: Path, content: bytes) -> KeyPair:
    values: dict[str, str] = {}
    try:
        lines = content.decode("ascii").splitlines() if len(content) <= _LARGEST else []
    except UnicodeDecodeError:
        lines = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not line.startswith("#") and colon:
            values[name.strip()] = value.strip()
    if values.keys() != {"key", "secret"}:
        raise KeyFault(
            f"the key file {path} does not hold a key and a secret; enter it anew: tui-bot keys add"
        )
    try:
        return checked_pair(values["key"], values["secret"])
    except KeyFault as fault:
        raise KeyFault(f"the key file {path}: {fault}") from None


def _replace(name: str, text: str, folder: int) -> None:
    fresh = f".{name}.new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(fresh, dir_fd=folder)
    handle = os.open(
        fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder
    )
    try:
        os.fchmod(handle, 0o600)  # a strict umask could have taken even our own right to read
        os.write(handle, text.encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)


def _unusable(path: Path, error: OSError) -> KeyFault:
    if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENOTDIR):
        return KeyFault(
            f"{path} is a link, or not what it should be: keys are read from plain files in plain folders "
            "only; put the file itself there"
        )
    return KeyFault(f"{path} cannot be used: {error.strerror}; check its rights")
