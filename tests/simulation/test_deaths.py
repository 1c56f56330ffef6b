"""The kill matrix, whole: no death at any step doubles, loses or misstates anything (I3, I19, I20).

A failure names its case; ``DEATHS="flip: open sent, SIGKILL" pytest tests/simulation/test_deaths.py`` plays
those that match.
"""

from __future__ import annotations

import itertools
import os
from collections import defaultdict
from pathlib import Path

import pytest

from tests.support.simulation.deaths import ELSEWHERE, Case, cases, die
from tests.support.virtual import run

CHOSEN = os.environ.get("DEATHS", "")


def by_step() -> dict[str, list[Case]]:
    """The cases of each step."""
    found: dict[str, list[Case]] = defaultdict(list)
    for case in cases():
        if CHOSEN in str(case):
            found[case.step.name].append(case)
    return found


@pytest.mark.parametrize(("step", "of_it"), by_step().items(), ids=by_step().keys())
def test_a_death_doubles_loses_and_misstates_nothing(step: str, of_it: list[Case], place: Path) -> None:
    for number, case in zip(itertools.count(), of_it):
        verdict = run(die(case, place / str(number)))
        assert verdict.reached, f"the step never came: {case}"
        assert not verdict.broken, f"{case}: {verdict.broken}"


def test_the_matrix_is_whole() -> None:
    assert len(list(cases())) >= 624
    assert all(reason for reason in ELSEWHERE.values())
