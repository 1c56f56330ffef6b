"""Whose journal a state folder holds: one exchange account's, for good."""

from __future__ import annotations

from pathlib import Path

from tui_bot.engine.handle import LaunchError
from tui_bot.session.keylock import fingerprint

FAILED, USAGE = 1, 2


class AccountMark:
    """A file that names the account by a digest of its API key; never the key itself.

    A journal belongs to one account: another's orders would look like lost ones.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "account"
        self._kept = ""

    def expect(self, key: str) -> None:
        """Raises LaunchError when the folder belongs to another account."""
        try:
            self._kept = self._path.read_text("ascii").strip()
        except FileNotFoundError:
            self._kept = ""
        except (OSError, UnicodeDecodeError):
            text = f"the state folder cannot be used: {self._path} cannot be read; check its rights"
            raise LaunchError(f"{text}. No order was sent", FAILED) from None
        if self._kept not in ("", fingerprint(key)):
            raise LaunchError(
                f"the journal in {self._folder} belongs to another exchange account. "
                "Use another --state-dir, or go back to that exchange. No order was sent",
                USAGE,
            )

    def keep(self, key: str) -> None:
        """Note that the folder is this account's, once the exchange has known the key."""
        if not self._kept:
            self._kept = fingerprint(key)
            try:
                self._path.write_text(self._kept + "\n", "ascii")
            except OSError as error:
                text = f"the state folder cannot be used: {error.strerror}; free space or fix its rights"
                raise LaunchError(f"{text} ({self._path}). No order was sent", FAILED) from None
