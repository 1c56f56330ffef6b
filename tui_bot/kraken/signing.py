"""The signature of a private REST call, and the pair of keys that makes it.

Rules: Kraken API Center, "Spot REST Authentication".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import NoReturn

_MASK = "Credentials(••••)"


class Credentials:
    """An API key and the power to sign with its secret.

    The secret's text is not kept, only an HMAC primed with it. No text form shows either of them,
    and they can be neither copied nor pickled.

    Raises:
        ValueError: the key is not plain ASCII, or the secret is not base64.
    """

    __slots__ = ("_key", "_primed")

    def __init__(self, key: str, secret: str) -> None:
        self._key = key.strip()
        if not self._key or not self._key.isascii() or not self._key.isprintable():
            raise ValueError("the API key is empty or not plain text")
        self._primed = hmac.new(_decoded(secret), digestmod=hashlib.sha512)

    @property
    def key(self) -> str:
        """The public half, sent as ``API-Key``."""
        return self._key

    def sign(self, path: str, nonce: str, body: str) -> str:
        """The ``API-Sign`` of a body that is sent exactly as given; ``path`` starts at ``/0/private/``."""
        mac = self._primed.copy()
        mac.update(path.encode())
        mac.update(hashlib.sha256((nonce + body).encode()).digest())
        return base64.b64encode(mac.digest()).decode()

    def __repr__(self) -> str:
        return _MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(_MASK, spec)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("credentials are neither copied nor pickled")


def sign(secret: str, path: str, nonce: str, body: str) -> str:
    """The ``API-Sign`` text for one call; see ``Credentials.sign``.

    Raises:
        ValueError: the secret is not base64.
    """
    return Credentials("unused", secret).sign(path, nonce, body)


def _decoded(secret: str) -> bytes:
    try:
        decoded = base64.b64decode(secret.strip(), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if not decoded:  # raised here so that nothing of the secret stays in a chained exception
        raise ValueError("the API secret is empty or not base64; paste it exactly as Kraken showed it")
    return decoded
