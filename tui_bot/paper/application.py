"""The ASGI application of a box: REST, and WebSocket on any path."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tui_bot.paper.answer import Answer
from tui_bot.paper.box import Box
from tui_bot.paper.crash import crash
from tui_bot.paper.rest import Request, respond
from tui_bot.paper.state import StateError

if TYPE_CHECKING:
    from starlette.requests import Request as HttpRequest
    from starlette.responses import Response

    from tui_bot.paper.ws.hub import Hub

Application = Callable[[Any, Any, Any], Awaitable[None]]

LARGEST_BODY = 256 * 1024
_STEPS_PER_SECOND = 10


class Gate:
    """The WebSocket face of a box, built with the first connection, so that a box starts fast."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self.hub: Hub | None = None

    def open(self) -> Hub:
        """The hub."""
        from tui_bot.paper.ws.hub import Hub

        if self.hub is None:
            self.hub = Hub(self._box)
        return self.hub

    def tell(self) -> None:
        """Keeps subscribers up to date."""
        if self.hub is not None and self.hub.sessions:
            self.hub.pump()
            self.hub.beat()


def application(box: Box, gate: Gate | None = None) -> Application:
    """The application; who passes a gate keeps its subscribers up to date."""
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    async def handle(http: HttpRequest) -> Response:
        body = b""
        most = cut_after(box, http.url.path)
        async for part in http.stream():
            body += part
            if len(body) > LARGEST_BODY:
                return Response(status_code=413)
            if most is not None and len(body) >= most:
                break
        if most is not None:
            return _cut(http)
        headers = {name.lower(): value for name, value in http.headers.items()}
        query = dict(http.query_params)
        try:
            answer = respond(box, Request(http.method, http.url.path, query, headers, body))
        except StateError as error:
            crash(error)
        return await _response(http, answer)

    rest = Starlette(routes=[Route("/{path:path}", handle, methods=["GET", "POST"])])
    gate = gate or Gate(box)

    async def serve_one(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            from tui_bot.paper.ws.connection import converse

            await converse(gate.open(), receive, send, _transport_of(send))
        else:
            scope["transport"] = _transport_of(send)
            await rest(scope, receive, send)

    return serve_one


def cut_after(box: Box, path: str) -> int | None:
    """After how many bytes of its body a request is to be cut off; None when it is not."""
    if not box.faults.rules:
        return None
    rule = box.faults.pick_cut(path.rpartition("/")[2], box.exchange.now_ns)
    return None if rule is None else int(rule.number("bytes"))


def _transport_of(send: Any) -> asyncio.Transport | None:
    """The transport behind an ASGI `send` of uvicorn: ASGI has no word for cutting a connection."""
    return getattr(getattr(send, "__self__", None), "transport", None)


async def _response(http: HttpRequest, answer: Answer) -> Response:
    """An answer on its way: late, slowly or not at all, when a fault says so."""
    from starlette.responses import Response, StreamingResponse

    if answer.delay:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(answer.delay):
                await http.receive()  # all that can come now is that the client hangs up
    if answer.drop:
        return _cut(http)
    if answer.rate:
        return StreamingResponse(_slowly(answer), answer.status, answer.headers, media_type=answer.kind)
    return Response(answer.body, answer.status, answer.headers or None, media_type=answer.kind)


def _cut(http: HttpRequest) -> Response:
    """The end of the connection in place of an answer."""
    from starlette.responses import Response

    class Cut(Response):
        async def __call__(self, _scope: Any, receive: Any, _send: Any) -> None:
            transport = http.scope["transport"]
            if transport is not None:
                transport.abort()
            while (await receive())["type"] != "http.disconnect":
                pass

    return Cut()


async def _slowly(answer: Answer) -> AsyncIterator[bytes]:
    """A body at so many bytes a second."""
    step = max(1, int(answer.rate / _STEPS_PER_SECOND))
    for start in range(0, len(answer.body), step):
        yield answer.body[start : start + step]
        await asyncio.sleep(step / answer.rate)
