"""The whole suite at once: ``python -m tests.suite [--check]``; what ``make test`` and ``make check`` run.

Most tests need only a processor, or wait for a short while: three workers share them, at a low priority.
Those that are ``alone`` mostly wait, for real processes, terminals and time; they run beside the others, one
after the other, and go first wherever both want the machine. With ``--check`` the slow static checks come
before them, in the same lane.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

BIN = Path(sys.executable).parent
PYTEST = (sys.executable, "-m", "pytest")
SHARED = ("nice", "-n", "19", *PYTEST, "-n", "3", "--dist", "worksteal", "-m", "not slow and not alone")
ALONE = (*PYTEST, "-m", "alone and not slow")
CHECKS = ((str(BIN / "mypy"),), (str(BIN / "lint-imports"),))


class Lane:
    """Commands one after the other; the first that fails ends them. What they print is kept for later."""

    def __init__(self, *commands: Sequence[str]) -> None:
        self.code = 0
        self.took_s = 0.0
        self._said: list[bytes] = []
        self._thread = Thread(target=self._run, args=(commands,))
        self._thread.start()

    def _run(self, commands: Sequence[Sequence[str]]) -> None:
        began = time.monotonic()
        for command in commands:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            self._said.append(done.stdout)
            self.code = done.returncode
            if self.code:
                break
        self.took_s = time.monotonic() - began

    def told(self) -> str:
        """All that was printed, once it is over."""
        self._thread.join()
        return b"".join(self._said).decode("utf-8", "replace")


def main(arguments: Sequence[str]) -> int:
    """Run both lanes; the exit code of the first that failed."""
    began = time.monotonic()
    beside = Lane(*(CHECKS if "--check" in arguments else ()), ALONE)
    shared = subprocess.run(SHARED, check=False).returncode
    took_s = time.monotonic() - began
    told = beside.told()
    print(f"{told}\nshared {took_s:.0f} s, beside them {beside.took_s:.0f} s")  # noqa: T201
    return shared or beside.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
