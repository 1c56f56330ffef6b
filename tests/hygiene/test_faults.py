"""The table of known faults is complete and true: every row accounted for, every test it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.faults.table import GROUPS, ROWS
from tests.hygiene.repository import shown, tracked

_NAME = re.compile(r"test_f(\d{3})_")


@cache
def names(under: str) -> frozenset[str]:
    """The names of the tests in a folder."""
    found: set[str] = set()
    for path in tracked():
        if path.name.startswith("test_") and shown(path).startswith(under):
            functions = ast.walk(ast.parse(path.read_text("utf-8")))
            found |= {
                node.name for node in functions if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            }
    return frozenset(found)


def test_every_fault_has_its_row() -> None:
    assert list(ROWS) == list(range(1, 114))
    assert [number for group in GROUPS.values() for number in group] == list(ROWS)


def test_every_row_names_tests_or_says_why_it_cannot() -> None:
    assert not [number for number, row in ROWS.items() if bool(row.tests) == bool(row.why_not)]


def test_every_named_test_is_there_and_carries_the_number_of_its_row() -> None:
    for number, row in ROWS.items():
        for test in row.tests:
            path, _, name = test.rpartition("::")
            assert name in names(path or "tests/"), f"F{number}: there is no {test}"
            assert path or name.startswith(f"test_f{number:03}_"), f"F{number}: {name}"


def test_every_story_of_a_fault_is_named_in_its_row() -> None:
    named = {name for row in ROWS.values() for name in row.tests}
    assert not {name for name in names("tests/faults/") if _NAME.match(name)} - named
