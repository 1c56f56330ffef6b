"""The push server of ``tests.support.pushing`` without sockets, so that its time can be virtual."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Close

from tests.support.pushing import PushServer
from tui_bot.kraken.dial import Dropped


@dataclass(eq=False)
class End:
    """One end of a connection. Frames arrive in order; one that is closed raises what the library raises."""

    inbox: asyncio.Queue[str | Close | None] = field(default_factory=asyncio.Queue)
    other: End | None = None
    over: bool = False
    why: Close | None = None

    async def recv(self, decode: bool | None = None) -> str | bytes:
        """The next frame."""
        frame = None if self.over else await self.inbox.get()
        if not isinstance(frame, str):
            if not self.over:
                self.over, self.why = True, frame
            raise ConnectionClosedError(self.why, None)
        return frame if decode else frame.encode()

    async def send(self, message: str) -> None:
        """Hand a frame to the other end."""
        if self.over or self.other is None:
            raise ConnectionClosedError(self.why, None)
        self.other.inbox.put_nowait(message)

    async def close(self, code: int = 1000, _reason: str = "") -> None:
        """Leave with a code."""
        self._end(Close(code, ""))

    @property
    def transport(self) -> End:
        """What it runs over."""
        return self

    def abort(self) -> None:
        """Break it without a word."""
        self._end(None)

    async def __aiter__(self) -> AsyncIterator[str]:
        while True:
            yield cast("str", await self.recv(decode=True))

    def _end(self, close: Close | None) -> None:
        if not self.over and self.other is not None:
            self.other.inbox.put_nowait(close)
            self.inbox.put_nowait(close)
            self.over, self.why = True, close


@dataclass
class MemoryPush(PushServer):
    """Stands in by ``patch("tui_bot.kraken.socket.dial", server.dial)``."""

    url: str = "ws://127.0.0.1:9"
    _serving: set[asyncio.Task[None]] = field(default_factory=set)

    async def dial(self, _url: str, *_more: Any, **_options: Any) -> Any:
        """A connection, or what the client makes of a refused one."""
        await asyncio.sleep(0.02)
        if self.status is not None:
            raise Dropped(f"refused with HTTP {self.status}", busy=self.status in (429, 503))
        client, server = End(), End()
        client.other, server.other = server, client
        task = asyncio.create_task(self._converse(cast("ServerConnection", server)))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        return client
