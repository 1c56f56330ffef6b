"""A door with an engine's handle behind it that does what a test tells it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.unit.session.snapshots import SNAPSHOT
from tui_bot.control.address import NAME, peer_uid
from tui_bot.control.protocol import Answer, Hello, Request, Verb, decode_answer, decode_hello, encode
from tui_bot.control.server import Door
from tui_bot.engine.commands import Submission
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.records import Body, Record
from tui_bot.engine.snapshot import Phase, Snapshot

READY = replace(SNAPSHOT, phase=Phase.READY)
PAUSED = RunState(Run.PAUSED, "by hand", 1)
HALTED = RunState(Run.HALTED, "JOURNAL FAILED", 1)


class Handle:
    """``EngineHandle`` that remembers what was submitted."""

    def __init__(self, snap: Snapshot | None = READY) -> None:
        self.snap = snap
        self.submitted: list[Submission] = []

    def latest(self) -> Snapshot | None:
        """What is set."""
        return self.snap

    def submit(self, command: Submission) -> None:
        """Remember it."""
        self.submitted.append(command)


class Stage:
    """A door that is open, and a client's end."""

    def __init__(self, folder: Path, **given: Any) -> None:
        self.folder = folder
        self.handle = Handle()
        self.left = 0
        self.now_ms = 1_000
        self.complaints: list[str] = []
        uid_of = given.pop("uid_of", peer_uid)
        self.door = Door(folder, self.handle, self._leave, uid_of, lambda: self.now_ms)

    def _leave(self) -> None:
        self.left += 1

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Stage]:
        """Serve."""
        self.folder.chmod(0o700)
        async with self.door.open(self.complaints.append):
            yield self

    def keep(self, body: Body) -> None:
        """A record becomes durable."""
        self.door.hear(Record(1, body))

    def show(self, snap: Snapshot) -> None:
        """A snapshot is published."""
        self.handle.snap = snap
        self.door.see(snap)


class Caller:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def hello(self) -> Hello:
        """The bot's first line."""
        return decode_hello(await self.reader.readline())

    async def answer(self) -> Answer:
        """The bot's last line."""
        return decode_answer(await asyncio.wait_for(self.reader.readline(), 5))

    async def send(self, line: bytes) -> None:
        """Any line."""
        self.writer.write(line)
        await self.writer.drain()

    async def ask(self, verb: Verb, ident: str = "b" * 16, **changes: Any) -> Hello:
        """A request as it should be, but for the changes."""
        hello = await self.hello()
        request = Request(hello.token, ident, verb, hello.now_ms + 5_000, 5_000)
        await self.send(encode(replace(request, **changes)))
        return hello


@asynccontextmanager
async def caller(folder: Path) -> AsyncIterator[Caller]:
    """Connect to the door."""
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.connect(str(folder / NAME))
    reader, writer = await asyncio.open_unix_connection(sock=client, limit=1 << 20)
    try:
        yield Caller(reader, writer)
    finally:
        writer.close()


async def breathe(turns: int = 20) -> None:
    """Let both sides get on."""
    for _ in range(turns):
        await asyncio.sleep(0.001)


def plain(status: Any) -> Any:
    """What JSON makes of it."""
    return json.loads(json.dumps(status))
