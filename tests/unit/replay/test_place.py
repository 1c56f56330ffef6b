"""Places in a recording as people write them."""

from __future__ import annotations

import pytest

from tui_bot.replay.place import read_place, shown

BEGIN = 1_767_614_400_000  # 2026-01-05 12:00:00 UTC
MINUTE = 60_000
HOUR = 60 * MINUTE
END = BEGIN + 30 * HOUR
HERE = BEGIN + 20 * HOUR  # 08:00 of the next day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("start", BEGIN),
        ("end", END),
        (" 50% ", BEGIN + 15 * HOUR),
        ("0%", BEGIN),
        ("100%", END),
        ("+10m", HERE + 10 * MINUTE),
        ("-2h", HERE - 2 * HOUR),
        ("-90d", BEGIN),
        ("+90d", END),
        ("14:03", BEGIN + 26 * HOUR + 3 * MINUTE),
        ("9:30:15", HERE + 90 * MINUTE + 15_000),
        ("2026-01-05 14:03", BEGIN + 2 * HOUR + 3 * MINUTE),
        ("2026-01-05T14:03:27Z", BEGIN + 2 * HOUR + 3 * MINUTE + 27_000),
        ("2026-01-05 16:03+02:00", BEGIN + 2 * HOUR + 3 * MINUTE),
    ],
)
def test_a_place(text: str, expected: int) -> None:
    assert read_place(text, BEGIN, END, HERE) == expected


def test_a_time_of_day_is_of_today_where_the_recording_has_it_else_of_its_first_such_day() -> None:
    assert read_place("23:00", BEGIN, END, HERE) == BEGIN + 11 * HOUR
    assert read_place("12:30", BEGIN, END) == BEGIN + 30 * MINUTE


@pytest.mark.parametrize(
    "text", ["", "noon", "25:00", "14:60", "12.5", "+5", "5%%", "1e9%", "２５%", "2026-13-01"]
)
def test_what_is_no_place_is_told_what_may_be_written(text: str) -> None:
    with pytest.raises(ValueError, match=r"write 14:03|the recording goes"):
        read_place(text, BEGIN, END)


@pytest.mark.parametrize("text", ["2026-01-01 12:00", "2027-01-01"])
def test_a_time_outside_is_told_where_the_recording_lies(text: str) -> None:
    with pytest.raises(ValueError, match=r"from 2026-01-05 12:00:00 to 2026-01-06 18:00:00 UTC"):
        read_place(text, BEGIN, END)


def test_what_is_shown_can_be_written() -> None:
    assert read_place(shown(HERE), BEGIN, END) == HERE
