"""Stories from seeds: after any trouble every promise was kept, and a seed is a run (I19, I24).

``SEEDS`` says how many, ``FIRST`` where to begin; a failure prints its seed, and
``python -m tests.simulation.seeds SEED 1`` plays it again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.hygiene.repository import ROOT
from tests.simulation.seeds import play

BLOCKS = 10
FIRST = int(os.environ.get("FIRST", "0"))
SEEDS = int(os.environ.get("SEEDS", "100"))


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_promise_is_kept_and_each_seed_plays_the_same_twice(block: int) -> None:
    """The second run is another process with another hash seed; both run at the same time."""
    count = max(1, SEEDS // BLOCKS)
    first = FIRST + block * count
    command = [sys.executable, "-m", "tests.simulation.seeds", str(first), str(count)]
    environment = {**os.environ, "PYTHONHASHSEED": str(1000 + block)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as other:
        here = list(play(first, count))
        assert other.stdout is not None
        there = {line["seed"]: line for line in map(json.loads, other.stdout)}
    for played in here:
        told = f"seed {played.seed}: {played.acts}"
        assert not played.broken, told
        assert there[played.seed]["digest"] == played.digest, told
    assert sum(played.orders for played in here) >= (2 * count - 20) // 3  # few may all be quiet
