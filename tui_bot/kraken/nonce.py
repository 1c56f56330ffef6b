"""Nonces: strictly increasing per API key, over crashes and clock steps.

A nonce is a number of microseconds since 1970, an unsigned 64-bit integer. A key that was ever used
with larger nonces (nanoseconds) refuses these; Kraken then needs a new key.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

LARGEST = 2**64 - 1

# Little is promised ahead: after a crash the numbers run that far ahead of the clock, and another
# program with the same key would be refused until the clock has caught up.
_AHEAD_US = 10_000_000  # of wall time are promised to the file at once
_AHEAD_CALLS = 10_000  # and when the numbers already run ahead of the clock, this many calls
_TOP_UP_US = 5_000_000


class NonceError(Exception):
    """No safe nonce can be made; the message says why and what to do."""


class NonceSource:
    """Gives each nonce once, for one API key.

    The file holds a number that was never exceeded: it is raised, durably, before numbers above it
    are used. A restart begins above it, so no number is given twice whenever the process dies, and no
    call waits for the disk as long as ``top_up`` is called between calls.

    Raises:
        NonceError: the file cannot be read or does not hold a number.
    """

    def __init__(self, path: Path, now_us: Callable[[], int] | None = None) -> None:
        self._path = path
        self._now_us = now_us or _wall_us
        self._promised = self._read()
        self._previous = self._promised

    @property
    def idle_s(self) -> float | None:
        """For how many seconds of its clock none was given, at least; None when none ever was."""
        return max(0, self._now_us() - self._previous) / 1_000_000 if self._previous else None

    def next(self) -> int:
        """The next nonce.

        Raises:
            NonceError: the file cannot be written, or the numbers are used up.
        """
        nonce = max(self._now_us(), self._previous + 1)
        if nonce > self._promised:
            self._promise(nonce)
        self._previous = nonce
        return nonce

    def top_up(self) -> None:
        """Write ahead now if the promise runs low, so that the next call need not.

        Raises:
            NonceError: the file cannot be written.
        """
        nonce = max(self._now_us(), self._previous + 1)
        low = _TOP_UP_US if nonce > self._previous + 1 else _AHEAD_CALLS // 2
        if nonce + low > self._promised:
            self._promise(nonce)

    def settle(self) -> None:
        """Take the unused part of the promise back, at an orderly end. Never raises."""
        if self._previous < self._promised:
            with contextlib.suppress(OSError):
                _write_durably(self._path, f"{self._previous}\n")
                self._promised = self._previous

    def _promise(self, nonce: int) -> None:
        promised = max(self._now_us() + _AHEAD_US, nonce + _AHEAD_CALLS)
        if promised > LARGEST:
            raise NonceError("the nonces of this API key are used up; make a new key at Kraken")
        try:
            _write_durably(self._path, f"{promised}\n")
        except OSError as fault:
            raise NonceError(f"the nonce file cannot be written: {fault.strerror}") from fault
        self._promised = promised

    def _read(self) -> int:
        try:
            text = self._path.read_text("ascii").strip()
        except FileNotFoundError:
            return 0
        except (OSError, ValueError) as fault:
            raise NonceError(f"the nonce file {self._path} cannot be read: {fault}") from fault
        if not text.isdigit() or int(text) > LARGEST:
            raise NonceError(
                f"the nonce file {self._path} does not hold a number; check the clock, then delete the file"
            )
        return int(text)


def _wall_us() -> int:
    return time.time_ns() // 1000


def _write_durably(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, text.encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
