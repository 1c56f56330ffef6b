"""The planted bugs fit the code they are planted in, and there is one for every promise (faults.md 6.3).

``make planted`` sees each of them turn its test red.
"""

from __future__ import annotations

import ast

import pytest

from tests.hygiene.repository import ROOT
from tests.planted.bug import Bug
from tests.planted.bugs import BUGS, INVARIANTS, NO_MEANING


def test_every_promise_has_its_bug_or_says_why_not() -> None:
    planted = [bug.invariant for bug in BUGS]
    assert sorted([*planted, *NO_MEANING], key=INVARIANTS.index) == list(INVARIANTS)
    assert all(NO_MEANING.values())


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: str(bug.invariant))
def test_a_bug_has_one_place_and_a_test(bug: Bug) -> None:
    sound = (ROOT / bug.path).read_text("utf-8")
    assert sound.count(bug.before) == 1, f"{bug.path} must hold once: {bug.before!r}"
    ast.parse(sound.replace(bug.before, bug.after))
    path, _, node = bug.test.partition("::")
    functions = ast.walk(ast.parse((ROOT / path).read_text("utf-8")))
    names = {node.name for node in functions if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert node.partition("[")[0] in names, f"there is no {bug.test}"
