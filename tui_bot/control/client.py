"""The other side of the door: find the bot of a state folder and ask it one thing."""

from __future__ import annotations

import os
import secrets
import socket
import time
from contextlib import closing
from pathlib import Path

from tui_bot.control.address import AddressError, peer_uid, reachable
from tui_bot.control.protocol import (
    LONGEST_ANSWER,
    LONGEST_REQUEST,
    LONGEST_VALIDITY_MS,
    Answer,
    ProtocolError,
    Request,
    Verb,
    decode_answer,
    decode_hello,
    encode,
)

#: Seconds within which a bot that lives says hello, and more than its patience within which it answers.
HELLO_S = 5.0
GRACE_S = 5.0


class NobodyError(Exception):
    """Nobody listens: there is no socket, or one that a dead bot left."""


class SilentError(Exception):
    """Somebody listens and does not answer as a bot does; the message says what."""


def ask(folder: Path, verb: Verb, patience_s: float, hello_s: float = HELLO_S) -> Answer:
    """Ask the bot of this state folder one thing. Raises NobodyError or SilentError."""
    with closing(_connect(folder, hello_s)) as connection:
        try:
            with connection.makefile("rb") as lines:
                first = lines.readline(LONGEST_REQUEST + 1)
                if not first:
                    raise SilentError(f"the bot of {folder} is busy or ending; try again")
                hello = decode_hello(first)
                expires_ms = hello.now_ms + min(LONGEST_VALIDITY_MS, int(hello_s * 1000))
                patience_ms = int(patience_s * 1000)
                request = Request(hello.token, secrets.token_hex(16), verb, expires_ms, patience_ms)
                connection.sendall(encode(request))
                connection.settimeout(patience_s + GRACE_S)
                last = lines.readline(LONGEST_ANSWER + 1)
                if not last:
                    raise SilentError(f"the bot of {folder} ended before it answered; look at what stays")
                return decode_answer(last)
        except TimeoutError:
            raise SilentError(f"the bot does not answer ({folder})") from None
        except (ProtocolError, OSError) as error:
            raise SilentError(f"the bot has not answered as it should: {error} ({folder})") from None


def _connect(folder: Path, within_s: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(within_s)
    end = time.monotonic() + within_s
    try:
        with reachable(folder) as address:
            while True:
                try:
                    connection.connect(address)
                    break
                except BlockingIOError:  # its queue is full
                    if time.monotonic() > end:
                        raise TimeoutError from None
                    time.sleep(0.05)
        if peer_uid(connection) != os.geteuid():
            raise SilentError(f"the bot of {folder} is another user's; ask as that user")
    except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
        connection.close()
        raise NobodyError from None
    except AddressError as error:
        connection.close()
        raise SilentError(str(error)) from None
    except PermissionError:
        connection.close()
        raise SilentError(f"the state folder {folder} is another user's; ask as that user") from None
    except OSError as error:
        connection.close()
        raise SilentError(f"the bot cannot be reached: {error.strerror or 'no answer'} ({folder})") from None
    except BaseException:
        connection.close()
        raise
    return connection
