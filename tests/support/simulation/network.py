"""The network between one bot and the box: bytes handed over in memory, late, cut or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import httpx

from tui_bot.paper.answer import Answer
from tui_bot.paper.rest import Request, respond

if TYPE_CHECKING:
    from tui_bot.paper.box import Box


class Killed(asyncio.CancelledError):
    """The process is gone at this very step; nothing of it may act any more."""


#: Told of each step of a request: its name (``sent``, ``applied``, ``answered``) and the method.
Watcher = Callable[[str, str], None]


@dataclass(slots=True)
class Weather:
    """How the network is, in real seconds and chances; all of it may change at any time."""

    latency_s: tuple[float, float] = (0.005, 0.03)
    down: bool = False
    no_push: bool = False  # no new WebSocket connection
    impostor: bool = False  # whoever answers cannot prove to be the exchange
    refuse: float = 0.0  # no connection: not a byte left
    cut_before: float = 0.0  # the request is lost on its way
    cut_after: float = 0.0  # its answer is
    copied: float = 0.0  # the request arrives twice, byte for byte


@dataclass
class Network:
    """All connections to one box. ``requests`` keeps method, parameters and time of all that arrived."""

    box: Box
    chance: Random
    weather: Weather = field(default_factory=Weather)
    requests: list[tuple[int, str, str]] = field(default_factory=list)
    cut_next: bool = False  # the request that is on its way now is lost
    most_private: int = 0  # so many private calls were under way at once
    _private: int = 0
    _under_way: set[asyncio.Task[httpx.Response]] = field(default_factory=set)

    async def exchange(self, request: httpx.Request, content: bytes, watch: Watcher) -> httpx.Response:
        """Carry one request there and its answer back. Raises what httpx raises.

        It goes on when the asker has died or gives up: bytes that have left arrive.
        """
        task = asyncio.create_task(self._carry(request, content, watch))
        self._under_way.add(task)
        task.add_done_callback(self._arrived)
        private = request.url.path.startswith("/0/private/")
        self._private += private
        self.most_private = max(self.most_private, self._private)
        try:
            return await asyncio.shield(task)
        finally:
            self._private -= private

    def _arrived(self, task: asyncio.Task[httpx.Response]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever still waits is told; else nobody needs to be

    async def _carry(self, request: httpx.Request, content: bytes, watch: Watcher) -> httpx.Response:
        method = request.url.path.rpartition("/")[2]
        weather = self.weather
        await self._travel()
        if weather.impostor:
            raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed", request=request)
        if weather.down or self.chance.random() < weather.refuse:
            raise httpx.ConnectError("no route", request=request)
        watch("sent", method)
        if self.chance.random() < weather.cut_before or self._is_cut():
            raise httpx.ReadError("cut", request=request)
        answer = self._arrive(request, method, content)
        if self.chance.random() < weather.copied:
            self._arrive(request, method, content)
        watch("applied", method)
        await asyncio.sleep(answer.delay)
        await self._travel()
        if answer.drop or self.weather.down or self.chance.random() < weather.cut_after:
            raise httpx.RemoteProtocolError("cut", request=request)
        if answer.rate:
            await asyncio.sleep(len(answer.body) / answer.rate)
        watch("answered", method)
        headers = {"content-type": answer.kind, **answer.headers}
        return httpx.Response(answer.status, headers=headers, content=answer.body, request=request)

    def _arrive(self, request: httpx.Request, method: str, content: bytes) -> Answer:
        self.requests.append((self.box.clock.now_ns(), method, content.decode()))
        headers = {name.lower(): value for name, value in request.headers.items()}
        query = dict(parse_qsl(request.url.query.decode()))
        return respond(self.box, Request(request.method, request.url.path, query, headers, content))

    def _is_cut(self) -> bool:
        cut, self.cut_next = self.cut_next, False
        return cut

    async def _travel(self) -> None:
        await asyncio.sleep(self.chance.uniform(*self.weather.latency_s))


class Pool(httpx.AsyncBaseTransport):
    """What stands in the client where its connections would be; ``alive`` False: its process is dead."""

    def __init__(self, network: Network, watch: Watcher) -> None:
        self._network = network
        self._watch = watch
        self.alive = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request of a process that lives; a dead one neither sends nor hears."""
        await self._if_alive()
        response = await self._network.exchange(request, request.content, self._step)
        await self._if_alive()
        return response

    def _step(self, step: str, method: str) -> None:
        if self.alive:
            with suppress(Killed):  # bytes that have left arrive, whatever becomes of who sent them
                self._watch(step, method)

    async def _if_alive(self) -> None:
        if not self.alive:
            await asyncio.Event().wait()
