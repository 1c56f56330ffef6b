"""The bytes to Kraken and back: one HTTP/1.1 connection pool with hard limits.

Built on httpx's transport alone: no redirects, cookies, environment or retries exist on this path, so none
has to be switched off. A proxy is used only where one is named; TLS goes through it to Kraken itself.
Bodies are asked for and read uncompressed.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass

import certifi
import httpx

from tui_bot import __version__
from tui_bot.sanitise import sanitise

KRAKEN = "https://api.kraken.com"

CONNECT_S = 5.0

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_KEEP_ALIVE_S = 20.0  # below what gateways between here and Kraken forget silently
_HEADERS = (
    ("User-Agent", f"tui-bot/{__version__}"),
    ("Accept", "application/json"),
    ("Accept-Encoding", "identity"),
)

#: So many targets are remembered as addresses.
_MOST_URLS = 100

for _name in ("httpx", "httpcore"):  # at DEBUG they would write headers, the key among them
    logging.getLogger(_name).setLevel(logging.WARNING)


class TransportError(Exception):
    """No usable answer. ``lasting`` is a trouble that waiting does not cure."""

    lasting = False


class NeverSent(TransportError):
    """No connection, so no byte of the request left this machine."""


class NoAnswer(TransportError):
    """The request, or a part of it, may have arrived; its answer did not."""


class CertificateRefused(NeverSent):
    """The other end could not prove that it is Kraken."""

    lasting = True


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer."""

    status: int
    body: bytes


class Transport:
    """Connections to one address; to Kraken through ``proxy`` (``http://HOST:PORT``) where one is named.

    Raises:
        ValueError: the address is neither Kraken's own nor a plain one on this machine.
    """

    def __init__(self, base_url: str, proxy: str | None = None) -> None:
        self._base = checked_address(base_url)
        far = self._base.host not in LOOPBACK
        self._urls: dict[str, httpx.URL] = {}
        self._pool = httpx.AsyncHTTPTransport(
            verify=verified_tls(),
            trust_env=False,
            proxy=httpx.Proxy(proxy) if proxy and far else None,
            http1=True,
            http2=False,
            retries=0,
            limits=httpx.Limits(
                max_connections=8, max_keepalive_connections=4, keepalive_expiry=_KEEP_ALIVE_S
            ),
        )

    async def get(self, target: str, *, within_s: float, at_most: int) -> Reply:
        """GET a path with its query; see ``_send`` for limits and errors."""
        return await self._send("GET", self._url(target), _HEADERS, None, within_s, at_most)

    async def post(
        self, path: str, body: str, headers: Sequence[tuple[str, str]], *, within_s: float, at_most: int
    ) -> Reply:
        """POST a form exactly as given; see ``_send`` for limits and errors."""
        form = (*_HEADERS, ("Content-Type", "application/x-www-form-urlencoded"), *headers)
        return await self._send("POST", self._url(path), form, body.encode(), within_s, at_most)

    def _url(self, target: str) -> httpx.URL:
        """Most targets come again and again, and to parse one takes longer than to sign it."""
        if len(self._urls) > _MOST_URLS:
            self._urls.clear()
        return self._urls.get(target) or self._urls.setdefault(target, self._base.join(target))

    async def close(self) -> None:
        """Drop all connections."""
        await self._pool.aclose()

    async def _send(
        self,
        verb: str,
        url: httpx.URL,
        headers: Sequence[tuple[str, str]],
        content: bytes | None,
        within_s: float,
        at_most: int,
    ) -> Reply:
        """Send one request and read its answer to the last byte.

        ``within_s`` is the time for all of it in seconds, ``at_most`` the longest body in bytes.

        Raises:
            NeverSent: there was no connection.
            NoAnswer: the connection broke, the time was over, or the answer was too long.
        """
        waits = {"connect": CONNECT_S, "read": within_s, "write": within_s, "pool": CONNECT_S}
        extensions = {"timeout": waits}
        request = httpx.Request(verb, url, headers=headers, content=content, extensions=extensions)
        try:
            async with asyncio.timeout(within_s):
                response = await self._pool.handle_async_request(request)
                try:
                    return Reply(response.status_code, await _body(response, at_most))
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as fault:
            trouble = _unconnected(fault)
        except TimeoutError:
            trouble = NoAnswer(f"no complete answer within {within_s:g} s")
        except NoAnswer as fault:
            trouble = fault
        except (httpx.HTTPError, httpx.StreamError, OSError) as fault:
            trouble = NoAnswer(f"the connection broke ({type(fault).__name__})")
        # Raised out here: httpx's exceptions hold the request, and with it the signed headers.
        raise trouble


def verified_tls() -> ssl.SSLContext:
    """TLS 1.2 or newer that verifies the other end and takes nothing from the environment."""
    # Not the standard library's default context: that one opens what SSLKEYLOGFILE names.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    return context


async def _body(response: httpx.Response, at_most: int) -> bytes:
    # The raw stream: what a peer compressed against our wish is never inflated.
    stream = response.stream
    if not isinstance(stream, AsyncIterable):
        raise NoAnswer("the answer cannot be read")
    parts = []
    length = 0
    async for part in stream:
        length += len(part)
        if length > at_most:
            raise NoAnswer(f"the answer is longer than {at_most // 1024} KiB")
        parts.append(part)
    return b"".join(parts)


def _unconnected(fault: httpx.TransportError) -> TransportError:
    if "CERTIFICATE" in str(fault).upper():
        return CertificateRefused("the certificate of the other end is not valid for Kraken")
    if isinstance(fault, httpx.ProxyError):
        return NeverSent(f"the proxy gives no connection: {sanitise(fault, 120)}")
    if isinstance(fault, httpx.ConnectError):
        return NeverSent(f"no connection: {sanitise(fault, 120)}")
    return NeverSent("no connection within 5 s")


def checked_address(base_url: str) -> httpx.URL:
    """The base address, if it may be talked to.

    Raises:
        ValueError: it is neither ``https://api.kraken.com`` nor ``http://`` on the loopback interface.
    """
    if base_url.rstrip("/") == KRAKEN:
        return httpx.URL(KRAKEN)
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL("")
    local = url.scheme == "http" and url.host in LOOPBACK
    if not local or url.userinfo or url.path not in ("", "/") or url.query or url.fragment:
        raise ValueError(
            f"refusing the exchange address {sanitise(base_url, 80)!r}: only {KRAKEN} and http:// addresses"
            " of this machine are allowed"
        )
    return url
