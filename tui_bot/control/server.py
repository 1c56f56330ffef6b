"""The door: takes requests from this user's own programs and hands them to the engine's handle.

It lives in the engine's loop and can do nothing that a key of the console could not.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tui_bot.control.address import AddressError, clear, listen, peer_uid
from tui_bot.control.errand import Errand, answer, errand
from tui_bot.control.protocol import (
    LONGEST_REQUEST,
    LONGEST_VALIDITY_MS,
    Answer,
    Hello,
    Outcome,
    ProtocolError,
    Request,
    Verb,
    decode_request,
    encode,
)
from tui_bot.engine.handle import EngineHandle
from tui_bot.engine.records import Record
from tui_bot.engine.snapshot import Snapshot

#: Connections at a time; further ones wait in the system's queue or are closed.
MOST_CONNECTIONS = 8

#: Seconds in which a request must have come, and an answer must have been taken.
REQUEST_S = 5.0
LAST_WORD_S = 0.5

#: How many ids of requests are remembered.
KEEP_IDS = 1_000


class Door:
    """The server side. ``handle`` is the engine's, ``leave`` asks the whole program to end in order.

    ``uid_of`` tells who has connected. All methods are called in the engine's loop.
    """

    def __init__(
        self,
        folder: Path,
        handle: EngineHandle,
        leave: Callable[[], None],
        uid_of: Callable[[socket.socket], int | None] = peer_uid,
        counter_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
    ) -> None:
        self._folder = folder
        self._handle = handle
        self._leave = leave
        self._uid_of = uid_of
        self._counter_ms = counter_ms
        self._waiting: dict[Errand, asyncio.Future[Answer]] = {}
        self._talks: set[asyncio.Task[None]] = set()
        self._ids: deque[str] = deque(maxlen=KEEP_IDS)

    def hear(self, record: Record) -> None:
        """A record has become durable."""
        for waiting, future in list(self._waiting.items()):
            self._settle(future, waiting.hear(record.body))

    def see(self, snap: Snapshot) -> None:
        """A snapshot was published."""
        for waiting, future in list(self._waiting.items()):
            self._settle(future, waiting.see(snap))

    @asynccontextmanager
    async def open(self, complain: Callable[[str], None]) -> AsyncIterator[None]:
        """Serve while the context lasts. A door that cannot be opened is told and stops nothing."""
        try:
            listener = listen(self._folder)
        except (AddressError, OSError) as error:
            complain(f"no control from outside: {error}")
            yield
            return
        server = await asyncio.start_unix_server(self._welcome, sock=listener, limit=LONGEST_REQUEST)
        try:
            yield
        finally:
            server.close()
            if self._talks:
                await asyncio.wait(self._talks, timeout=LAST_WORD_S)
            for talk in self._talks:
                talk.cancel()
            with suppress(AddressError, OSError):
                clear(self._folder)

    # -- one connection ------------------------------------------------------------------------------

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)
        try:
            # Cancelled only as the door closes; there is nobody above to tell.
            with suppress(OSError, TimeoutError, asyncio.CancelledError):
                await self._talk(reader, writer)
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._talks) > MOST_CONNECTIONS:
            return
        if self._uid_of(writer.get_extra_info("socket")) != os.geteuid():
            return
        hello = Hello(secrets.token_hex(16), self._counter_ms(), os.getpid())
        writer.write(encode(hello))
        try:
            async with asyncio.timeout(REQUEST_S):
                line = await reader.readline()
            request = decode_request(line)
            self._check(request, hello)
        except ValueError:
            said = Answer(Outcome.REFUSED, (f"refused: a request has at most {LONGEST_REQUEST} bytes",))
        except ProtocolError as error:
            said = Answer(Outcome.REFUSED, (f"refused: {error}",))
        else:
            said = await self._carry_out(request)
        writer.write(encode(said))
        async with asyncio.timeout(REQUEST_S):
            await writer.drain()

    def _check(self, request: Request, hello: Hello) -> None:
        """Raises ProtocolError for a request that is not for this connection, now, once."""
        if not secrets.compare_digest(request.token, hello.token):
            raise ProtocolError("it is not for this start of the bot")
        if self._counter_ms() > request.expires_ms:
            raise ProtocolError("it has come too late, and nothing was done; ask again")
        if request.expires_ms > hello.now_ms + LONGEST_VALIDITY_MS:
            raise ProtocolError("it would be good for too long")
        if request.id in self._ids:
            raise ProtocolError("it was carried out before")
        self._ids.append(request.id)

    async def _carry_out(self, request: Request) -> Answer:
        snap = self._handle.latest()
        if request.verb is Verb.STATUS:
            if snap is None:
                return Answer(Outcome.FAILED, ("the bot is starting; nothing is known yet",))
            return answer(Outcome.DONE, snap)
        task = errand(request.verb, self._handle.submit, self._leave)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[task] = future
        if snap is not None:
            self._settle(future, task.see(snap))
        try:
            async with asyncio.timeout(request.patience_ms / 1000):
                return await future
        except TimeoutError:
            return task.give_up(self._handle.latest())
        finally:
            del self._waiting[task]

    @staticmethod
    def _settle(future: asyncio.Future[Answer], said: Answer | None) -> None:
        if said is not None and not future.done():
            future.set_result(said)
