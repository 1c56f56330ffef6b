"""The REST face: one pipeline from a request to an answer, the same for every endpoint.

Kraken answers HTTP 200 with an `error` array for nearly everything that goes wrong; so does the box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from tui_bot.paper import answer, private, public
from tui_bot.paper.answer import Answer
from tui_bot.paper.auth import authenticate, read_body
from tui_bot.paper.box import Box
from tui_bot.paper.control import box_call
from tui_bot.paper.gateway import perform
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.seam import Call, pass_through

_DURING_MAINTENANCE = frozenset({"Time", "SystemStatus"})


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


def respond(box: Box, request: Request) -> Answer:
    """Does what a request asks, at the exchange's time of its arrival."""
    box.catch_up()
    try:
        if request.path.startswith("/box/"):
            return answer.plain(box_call(box, request))
        return pass_through(box, _call(box, request))
    except Refusal as refusal:
        return answer.refused(refusal.text)


def _call(box: Box, request: Request) -> Call:
    """The Kraken method a request names. Raises Refusal when there is none."""
    folder, _, name = request.path.rpartition("/")
    if folder == "/0/public" and name in public.METHODS:
        return _public_call(box, request, name)
    if folder == "/0/private" and name in private.PERMISSIONS and request.method == "POST":
        return _private_call(box, request, name)
    raise Refusal("EGeneral:Unknown method")


def _public_call(box: Box, request: Request, name: str) -> Call:
    if request.method != "GET":
        raise Refusal("EGeneral:Unknown method")

    def admit() -> None:
        if box.exchange.system == "maintenance" and name not in _DURING_MAINTENANCE:
            raise Refusal("EService:Unavailable")

    return Call(name, request.query, admit, partial(public.METHODS[name], box.exchange, request.query))


def _private_call(box: Box, request: Request, name: str) -> Call:
    params = read_body(request.headers.get("content-type", ""), request.body)

    def admit() -> None:
        key = authenticate(box.keys, request.headers, request.path, request.body, params)
        box.nonce_used()
        if key.locked_until_ns > box.exchange.now_ns:
            raise Refusal("EGeneral:Temporary lockout")
        box.rates.call(name, box.exchange.now_ns)

    return Call(name, params, admit, partial(perform, box, box.key, name, params))
