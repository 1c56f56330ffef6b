"""API keys of the box: what they look like, what they may do, and the nonce each has reached."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from random import Random

PERMISSIONS = frozenset(
    {
        "query-funds",
        "query-open-trades",
        "query-closed-trades",
        "modify-trades",
        "close-trades",
        "query-ledger",
        "create-ws-token",
    }
)  # names as in GetApiKeyInfo


@dataclass(slots=True)
class ApiKey:
    """A key of 56 characters and its base64 secret of 88; `nonce` is the highest one accepted.

    Nonces up to `nonce_window` below it pass as well; as on Kraken, that lets a request be replayed.
    """

    key: str
    secret: str
    permissions: frozenset[str] = PERMISSIONS
    nonce: int = 0
    nonce_window: int = 0
    locked_until_ns: int = 0
    revoked: bool = False


def new_key(seed: int | None = None) -> ApiKey:
    """A fresh key: from the system's randomness, or predictable when a seed is given."""
    draw = os.urandom if seed is None else Random(f"{seed}:key").randbytes  # noqa: S311 - for tests
    return ApiKey(base64.b64encode(draw(42)).decode(), base64.b64encode(draw(64)).decode())
