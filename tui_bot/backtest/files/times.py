"""The time cells of a table, as Unix seconds: counted in s, ms, µs or ns, or written as ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.fault import Fault, shown
from tui_bot.backtest.files.cells import Cells
from tui_bot.backtest.files.digits import MARGIN, long_number

#: In place of counts a second: times are written out.
ISO = 0

_COUNT = re.compile(r"(\d{1,19})(?:\.(\d*))?", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?( ?UTC|Z|[+-]\d\d:?\d\d)?", re.ASCII)
_REMEDY = "write Unix seconds, or UTC as 2024-01-31T23:59:00Z"
#: Of ISO 8601 to the second: the places of its digits and of its signs, and what may follow.
_DIGITS = np.array([0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18])
_SIGNS = ((4, b"-"), (7, b"-"), (10, b"T "), (13, b":"), (16, b":"))
_TAILS = ("", "Z", "+00:00", "+0000", " UTC", "UTC")
_SECOND_LENGTH = 19
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])

Seconds = tuple[NDArray[np.int64], NDArray[np.bool_]]


def counts_a_second(cell: str) -> int:
    """In what the first time of a table is counted: 1, 1000, 10**6, 10**9, or ISO. Raises Fault."""
    count = _COUNT.fullmatch(cell)
    if count:
        digits = len(count[1])
        return next(unit for most, unit in ((11, 1), (14, 10**3), (17, 10**6), (19, 10**9)) if digits <= most)
    second_of(cell, ISO)
    return ISO


def second_of(cell: str, unit: int) -> int:
    """One time as Unix seconds. Raises Fault."""
    if unit != ISO:
        count = _COUNT.fullmatch(cell)
        if not count:
            raise Fault(f"time {shown(cell)} is not a count of {_called(unit)}", _REMEDY)
        second, rest = divmod(int(count[1]), unit)
        return _whole(cell, second, rest or int(count[2] or 0))
    if not _ISO.fullmatch(cell):
        raise Fault(f"time {shown(cell)} is in no form known here", _REMEDY)
    try:
        moment = datetime.fromisoformat(re.sub(" ?UTC$", "Z", cell))
    except ValueError:
        raise Fault(f"time {shown(cell)} is on no calendar", _REMEDY) from None
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    return _whole(cell, int(moment.timestamp()), moment.microsecond)


def _whole(cell: str, second: int, rest: int) -> int:
    if rest:
        raise Fault(
            f"time {shown(cell)} is not a full second", "candles begin at full seconds; check the column"
        )
    return second


def _called(unit: int) -> str:
    return {1: "seconds", 10**3: "milliseconds", 10**6: "microseconds", 10**9: "nanoseconds"}[unit]


def seconds(cells: Cells, column: int, unit: int) -> Seconds:
    """A column of times as Unix seconds, and which cells have to be looked at one by one."""
    return _written(cells, column) if unit == ISO else _counted(cells, column, unit)


def _counted(cells: Cells, column: int, unit: int) -> Seconds:
    start, end = cells.start[column], cells.end[column]
    length = end - start
    value, odd = long_number(cells.words, end, length)
    odd |= (length < 1) | (length > 16)
    if unit > 1:
        value, rest = np.divmod(value, unit)
        odd |= rest != 0
    return value, odd


def _written(cells: Cells, column: int) -> Seconds:
    text = np.frombuffer(cells.data, np.uint8)
    start, end = cells.start[column], cells.end[column]
    tail = cells.data[start[0] + _SECOND_LENGTH : end[0]].decode("latin-1")
    if end[0] - start[0] < _SECOND_LENGTH or tail not in _TAILS:
        return start, np.ones(len(start), bool)
    odd = end - start != end[0] - start[0]
    start = np.where(odd, MARGIN if odd[0] else start[0], start)
    for place, signs in _SIGNS:
        odd |= ~np.isin(text[start + place], np.frombuffer(signs, np.uint8))
    for place, sign in enumerate(tail.encode("latin-1"), _SECOND_LENGTH):
        odd |= text[start + place] != sign
    digits = (text[start[:, None] + _DIGITS] - np.uint8(48)).astype(np.int64)
    odd |= (digits > 9).any(axis=1)
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month, day, hour, minute, second = (digits[:, at : at + 2] @ np.array([10, 1]) for at in range(4, 14, 2))
    odd |= ~_is_date(year, month, day) | (hour > 23) | (minute > 59) | (second > 59)
    return _days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second, odd


def _is_date(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.bool_]:
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    most = _MONTH_DAYS[np.minimum(month, 12)] + (leap & (month == 2))
    known: NDArray[np.bool_] = (month >= 1) & (month <= 12) & (day >= 1) & (day <= most) & (year >= 1)
    return known


def _days(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days since 1970-01-01 in the Gregorian calendar; years are counted from March."""
    late = month <= 2
    years = year - late
    of_year = (153 * (month + np.where(late, 9, -3)) + 2) // 5 + day - 1
    return years * 365 + years // 4 - years // 100 + years // 400 + of_year - 719468
