"""The ASGI application of a box: REST, and WebSocket on any path."""

from __future__ import annotations

import asyncio
import contextlib
import os
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, NoReturn

from tui_bot.paper.answer import Answer
from tui_bot.paper.box import Box
from tui_bot.paper.rest import Request, respond
from tui_bot.paper.state import StateError
from tui_bot.paper.ws.connection import converse, transport_of
from tui_bot.paper.ws.hub import Hub

if TYPE_CHECKING:
    from starlette.requests import Request as HttpRequest
    from starlette.responses import Response

Application = Callable[[Any, Any, Any], Awaitable[None]]

LARGEST_BODY = 256 * 1024
_CRASHED = 3
_STEPS_PER_SECOND = 10


def application(box: Box, hub: Hub | None = None) -> Application:
    """The application; `hub` is the box's own when somebody else keeps it going."""
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    async def handle(http: HttpRequest) -> Response:
        body = b""
        async for part in http.stream():
            body += part
            if len(body) > LARGEST_BODY:
                return Response(status_code=413)
        headers = {name.lower(): value for name, value in http.headers.items()}
        query = dict(http.query_params)
        try:
            answer = respond(box, Request(http.method, http.url.path, query, headers, body))
        except StateError as error:
            crash(error)
        return await _response(http, answer)

    rest = Starlette(routes=[Route("/{path:path}", handle, methods=["GET", "POST"])])
    hub = hub or Hub(box)

    async def serve_one(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await converse(hub, receive, send)
        else:
            scope["transport"] = transport_of(send)
            await rest(scope, receive, send)

    return serve_one


def crash(error: Exception) -> NoReturn:
    """Ends at once, without an answer: what is not written down must not be shown; a restart recovers."""
    traceback.print_exception(error)
    os._exit(_CRASHED)


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
