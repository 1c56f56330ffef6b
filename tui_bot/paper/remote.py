"""Asks a running box on this machine for its account and clock."""

from __future__ import annotations

import json
import time
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LARGEST_ANSWER = 64 * 1024


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


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def _why(error: Exception) -> object:
    cause = getattr(error, "reason", None) or error
    return getattr(cause, "strerror", None) or cause


def visit(rest_url: str, timeout: float) -> BoxVisit:
    """Asks `rest_url` (http on loopback, no proxies). `timeout` in seconds. Raises VisitError."""
    parts = urlsplit(rest_url)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        raise VisitError(f"{rest_url} is not a box on this machine; a box is at http://127.0.0.1:PORT")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    before = time.monotonic()
    try:
        with opener.open(f"http://{parts.netloc}/box/account", timeout=timeout) as answer:
            content = json.loads(answer.read(_LARGEST_ANSWER))
    except (URLError, OSError, ValueError) as error:
        raise VisitError(
            f"no box answers at {rest_url} ({_why(error)}); start one with `tui-bot exchange`"
        ) from error
    after = time.monotonic()
    try:
        if content["box"] != "not Kraken":
            raise ValueError("no mark")
        speed, now_ms = float(content["speed"]), int(content["now_ms"])
        return BoxVisit(str(content["key"]), str(content["secret"]), speed, now_ms, (before + after) / 2)
    except (KeyError, TypeError, ValueError):
        raise VisitError(f"what answers at {rest_url} is not a box; check the address") from None
