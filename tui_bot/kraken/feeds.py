"""Several feeds as one."""

from __future__ import annotations

import asyncio

from tui_bot.engine.ports import Feed
from tui_bot.kraken.polling import Emit


class Feeds:
    """``engine.ports.Feed`` that runs others side by side."""

    def __init__(self, *feeds: Feed) -> None:
        self._feeds = feeds

    async def run(self, emit: Emit) -> None:
        """Emit what all of them emit, until cancelled."""
        async with asyncio.TaskGroup() as chores:
            for feed in self._feeds:
                chores.create_task(feed.run(emit))

    def read_account_again(self) -> None:
        """Those that push the account tell it once more."""
        for feed in self._feeds:
            feed.read_account_again()
