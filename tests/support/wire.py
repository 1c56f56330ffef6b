"""A network in which Kraken's names lead to this machine; the client has its real addresses."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from warnings import catch_warnings

import anyio
import pytest
import trustme

NAMES = ("api.kraken.com", "ws.kraken.com", "ws-auth.kraken.com")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


class Authority:
    """Signs certificates; ``trusted_by`` has the client believe it as it believes the public ones."""

    def __init__(self) -> None:
        self._authority = trustme.CA()

    def trusted_by(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        """Put it in the place of the public ones."""
        path = folder / "authorities.pem"
        self.write(path)
        monkeypatch.setattr("certifi.where", lambda: str(path))

    def write(self, path: Path) -> None:
        """Its own certificate, as a bundle."""
        self._authority.cert_pem.write_to_path(path)

    def server(self, *names: str, until: datetime | None = None, old: bool = False) -> ssl.SSLContext:
        """A server's side of TLS for these names; ``old`` speaks TLS 1.1 only."""
        until = until or datetime.now(UTC) + timedelta(days=1)
        certificate = self._authority.issue_cert(*names, not_before=LONG_AGO, not_after=until)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        if old:
            with catch_warnings(action="ignore"):
                context.set_ciphers("DEFAULT:@SECLEVEL=0")
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = ssl.TLSVersion.TLSv1_1
        return context


def lead_to(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """Connections to Kraken's names end at a port of this machine; all others go where they want."""
    loop = asyncio.get_running_loop()
    connect, connect_tcp = loop.create_connection, anyio.connect_tcp

    async def create_connection(factory: Any, host: Any = None, wanted: Any = None, **more: Any) -> Any:
        wanted = more.pop("port", wanted)
        if host in NAMES:
            more.setdefault("server_hostname", host if more.get("ssl") else None)
            host, wanted = "127.0.0.1", port
        return await connect(factory, host, wanted, **more)

    async def tcp(remote_host: str, remote_port: int, **more: Any) -> Any:
        if remote_host in NAMES:
            remote_host, remote_port = "127.0.0.1", port
        return await connect_tcp(remote_host, remote_port, **more)

    monkeypatch.setattr(loop, "create_connection", create_connection)
    monkeypatch.setattr(anyio, "connect_tcp", tcp)


@asynccontextmanager
async def serving(peer: Peer, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server of this machine; its port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await peer(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


class Ear:
    """A peer that keeps what it hears and answers with one reply."""

    def __init__(self, reply: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") -> None:
        self.heard = b""
        self._reply = reply

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(4096):
            self.heard += part
            writer.write(self._reply)
            await writer.drain()
