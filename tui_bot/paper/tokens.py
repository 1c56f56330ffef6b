"""Tokens for private WebSocket channels (GetWebSocketsToken).

A token is good for fifteen minutes of exchange time; on a connection that holds a private subscription with
it, it never ends.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.keys import ApiKey
from tui_bot.paper.refusal import Refusal

TOKEN_SECONDS = 900
_LEAST_REAL_SECONDS = 10  # a box that runs fast leaves its clients time to connect
_MOST_KEPT = 1000


@dataclass(slots=True)
class Token:
    """One token and the connections it is in use on."""

    key: ApiKey
    ends_ns: int
    held_by: set[int] = field(default_factory=set)


class Tokens:
    """All tokens of a box. They do not survive it, as they do not survive a restart of Kraken's gateways."""

    def __init__(self, speed: float) -> None:
        self._tokens: dict[str, Token] = {}
        self._count = 0
        self._life_ns = int(max(TOKEN_SECONDS, speed * _LEAST_REAL_SECONDS) * NS_PER_SECOND)

    def issue(self, key: ApiKey, now_ns: int) -> str:
        """A fresh token of 43 characters for the holder of a key."""
        self._count += 1
        digest = hashlib.sha256(f"{key.secret}:token:{self._count}:{now_ns}".encode()).digest()
        name = base64.b64encode(digest).decode().rstrip("=")
        if len(self._tokens) >= _MOST_KEPT:
            self._tokens = {
                name: token for name, token in self._tokens.items() if token.held_by or token.ends_ns > now_ns
            }
        self._tokens[name] = Token(key, now_ns + self._life_ns)
        return name

    def key_of(self, name: str, connection: int, now_ns: int) -> ApiKey:
        """The key behind a token as seen on a connection. Raises Refusal."""
        token = self._tokens.get(name)
        if token is None:
            raise Refusal("EAPI:Invalid token")
        if connection not in token.held_by and now_ns >= token.ends_ns:
            raise Refusal("ESession:Invalid session")
        return token.key

    def hold(self, name: str, connection: int) -> None:
        """Keeps a token alive on a connection that subscribed with it."""
        self._tokens[name].held_by.add(connection)

    def release(self, connection: int) -> None:
        """A connection is gone."""
        for token in self._tokens.values():
            token.held_by.discard(connection)

    def revoke(self) -> None:
        """Makes every token stale."""
        self._tokens.clear()
