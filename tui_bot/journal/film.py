"""Reels: moments of the screen packed small, the first of a reel whole, of the others what has changed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

from tui_bot.engine.moment import Moment
from tui_bot.journal.codec import pack, unpack

#: So much of the journal's file the reels of all runs may take: about a week at real time.
FILM_BYTES = 64 * 1024 * 1024

_LEVEL = 6
_dumps = json.JSONEncoder(separators=(",", ":")).encode


def reel_of(moments: Sequence[Moment]) -> tuple[int, int, bytes, int]:
    """One reel as it is stored: first and last Unix milliseconds, the moments, a checksum over them."""
    packed: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    for moment in moments:
        fields: dict[str, Any] = pack(moment)
        packed.append({name: value for name, value in fields.items() if before.get(name, before) != value})
        before = fields
    body = zlib.compress(_dumps(packed).encode(), _LEVEL)
    return moments[0].at_ms, moments[-1].at_ms, body, zlib.crc32(body)


def moments_of(body: bytes, seal: int) -> list[Moment]:
    """The moments of a reel, oldest first. Raises ValueError for a damaged or unreadable one."""
    if zlib.crc32(body) != seal:
        raise ValueError("a damaged reel")
    try:
        packed = json.loads(zlib.decompress(body))
    except zlib.error as error:
        raise ValueError("a damaged reel") from error
    moments: list[Moment] = []
    fields: dict[str, Any] = {}
    for changed in packed:
        fields |= changed
        moments.append(unpack(Moment, fields))
    return moments
