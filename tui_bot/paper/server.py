"""Serves a box on loopback, prints one ready line, and leaves in order when told to."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from typing import Any

from tui_bot.paper.application import LARGEST_BODY, Gate, application
from tui_bot.paper.box import Box
from tui_bot.paper.clock import ManualClock
from tui_bot.paper.crash import crash
from tui_bot.paper.faults import ScriptError
from tui_bot.paper.history import HistoryError
from tui_bot.paper.listing import ListingError
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.state import StateError

_HOST = "127.0.0.1"
_TICK_SECONDS = 0.08
_KEEP_ALIVE_SECONDS = 75  # longer than any bot pauses between two requests


def serve(options: BoxOptions) -> int:
    """Runs a box until SIGTERM, SIGINT or, with `with_parent`, the end of standard input.

    Returns the exit code: 0 after an ordered end, 2 when it could not start.
    When ready it prints one JSON line: rest, websocket, key, secret, speed.
    """
    try:
        box = Box(options)
        listener = _listen(options.port)
    except (StateError, HistoryError, ListingError, ScriptError, OSError) as error:
        print(f"tui-bot exchange: {error}", file=sys.stderr)  # noqa: T201
        return 2
    try:
        asyncio.run(_serve(box, options, listener))
    finally:
        box.close()
        listener.close()
    return 0


def _listen(port: int) -> socket.socket:
    # asyncio sends small answers at once only on sockets that name the protocol; else each waits 40 ms
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((_HOST, port))
    listener.listen(128)
    return listener


async def _serve(box: Box, options: BoxOptions, listener: socket.socket) -> None:
    import uvicorn

    gate = Gate(box)
    config = uvicorn.Config(
        application(box, gate),
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws=LateWebSocket,
        ws_max_size=LARGEST_BODY,
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=1,
    )
    server = _server_class()(config)
    loop = asyncio.get_running_loop()

    def leave() -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave)
    if options.with_parent:
        _watch_stdin(loop, leave)
    port = listener.getsockname()[1]
    tasks = [asyncio.create_task(_announce(server, box, port)), asyncio.create_task(_tell(gate))]
    if not isinstance(box.clock, ManualClock):
        tasks.append(asyncio.create_task(_tick(box)))
    try:
        await server.serve(sockets=[listener])
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task


class LateWebSocket(asyncio.Protocol):
    """uvicorn's WebSocket protocol, imported with the first connection, so that a box starts fast."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

        return WebSocketsSansIOProtocol(*args, **kwargs)


def _server_class() -> Any:
    import uvicorn

    class QuietServer(uvicorn.Server):
        """Leaves signals to us, so that an ordered end is exit code 0."""

        @contextlib.contextmanager
        def capture_signals(self) -> Any:
            yield

    return QuietServer


async def _announce(server: Any, box: Box, port: int) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
        await asyncio.sleep(0.005)
    speed = box.clock.speed
    ready = {
        "rest": f"http://{_HOST}:{port}",
        "websocket": f"ws://{_HOST}:{port}",
        "key": box.key.key,
        "secret": box.key.secret,
        "speed": int(speed) if speed == int(speed) else speed,
    }
    print(json.dumps(ready), flush=True)  # noqa: T201


async def _tick(box: Box) -> None:
    """Keeps the market moving while nobody asks, so that resting orders fill on time."""
    while True:
        try:
            box.catch_up()
        except Exception as error:
            crash(error)
        await asyncio.sleep(_TICK_SECONDS)


async def _tell(gate: Gate) -> None:
    """Keeps subscribers up to date."""
    while True:
        try:
            gate.tell()
        except Exception as error:
            crash(error)
        await asyncio.sleep(_TICK_SECONDS)


def _watch_stdin(loop: asyncio.AbstractEventLoop, leave: Any) -> None:
    """Calls `leave` when standard input ends: the parent is gone, even if it was killed."""
    descriptor = 0

    def readable() -> None:
        if not os.read(descriptor, 4096):
            loop.remove_reader(descriptor)
            leave()

    try:
        loop.add_reader(descriptor, readable)
    except OSError:
        leave()  # not a pipe, so nobody holds the other end
