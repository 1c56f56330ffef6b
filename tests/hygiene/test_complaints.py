"""The table of complaints is complete and true, and the page is written from it."""

from __future__ import annotations

from tests.console.complaints import GROUPS, ROWS
from tests.hygiene.complaints_page import PAGE, complaints_page
from tests.hygiene.test_faults import names


def test_every_complaint_has_its_row() -> None:
    assert list(ROWS) == list(range(49, 76))
    assert [number for group in GROUPS.values() for number in group] == list(ROWS)


def test_every_row_says_what_was_met_what_ours_does_and_what_shows_it() -> None:
    assert all(row.met and row.ours and row.tests for row in ROWS.values())


def test_every_named_test_is_there() -> None:
    for number, row in ROWS.items():
        for test in row.tests:
            path, _, name = test.partition("::")
            assert name in names(path), f"{number}: there is no {test}"


def test_a_test_that_carries_a_number_is_in_the_row_of_that_number() -> None:
    carried = {name for name in names("tests/") if name[:7].startswith("test_c") and name[6:8].isdigit()}
    for name in carried:
        row = ROWS[int(name[6:8])]
        assert name in {test.rpartition("::")[2] for test in row.tests}, name


def test_the_page_is_the_table_s() -> None:
    assert PAGE.read_text("utf-8") == complaints_page(), "write it anew: make docs"
