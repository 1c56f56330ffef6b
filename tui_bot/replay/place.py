"""A place in a recording as people write it: a time, a share, one of the ends, or so long from here."""

from __future__ import annotations

import re
from datetime import UTC, datetime

DAY_MS = 86_400_000

#: What may be written, for messages and hints.
FORMS = "14:03, 14:03:27, 2026-11-22 14:03, 43%, +10m, -2h, start or end"

_UNITS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": DAY_MS}
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


def read_place(text: str, begin_ms: int, end_ms: int, here_ms: int | None = None) -> int:
    """The Unix milliseconds (UTC) that ``text`` means in a recording from ``begin_ms`` to ``end_ms``.

    A time of day is that of ``here_ms``'s day, or the first such in the recording. Raises ValueError with
    what may be written, or with where the recording begins and ends.
    """
    written = text.strip().lower().removesuffix("z")
    here_ms = begin_ms if here_ms is None else here_ms
    if written in ("start", "begin", "0"):
        return begin_ms
    if written == "end":
        return end_ms
    if share := re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]+)?)\s*%", written):
        return begin_ms + round((end_ms - begin_ms) * min(float(share[1]), 100.0) / 100)
    if jump := re.fullmatch(r"([+-])\s*([0-9]{1,6})\s*([smhd])", written):
        sign = -1 if jump[1] == "-" else 1
        moved: int = sign * int(jump[2]) * _UNITS[jump[3]]
        return min(max(here_ms + moved, begin_ms), end_ms)
    if clock := _CLOCK.fullmatch(written):
        return _time_of_day(clock, begin_ms, end_ms, here_ms)
    return _within(_moment(written), begin_ms, end_ms)


def _time_of_day(clock: re.Match[str], begin_ms: int, end_ms: int, here_ms: int) -> int:
    hours, minutes, seconds = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    wanted = ((hours * 60 + minutes) * 60 + seconds) * 1000
    days: list[int] = [here_ms // DAY_MS, *range(begin_ms // DAY_MS, end_ms // DAY_MS + 1)]
    for day in days:
        if begin_ms <= day * DAY_MS + wanted <= end_ms:
            return day * DAY_MS + wanted
    return _within(days[0] * DAY_MS + wanted, begin_ms, end_ms)


def _moment(written: str) -> int:
    try:
        moment = datetime.fromisoformat(written.replace(" ", "t").upper())
    except ValueError:
        raise ValueError(f"{written!r} is no place in a recording; write {FORMS}") from None
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)


def _within(at_ms: int, begin_ms: int, end_ms: int) -> int:
    # Written to the minute, the ends themselves lie between two minutes.
    if begin_ms - 60_000 <= at_ms <= end_ms + 60_000:
        return min(max(at_ms, begin_ms), end_ms)
    raise ValueError(f"the recording goes from {shown(begin_ms)} to {shown(end_ms)} UTC")


def shown(at_ms: int) -> str:
    """A time as it may be written: ``2026-11-22 14:03:27``."""
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m-%d %H:%M:%S}"
