"""The engine's tasks: none is lost, none dies in silence (I25)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

#: Seconds that cancelled tasks may take.
END_S = 1.0


class Tasks:
    """Starts tasks and tells ``failed`` of one that died of a surprise."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start one."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._reap)
        return task

    async def end(self) -> None:
        """Cancel all. Cancelled is not ended: what still connects must not meet a client that is closed."""
        ending = list(self._running)
        for task in ending:
            task.cancel()
        if ending:
            await asyncio.wait(ending, timeout=END_S)

    def _reap(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)
