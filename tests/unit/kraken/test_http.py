"""The transport on real sockets: limits in time and size, no redirect, nothing inflated."""

from __future__ import annotations

import asyncio
import gzip
import logging
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from pytest_httpx import HTTPXMock

from tui_bot.kraken.http import (
    CertificateRefused,
    NeverSent,
    NoAnswer,
    Reply,
    Transport,
    TransportError,
    checked_address,
)

pytestmark = pytest.mark.anyio

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(peer: Peer) -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await peer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def answering(head: str, body: bytes = b"") -> Peer:
    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return peer


async def ask(url: str, within_s: float = 2.0, at_most: int = 1024) -> Reply:
    transport = Transport(url)
    try:
        return await transport.get("/0/public/Time", within_s=within_s, at_most=at_most)
    finally:
        await transport.close()


async def test_what_is_sent() -> None:
    seen = b""

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen = await reader.readuntil(b"a=1")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    async with serving(peer) as url:
        transport = Transport(url)
        reply = await transport.post("/p", "a=1", [("API-Key", "k")], within_s=2, at_most=10)
        await transport.close()
    assert reply == Reply(200, b"ok")
    lines = seen.decode().split("\r\n")
    assert lines[0] == "POST /p HTTP/1.1"
    for line in (
        "API-Key: k",
        "Accept-Encoding: identity",
        "Content-Type: application/x-www-form-urlencoded",
    ):
        assert line in lines
    assert any(line.startswith("User-Agent: tui-bot/") for line in lines)


async def test_the_connection_is_kept() -> None:
    peers = set()

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.add(writer.get_extra_info("peername"))
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    async with serving(peer) as url:
        transport = Transport(url)
        for _ in range(3):
            await transport.get("/p", within_s=2, at_most=10)
        await transport.close()
    assert len(peers) == 1


async def test_a_trickle_ends_at_the_total_deadline() -> None:
    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with serving(peer) as url:
        started = time.monotonic()
        with pytest.raises(NoAnswer, match=r"within 0\.3 s"):
            await ask(url, within_s=0.3)
        assert time.monotonic() - started < 1.5


async def test_silence_ends_at_the_total_deadline() -> None:
    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(peer) as url:
        with pytest.raises(NoAnswer, match="within"):
            await ask(url, within_s=0.2)


@pytest.mark.parametrize("head", ["HTTP/1.1 200 OK\nContent-Length: 2000", "HTTP/1.1 200 OK"])
async def test_an_answer_that_is_too_long(head: str) -> None:
    async with serving(answering(head, b"x" * 2000)) as url:
        with pytest.raises(NoAnswer, match="longer than 1 KiB"):
            await ask(url)


async def test_f067_what_is_compressed_is_not_inflated() -> None:
    bomb = gzip.compress(b"0" * 10_000_000)
    head = f"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {len(bomb)}"
    async with serving(answering(head, bomb)) as url:
        assert (await ask(url, at_most=100_000)).body == bomb


async def test_a_redirect_is_an_answer_not_an_order() -> None:
    other = []

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other.append(await reader.read(1))

    async with serving(elsewhere) as there:
        head = f"HTTP/1.1 302 Found\nLocation: {there}/steal\nContent-Length: 0"
        async with serving(answering(head)) as url:
            assert (await ask(url)).status == 302
    assert other == []


@pytest.mark.parametrize(
    "sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", b"HTTP/1.1 200", b"garbage\r\n\r\n"]
)
async def test_a_connection_that_breaks_after_the_request(sent: bytes) -> None:
    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        await writer.drain()

    async with serving(peer) as url:
        with pytest.raises(NoAnswer, match="broke"):
            await ask(url)


async def test_a_reset_after_some_bytes() -> None:
    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        raw: socket.socket = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        writer.transport.abort()

    async with serving(peer) as url:
        with pytest.raises(NoAnswer):
            await ask(url)


async def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NeverSent, match="no connection"):
        await ask(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (httpx.ConnectError("All connection attempts failed"), NeverSent),
        (httpx.ConnectTimeout("timed out"), NeverSent),
        (httpx.PoolTimeout("busy"), NeverSent),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"), CertificateRefused),
        (httpx.ReadError("reset"), NoAnswer),
        (httpx.WriteError("reset"), NoAnswer),
        (httpx.ReadTimeout("slow"), NoAnswer),
        (httpx.WriteTimeout("slow"), NoAnswer),
        (httpx.RemoteProtocolError("Server disconnected"), NoAnswer),
        (httpx.LocalProtocolError("header"), NoAnswer),
        (httpx.DecodingError("gzip"), NoAnswer),
        (OSError("network is down"), NoAnswer),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
async def test_each_fault_has_its_kind(
    httpx_mock: HTTPXMock, fault: Exception, kind: type[TransportError]
) -> None:
    httpx_mock.add_exception(fault)
    with pytest.raises(TransportError) as caught:
        await ask("http://127.0.0.1:9")
    assert type(caught.value) is kind
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None  # httpx's own exception holds the signed request


async def test_f069_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    async with serving(answering("HTTP/1.1 200 OK\nContent-Length: 2", b"ok")) as url:
        assert (await ask(url)).body == b"ok"


@pytest.fixture
def false_identity(tmp_path: Path) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that nobody has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("the certificate is made with openssl")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=api.kraken.com"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def test_f070_a_false_certificate_ends_it_before_a_byte_of_the_request(
    monkeypatch: pytest.MonkeyPatch, false_identity: ssl.SSLContext
) -> None:
    received = []

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(peer, "127.0.0.1", 0, ssl=false_identity)
    address = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    monkeypatch.setattr("tui_bot.kraken.http.KRAKEN", address)
    with pytest.raises(CertificateRefused) as caught:
        await ask(address)
    assert caught.value.lasting
    server.close()
    assert b"".join(received) == b""


async def test_nothing_of_a_signed_request_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(answering("HTTP/1.1 200 OK\nContent-Length: 2", b"ok")) as url:
        transport = Transport(url)
        headers = [("API-Key", "canary-key"), ("API-Sign", "canary-sign")]
        await transport.post("/0/private/AddOrder", "nonce=1&canary=1", headers, within_s=2, at_most=10)
        await transport.close()
    assert "canary" not in caplog.text


def test_the_libraries_do_not_log_requests() -> None:
    for name in ("httpx", "httpcore", "httpcore.http11"):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING


@pytest.mark.parametrize(
    "url",
    [
        "https://api.kraken.com",
        "https://api.kraken.com/",
        "http://127.0.0.1:8080",
        "http://localhost:80/",
        "http://[::1]:5000",
    ],
)
def test_addresses_that_may_be_talked_to(url: str) -> None:
    assert checked_address(url).host in url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://api.kraken.com",
        "https://api.kraken.com.evil.example",
        "https://api.kraken.com@evil.example",
        "https://api.kraken.com:444",
        "https://api.kraken.com/0",
        "https://127.0.0.1:8080",
        "http://127.0.0.1.evil.example",
        "http://user:word@127.0.0.1",
        "http://192.168.0.2:8080",
        "http://127.0.0.1:8080/base",
        "http://127.0.0.1:8080?x=1",
        "file:///etc/passwd",
        "http://127.0.0.1:port",
        "\x1b[2J",
    ],
)
def test_all_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"only https://api\.kraken\.com") as caught:
        Transport(url)
    assert "\x1b" not in str(caught.value)
