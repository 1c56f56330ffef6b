"""Times as the WebSocket writes them."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from tui_bot.kraken.fields import WireError
from tui_bot.sanitise import sanitise

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z", re.ASCII)


def nanoseconds(value: object, where: str) -> int:
    """An RFC 3339 time in UTC with up to nine fractional digits, as nanoseconds since 1970.

    Raises:
        WireError: it is none.
    """
    moment = _moment(value) if isinstance(value, str) and len(value) <= 40 else None
    if moment is None:
        raise WireError(where, f"not a time: {sanitise(value, 40)}")
    return moment


@lru_cache(maxsize=64)  # a candle's begin comes with every trade in it
def _moment(text: str) -> int | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    try:
        second = datetime.fromisoformat(f"{found[1]}+00:00")
    except ValueError:
        return None
    return int(second.timestamp()) * 1_000_000_000 + int((found[2] or "0").ljust(9, "0"))
