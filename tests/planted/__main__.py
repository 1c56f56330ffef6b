"""Plants bugs one by one into a copy of the tree and runs their tests: ``python -m tests.planted [I4 ...]``.

Prints a line for each; the exit code is 1 when one went unnoticed, or when a test is red without any bug.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.hygiene.repository import ROOT, tracked
from tests.planted.bug import Bug
from tests.planted.bugs import BUGS

PATIENCE_S = 300

#: How much of the large campaigns is played: enough to notice.
SIZES = {"SEEDS": "20", "STORM": "1500", "STALL": "3"}

#: pytest's exit code for tests that ran and failed; any other means that the test itself is broken.
TURNED_RED = 1


def main(wanted: list[str]) -> int:
    """Plant and look."""
    chosen = [bug for bug in BUGS if not wanted or bug.invariant in wanted]
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        _copy(copy)
        if _run([bug.test for bug in chosen], copy) != 0:
            print("without a bug a test is red already: see to that first")  # noqa: T201
            return 1
        for bug in chosen:
            verdict = _verdict(bug, copy)
            unnoticed += verdict != "caught"
            print(f"{bug.invariant:4} {verdict:9} {bug.what}  ({bug.test})", flush=True)  # noqa: T201
    print(f"{len(chosen) - unnoticed} of {len(chosen)} planted bugs caught")  # noqa: T201
    return int(unnoticed > 0)


def _copy(copy: Path) -> None:
    for path in tracked():
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)


def _verdict(bug: Bug, copy: Path) -> str:
    path = copy / bug.path
    sound = path.read_text("utf-8")
    if sound.count(bug.before) != 1:
        return "misplaced"
    path.write_text(sound.replace(bug.before, bug.after), "utf-8")
    try:
        code = _run([bug.test], copy)
    except subprocess.TimeoutExpired:
        return "hangs"
    finally:
        path.write_text(sound, "utf-8")
    return "caught" if code == TURNED_RED else f"exit {code}"


def _run(tests: list[str], copy: Path) -> int:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *dict.fromkeys(tests)]
    # The copy comes before the installed package, in this process's children too.
    found_first = {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    environment = {**os.environ, **found_first, **SIZES}
    done = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, timeout=PATIENCE_S, check=False
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
