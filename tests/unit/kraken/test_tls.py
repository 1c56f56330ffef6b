"""Kraken's real addresses on a wire that leads to this machine: who hears a signed request, and who not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from tests.support.wire import LONG_AGO, Authority, Ear, lead_to, serving
from tui_bot.engine.events import Lost, NotSent
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.dial import PUBLIC, Dropped, dial
from tui_bot.kraken.http import KRAKEN, CertificateRefused, NeverSent, Reply, Transport
from tui_bot.kraken.nonce import NonceSource
from tui_bot.kraken.rest import RestClient
from tui_bot.kraken.signing import Credentials

pytestmark = pytest.mark.anyio

HOST, WS_HOST = "api.kraken.com", "ws.kraken.com"
SIGNED = [("API-Key", "canary-key"), ("API-Sign", "canary-sign")]


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Authority:
    authority = Authority()
    authority.trusted_by(monkeypatch, tmp_path)
    return authority


async def post(proxy: str | None = None) -> Reply:
    transport = Transport(KRAKEN, proxy)
    try:
        return await transport.post("/0/private/AddOrder", "nonce=1", SIGNED, within_s=5, at_most=1000)
    finally:
        await transport.close()


async def test_the_real_address_is_reached_with_a_certificate_that_is_good(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear()
    async with serving(ear, authority.server(HOST)) as port:
        lead_to(monkeypatch, port)
        assert await post() == Reply(200, b"ok")
    assert b"API-Sign: canary-sign" in ear.heard
    assert b"Host: api.kraken.com" in ear.heard


BAD: dict[str, Callable[[Authority], ssl.SSLContext]] = {
    "expired": lambda authority: authority.server(HOST, WS_HOST, until=LONG_AGO.replace(year=2021)),
    "signed by nobody we know": lambda _authority: Authority().server(HOST, WS_HOST),
    "for another host": lambda authority: authority.server("api.kraken.com.example", "kraken.com"),
    "for the bare address": lambda authority: authority.server("127.0.0.1"),
}


@pytest.mark.parametrize("bad", BAD)
async def test_s12_a_false_certificate_hears_no_byte_of_a_signed_request(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    ear = Ear()
    async with serving(ear, BAD[bad](authority)) as port:
        lead_to(monkeypatch, port)
        with pytest.raises(CertificateRefused) as caught:
            await post()
        assert caught.value.lasting  # F70: it is never tried again as if it were the network
        with pytest.raises(Dropped) as dropped:
            await dial(PUBLIC)
        assert dropped.value.lasting
    assert ear.heard == b""


async def test_s12_old_tls_hears_no_byte_of_a_signed_request(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear()
    async with serving(ear, authority.server(HOST, WS_HOST, old=True)) as port:
        lead_to(monkeypatch, port)
        with pytest.raises(NeverSent):
            await post()
        with pytest.raises(Dropped):
            await dial(PUBLIC)
    assert ear.heard == b""


async def test_s12_an_answer_without_tls_is_no_answer(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear()
    async with serving(ear) as port:
        lead_to(monkeypatch, port)
        with pytest.raises(NeverSent):
            await post()
    assert b"canary" not in ear.heard


async def test_s14_a_bundle_or_a_key_log_named_in_the_environment_changes_nothing(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The environment trusts a second authority and wants the session's keys; neither is heeded."""
    other, ear, log = Authority(), Ear(), tmp_path / "log"
    bundle = tmp_path / "other.pem"
    other.write(bundle)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(bundle))
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    monkeypatch.setenv("SSL_CERT_DIR", "/nowhere")
    async with serving(ear, other.server(HOST)) as port:
        lead_to(monkeypatch, port)
        with pytest.raises(CertificateRefused):
            await post()
    assert ear.heard == b""
    assert not log.exists()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_s13_a_redirect_leads_a_signed_order_nowhere(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int
) -> None:
    thief = Ear()
    async with serving(thief) as elsewhere:
        moved = (
            f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{elsewhere}/\r\nContent-Length: 0\r\n\r\n"
        )
        ear = Ear(moved.encode())
        async with serving(ear, authority.server(HOST)) as port:
            lead_to(monkeypatch, port)
            clock = ExchangeClock()
            nonces = NonceSource(tmp_path / "nonce")
            client = RestClient(Transport(KRAKEN), clock, Credentials("canary", "YQ=="), nonces)
            answer = await client.place({"pair": "XBTUSD"}, clock.now_ms() + 60_000)
            await client.close()
    assert isinstance(answer, Lost)
    assert ear.heard.count(b"POST ") == 1
    assert thief.heard == b""


