"""What runs the whole suite: two lanes, the first failure's code, all that was said."""

from __future__ import annotations

import sys

from tests.suite import ALONE, SHARED, Lane


def program(code: int, words: str) -> tuple[str, ...]:
    """One that says this and ends so."""
    return (sys.executable, "-c", f"print({words!r}); raise SystemExit({code})")


def test_a_lane_ends_with_the_first_that_fails() -> None:
    lane = Lane(program(0, "types"), program(3, "walls"), program(0, "never"))
    assert lane.told() == "types\nwalls\n"
    assert lane.code == 3


def test_a_lane_that_went_well_says_all_in_order() -> None:
    lane = Lane(program(0, "types"), program(0, "walls"))
    assert lane.told() == "types\nwalls\n"
    assert lane.code == 0


def test_each_test_of_a_commit_is_in_exactly_one_lane() -> None:
    assert SHARED[-1] == "not slow and not alone"
    assert ALONE[-1] == "alone and not slow"
