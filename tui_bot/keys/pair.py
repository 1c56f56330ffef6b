"""An API key and its secret on the way from where they are kept to the signer."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

#: Kraken's own lengths: a key has 56 characters; a secret stands for 64 bytes, in 88 characters.
KEY_LENGTH, SECRET_BYTES = 56, 64

_SHOWN = 4
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)


class KeyFault(Exception):
    """A key that cannot be had or used; the message says why and what to do, and holds nothing of the key."""


class Secret:
    """A text that shows as dots wherever it is printed; only ``reveal`` gives it out."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the signer and for the place where it is kept."""
        return self._text

    def __repr__(self) -> str:
        return "••••"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format("••••", spec)


@dataclass(frozen=True, slots=True, repr=False)
class KeyPair:
    """The public half and the secret. No text form shows either."""

    key: str
    secret: Secret

    def __repr__(self) -> str:
        return "KeyPair(••••)"


def beginning(key: str) -> str:
    """The first characters of a key, enough to find it in Kraken's list."""
    return f"{key[:_SHOWN]}…"


def checked_pair(key: str, secret: str) -> KeyPair:
    """The pair, if it has the form of one.

    Raises:
        KeyFault: it has not; likely slips of the hand are named.
    """
    key, secret = key.strip(), secret.strip()
    if _bytes_of(key) == SECRET_BYTES and _bytes_of(secret) != SECRET_BYTES:
        raise KeyFault("these two are the wrong way round: the key is the shorter one; enter the key first")
    if not _BASE64.fullmatch(key) or len(key) != KEY_LENGTH:
        raise KeyFault(
            f"this is not a key: one has {KEY_LENGTH} letters, digits, + and /, and this has {len(key)} "
            "characters; copy it whole from Kraken's page"
        )
    if _bytes_of(secret) != SECRET_BYTES:
        raise KeyFault(
            f"this is not a secret: one is base64 of {SECRET_BYTES} bytes (88 characters), and this has "
            f"{len(secret)} characters; copy it whole, Kraken shows it only once"
        )
    return KeyPair(key, Secret(secret))


def _bytes_of(text: str) -> int:
    try:
        return len(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return 0