# -- a proxy that is named ---------------------------------------------------------------------------


class Proxy:
    """Tunnels to a port; keeps what passes before the tunnel stands."""

    def __init__(self, port: int, answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> None:
        self.asked = b""
        self._port, self._answer = port, answer

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += await reader.readuntil(b"\r\n\r\n")
        writer.write(self._answer)
        await writer.drain()
        if b" 200 " not in self._answer:
            return
        behind, before = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(_carry(reader, before), _carry(behind, writer))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(4096):
        writer.write(part)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def proxied(port: int) -> AsyncIterator[tuple[Proxy, str]]:
    proxy = Proxy(port)
    async with serving(proxy) as at:
        yield proxy, f"http://127.0.0.1:{at}"


async def test_s14_a_named_proxy_carries_the_tunnel_and_reads_nothing(authority: Authority) -> None:
    ear = Ear()
    async with serving(ear, authority.server(HOST)) as port, proxied(port) as (proxy, url):
        assert await post(url) == Reply(200, b"ok")
    assert proxy.asked.startswith(b"CONNECT api.kraken.com:443 ")
    assert b"canary" not in proxy.asked
    assert b"canary-sign" in ear.heard


async def test_s14_a_proxy_with_a_certificate_of_its_own_hears_no_byte_of_a_signed_request(
    authority: Authority,
) -> None:
    ear = Ear()
    async with serving(ear, Authority().server(HOST)) as port, proxied(port) as (_, url):
        with pytest.raises(CertificateRefused):
            await post(url)
    assert ear.heard == b""


async def test_a_proxy_that_refuses_is_said_and_nothing_was_sent(
    authority: Authority, tmp_path: Path
) -> None:
    refusing = Proxy(0, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    async with serving(refusing) as at:
        clock = ExchangeClock()
        nonces = NonceSource(tmp_path / "nonce")
        transport = Transport(KRAKEN, f"http://127.0.0.1:{at}")
        client = RestClient(transport, clock, Credentials("canary", "YQ=="), nonces)
        answer = await client.place({"pair": "XBTUSD"}, clock.now_ms() + 60_000)
        await client.close()
    assert isinstance(answer, NotSent)
    assert "the proxy gives no connection" in answer.reason
    assert b"canary" not in refusing.asked


async def test_s14_a_box_on_this_machine_is_reached_directly_whatever_proxy_is_named() -> None:
    ear = Ear()
    async with serving(ear) as port:
        transport = Transport(f"http://127.0.0.1:{port}", "http://127.0.0.1:1")
        assert (await transport.get("/0/public/Time", within_s=5, at_most=10)).body == b"ok"
        await transport.close()


async def test_s14_a_proxy_of_the_environment_is_not_used(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "ALL_PROXY", "https_proxy", "wss_proxy", "socks_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with serving(Ear(), authority.server(HOST)) as port:
        lead_to(monkeypatch, port)
        assert await post() == Reply(200, b"ok")


@pytest.mark.parametrize("through_proxy", [False, True])
async def test_the_websocket_goes_the_same_way(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, through_proxy: bool
) -> None:
    async def greet(connection: object) -> None:
        await connection.send("hello")  # type: ignore[attr-defined]

    async with serve(greet, "127.0.0.1", 0, ssl=authority.server(WS_HOST)) as server:
        port: int = next(iter(server.sockets)).getsockname()[1]
        if through_proxy:
            async with proxied(port) as (proxy, url):
                connection = await dial(PUBLIC, url)
                assert await connection.recv() == "hello"
                await connection.close()
            assert proxy.asked.startswith(b"CONNECT ws.kraken.com:443 ")
        else:
            lead_to(monkeypatch, port)
            connection = await dial(PUBLIC)
            assert await connection.recv() == "hello"
            with pytest.raises(ConnectionClosed):
                await connection.recv()
