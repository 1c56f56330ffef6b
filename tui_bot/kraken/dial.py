"""Opening a WebSocket connection: to Kraken or to a box on this machine, and to nothing else.

Source: Kraken API Center, guide to reconnecting (HTTP statuses of a refused upgrade).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui_bot import __version__
from tui_bot.kraken.frames import MAX_FRAME
from tui_bot.kraken.http import CONNECT_S, LOOPBACK, verified_tls
from tui_bot.sanitise import sanitise

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

#: Kraken's addresses, for the market and for the account; no others away from this machine are connected to.
PUBLIC = "wss://ws.kraken.com/v2"
PRIVATE = "wss://ws-auth.kraken.com/v2"

_CLOSE_S = 1.0
_MOST_WAITING = 64  # frames; beyond them the peer has to wait, and memory does not grow
_FORBIDDEN, _BUSY = (401, 403, 404), (429, 503)


class Dropped(Exception):
    """The connection is over, or never came about; the message says why in plain words.

    ``lasting`` is a trouble that trying again soon does not cure, ``busy`` one that wants longer pauses.
    """

    def __init__(self, reason: str, *, lasting: bool = False, busy: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting
        self.busy = busy


async def dial(url: str, proxy: str | None = None) -> ClientConnection:
    """Connect, without redirects, compression or anything from the environment.

    Kraken is reached through ``proxy`` (``http://HOST:PORT``) where one is named.

    Raises:
        Dropped: it did not come about.
    """
    import ssl

    from websockets.asyncio.client import connect
    from websockets.exceptions import InvalidStatus, WebSocketException

    class Direct(connect):
        def process_redirect(self, exc: Exception) -> Exception:
            return exc

    silent = logging.getLogger("tui_bot.kraken.dial")
    silent.setLevel(logging.WARNING)  # at DEBUG the library would write every frame
    try:
        return await Direct(
            checked_websocket(url),
            ssl=verified_tls() if url in (PUBLIC, PRIVATE) else None,
            proxy=proxy if url in (PUBLIC, PRIVATE) else None,
            compression=None,
            ping_interval=None,
            open_timeout=CONNECT_S,
            close_timeout=_CLOSE_S,
            max_size=MAX_FRAME,
            max_queue=_MOST_WAITING,
            user_agent_header=f"tui-bot/{__version__}",
            logger=silent,
        )
    except InvalidStatus as fault:
        status = fault.response.status_code
        lasting = status in _FORBIDDEN or 300 <= status < 400
        trouble = Dropped(f"refused with HTTP {status}", lasting=lasting, busy=status in _BUSY)
    except ssl.SSLCertVerificationError:
        trouble = Dropped("the certificate of the other end is not valid for Kraken", lasting=True)
    except TimeoutError:
        trouble = Dropped(f"no connection within {CONNECT_S:g} s")
    except (OSError, EOFError, WebSocketException) as fault:
        trouble = Dropped(f"no connection ({type(fault).__name__})")
    raise trouble


def private_of(url: str) -> str:
    """Where the account's stream is, by the market's: a box has one address for both."""
    return PRIVATE if url == PUBLIC else url


def checked_websocket(url: str) -> str:
    """The address, if it may be connected to.

    Raises:
        ValueError: it is neither one of Kraken's nor ``ws://`` on the loopback interface.
    """
    if url in (PUBLIC, PRIVATE):
        return url
    try:
        parts = urlsplit(url)
        local = parts.scheme == "ws" and parts.hostname in LOOPBACK and parts.port is not None
    except ValueError:
        local = False
    if not local or parts.username or parts.query or parts.fragment:
        raise ValueError(
            f"refusing the WebSocket address {sanitise(url, 80)!r}: only {PUBLIC}, {PRIVATE}"
            " and ws:// addresses of this machine are allowed"
        )
    return url
