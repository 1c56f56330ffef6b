"""A read that a start cannot do without: tried again while its trouble is a passing one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from tui_bot.engine.ports import ExchangeError

T = TypeVar("T")

#: How often, and the seconds before the second time; they double.
ATTEMPTS, FIRST_PAUSE_S = 6, 0.2


async def patiently(
    read: Callable[[], Coroutine[Any, Any, T]],
    tell: Callable[[str], None],
    is_stopping: Callable[[], bool],
) -> T:
    """What ``read`` gives. ``tell`` hears of each trouble; the last one is raised as ExchangeError."""
    for attempt in range(ATTEMPTS):
        try:
            return await read()
        except ExchangeError as error:
            if not error.retryable or attempt == ATTEMPTS - 1 or is_stopping():
                raise
            tell(f"{error}; trying again")
        await asyncio.sleep(FIRST_PAUSE_S * 2**attempt)
    raise AssertionError("unreachable")
