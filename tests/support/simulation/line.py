"""A WebSocket connection in memory: what ``kraken.dial`` gives, with a box's hub at the other end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosedError
from websockets.frames import Close

if TYPE_CHECKING:
    from tui_bot.paper.ws.hub import Hub


class Line:
    """One connection as the client sees it. Raises ``ConnectionClosed`` like the library's own."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._ready = asyncio.Event()
        self._ready.set()
        self._session = hub.connect()
        self._session.wake = self._ready.set
        self._session.abort = self.cut
        self._closed: Close | None = None
        self.is_open = True

    async def recv(self, decode: bool | None = None) -> str | bytes:
        """The next frame."""
        session = self._session
        while not session.outgoing:
            if session.close_code and self.is_open:
                self._end(Close(session.close_code, ""))
            if not self.is_open:
                raise ConnectionClosedError(self._closed, None)
            self._ready.clear()
            await self._ready.wait()
        text = session.taken(asyncio.get_running_loop().time())
        return text if decode else text.encode()

    async def send(self, message: str) -> None:
        """Hand a frame to the exchange."""
        if not self.is_open:
            raise ConnectionClosedError(self._closed, None)
        if not self._session.deaf:
            self._hub.receive(self._session, message)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Leave in order."""
        self._end(Close(code, reason))

    def cut(self) -> None:
        """The connection breaks without a word."""
        self._end(None)

    @property
    def transport(self) -> Line:
        """What the connection runs over."""
        return self

    def abort(self) -> None:
        """Drop the transport."""
        self.cut()

    def _end(self, close: Close | None) -> None:
        if self.is_open:
            self.is_open = False
            self._closed = close
            self._hub.disconnect(self._session)
            self._session.outgoing.clear()
            self._ready.set()
