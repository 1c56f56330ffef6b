"""A bar on standard error while a person waits for long work; nothing when that is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

#: So long work is not worth a bar.
PATIENCE_S = 0.4


@contextmanager
def progress_bar(
    what: str, now: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[int, int], None]]:
    """Gives a function that takes how much is done, and of how much; the bar goes when the work ends.

    ``what`` is plain text. Time left is shown beside it.
    """
    with ExitStack() as stack:
        yield _Bar(what, stack, now) if sys.stderr.isatty() else _nothing


def _nothing(done: int, whole: int) -> None:
    """Nobody watches."""


class _Bar:
    """Appears once the work has taken longer than patience does."""

    def __init__(self, what: str, stack: ExitStack, now: Callable[[], float]) -> None:
        self._what = what
        self._stack = stack
        self._now = now
        self._began = now()
        self._shown: Progress | None = None

    def __call__(self, done: int, whole: int) -> None:
        if self._shown is None:
            if self._now() - self._began < PATIENCE_S:
                return
            self._shown = self._stack.enter_context(_rich_progress())
            self._shown.add_task(self._what, total=whole)
        self._shown.update(self._shown.task_ids[0], completed=done, total=whole)


def _rich_progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True, markup=False),
        transient=True,
    )
