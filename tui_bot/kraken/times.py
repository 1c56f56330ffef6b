"""Times as the WebSocket writes them."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from tui_bot.kraken.fields import WireError
from tui_bot.sanitise import sanitise

_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_FRACTION = re.compile(r"(?:\.(\d{1,9}))?Z", re.ASCII)


def nanoseconds(value: object, where: str) -> int:
    """An RFC 3339 time in UTC with up to nine fractional digits, as nanoseconds since 1970.

    Raises:
        WireError: it is none.
    """
    moment = _moment(value) if isinstance(value, str) and len(value) <= 40 else None
    if moment is None:
        raise WireError(where, f"not a time: {sanitise(value, 40)}")
    return moment


def _moment(text: str) -> int | None:
    second, fraction = _second(text[:19]), _FRACTION.fullmatch(text, 19)
    if second is None or fraction is None:
        return None
    return second * 1_000_000_000 + int((fraction[1] or "0").ljust(9, "0"))


@lru_cache(maxsize=64)  # thousands of messages come in one second
def _second(text: str) -> int | None:
    if not _SECOND.fullmatch(text):
        return None
    try:
        return int(datetime.fromisoformat(f"{text}+00:00").timestamp())
    except ValueError:
        return None
