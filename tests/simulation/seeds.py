"""Plays stories from seeds and prints a line for each: ``python -m tests.simulation.seeds FIRST COUNT``.

A line is JSON: the seed, the digest of requests, journal and screen, what was broken, and what had happened.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.garbage import collect_less
from tests.support.simulation import audit
from tests.support.simulation.chaos import Outcome, story
from tests.support.simulation.screen import screens
from tests.support.virtual import run

#: Simulated disks lie in memory where the machine has such a place.
MEMORY = Path("/dev/shm")  # noqa: S108


@dataclass(frozen=True, slots=True)
class Played:
    """A story that was played: one name for all of it, and what should not have been."""

    seed: int
    digest: str
    broken: tuple[str, ...]
    acts: tuple[str, ...]
    orders: int


def play(first: int, count: int) -> Iterator[Played]:
    """The stories of so many seeds."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        places = [Path(folder) / str(seed) for seed in range(first, first + count)]
        outcomes = [run(story(seed, place)) for seed, place in enumerate(places, first)]
        shown = screens([outcome.snapshot for outcome in outcomes])
        for outcome, frame in zip(outcomes, shown, strict=True):
            yield _played(outcome, frame)


def _played(outcome: Outcome, frame: str) -> Played:
    requests = outcome.world.network.requests
    digest = audit.digest(requests, outcome.journal, [frame])
    orders = sum(method == "AddOrder" for _, method, _ in requests)
    return Played(outcome.seed, digest, tuple(outcome.broken), tuple(outcome.acts), orders)


def main(arguments: list[str]) -> int:
    """Play and print; 1 when a promise was broken."""
    first, count = map(int, arguments)
    collect_less()
    bad = False
    for played in play(first, count):
        bad = bad or bool(played.broken)
        line = {name: getattr(played, name) for name in ("seed", "digest", "broken", "acts", "orders")}
        print(json.dumps(line), flush=True)  # noqa: T201
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
