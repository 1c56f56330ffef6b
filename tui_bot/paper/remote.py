"""Asks a running box on this machine for its account, clock and books; tells one its prices and faults."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import SplitResult, urlsplit

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LARGEST_ANSWER = 64 * 1024
_LARGEST_BOOKS = 64 * 1024 * 1024


class VisitError(Exception):
    """No box answered; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class BoxVisit:
    """A box's play-money key and its clock. `now_ms` was true at `measured_at_monotonic` (time.monotonic
    seconds).
    """

    key: str
    secret: str
    speed: float
    now_ms: int
    measured_at_monotonic: float


@dataclass(frozen=True, slots=True)
class BoxClock:
    """A box's clock: what it read when it was asked, and exchange seconds per real second."""

    now_ms: int
    speed: float


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def _why(error: Exception) -> object:
    cause = getattr(error, "reason", None) or error
    return getattr(cause, "strerror", None) or cause


def visit(rest_url: str, timeout: float) -> BoxVisit:
    """Asks `rest_url` (http on loopback, no proxies). `timeout` in seconds. Raises VisitError."""
    before = time.monotonic()
    content = _asked(rest_url, "account", timeout)
    after = time.monotonic()
    try:
        speed, now_ms = float(content["speed"]), int(content["now_ms"])
        return BoxVisit(str(content["key"]), str(content["secret"]), speed, now_ms, (before + after) / 2)
    except (KeyError, TypeError, ValueError):
        raise _no_box(rest_url) from None


def box_clock(rest_url: str, timeout: float) -> BoxClock:
    """Asks the box at `rest_url` for its clock alone, as `visit` does for its account. Raises VisitError."""
    content = _asked(rest_url, "clock", timeout)
    try:
        return BoxClock(int(content["now_ms"]), float(content["speed"]))
    except (KeyError, TypeError, ValueError):
        raise _no_box(rest_url) from None


def box_ledger(rest_url: str, timeout: float) -> dict[str, Any]:
    """What really happened in the box at `rest_url` (see `truth`). Raises VisitError."""
    return _asked(rest_url, "ledger", timeout, most=_LARGEST_BOOKS)


def box_faults(rest_url: str, timeout: float, script: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The rules that wait in the box at `rest_url` (see `faults`), after a `script` of more was handed in.
    Raises VisitError.
    """
    body = None if script is None else json.dumps(script).encode()
    return _asked(rest_url, "faults", timeout, body, _LARGEST_BOOKS)


class Errand:
    """Goes to the box at `rest_url` again and again, on one connection. `timeout` in seconds."""

    def __init__(self, rest_url: str, timeout: float) -> None:
        parts = _checked(rest_url)
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)

    def push(self, members: Mapping[str, Any]) -> None:
        """Tells it what a source showed (see `push`). Raises VisitError when it did not take that."""
        try:
            self._connection.request("POST", "/box/market", json.dumps(members))
            answer = json.loads(self._connection.getresponse().read(_LARGEST_ANSWER))
            errors = answer.get("error")
        except (OSError, HTTPException, ValueError, AttributeError) as error:
            self._connection.close()  # the next one opens it again
            raise VisitError(f"the box does not answer ({_why(error)})") from None
        if errors:
            raise VisitError(str(errors[0]).removeprefix("EGeneral:Invalid arguments:"))

    def close(self) -> None:
        """Hangs up."""
        self._connection.close()


def _checked(rest_url: str) -> SplitResult:
    try:
        parts = urlsplit(rest_url)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK and parts.port != 0
    except ValueError:  # a port that there is not
        local = False
    if not local:
        raise VisitError(f"{rest_url} is not a box on this machine; a box is at http://127.0.0.1:PORT")
    return parts


def _asked(
    rest_url: str, what: str, timeout: float, body: bytes | None = None, most: int = _LARGEST_ANSWER
) -> dict[str, Any]:
    """What a box says of itself; a `body` is posted."""
    parts = _checked(rest_url)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    try:
        with opener.open(f"http://{parts.netloc}/box/{what}", body, timeout) as answer:
            content = json.loads(answer.read(most))
    except (URLError, OSError, ValueError) as error:
        raise VisitError(
            f"no box answers at {rest_url} ({_why(error)}); start one with `tui-bot exchange`"
        ) from error
    if not isinstance(content, dict) or content.get("box") != "not Kraken":
        raise _no_box(rest_url)
    return content


def _no_box(rest_url: str) -> VisitError:
    return VisitError(f"what answers at {rest_url} is not a box; check the address")
