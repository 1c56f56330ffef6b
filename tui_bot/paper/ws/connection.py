"""One WebSocket connection as ASGI events: reads frames into the hub, writes what its session has to say.

A client that does not read fills its session's outbox and is cut; memory never grows with its slowness.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tui_bot.paper.crash import crash
from tui_bot.paper.state import StateError
from tui_bot.paper.ws.hub import Hub
from tui_bot.paper.ws.session import Session

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def converse(hub: Hub, receive: Receive, send: Send, transport: asyncio.Transport | None) -> None:
    """Serves one connection until it ends; `transport` is what it runs over, to be cut when need be."""
    if (await receive())["type"] != "websocket.connect":
        return
    await send({"type": "websocket.accept"})
    session = hub.connect()
    ready = asyncio.Event()
    session.wake = ready.set
    if transport is not None:
        session.abort = transport.abort
    ready.set()
    writer = asyncio.create_task(_write(session, ready, send))
    try:
        await _read(hub, session, receive)
    finally:
        hub.disconnect(session)
        writer.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await writer


async def _read(hub: Hub, session: Session, receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        if session.deaf:
            continue
        text = message.get("text")
        if text is None:
            text = (message.get("bytes") or b"").decode(errors="replace")
        try:
            hub.receive(session, text)
        except StateError as error:
            crash(error)


async def _write(session: Session, ready: asyncio.Event, send: Send) -> None:
    while True:
        await ready.wait()
        ready.clear()
        while session.outgoing:
            await send({"type": "websocket.send", "text": session.taken(time.monotonic())})
        if session.close_code:
            await send({"type": "websocket.close", "code": session.close_code})
            return
