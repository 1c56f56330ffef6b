"""A box behind real sockets in this process, on a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tui_bot.paper.application import Gate, application
from tui_bot.paper.desk import Desk
from tui_bot.paper.server import LateWebSocket

_LOOK_SECONDS = 0.02


class Addresses(NamedTuple):
    """Where a box listens."""

    rest: str
    websocket: str


@contextmanager
def served(desk: Desk) -> Iterator[Addresses]:
    """Serves the desk's box, REST and WebSocket, and keeps subscribers up to date."""
    import uvicorn

    gate = Gate(desk.box)
    app = application(desk.box, gate)
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="off", ws=LateWebSocket)
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)

    async def run() -> None:
        telling = asyncio.create_task(_tell(desk, gate))
        try:
            await server.serve()
        finally:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await telling

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    while not server.started:
        pass
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Addresses(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join(5)


async def _tell(desk: Desk, gate: Gate) -> None:
    while True:
        if desk.box.clock.speed:
            desk.box.catch_up()
        gate.tell()
        await asyncio.sleep(_LOOK_SECONDS)
