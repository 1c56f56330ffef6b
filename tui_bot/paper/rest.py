"""The REST face: one pipeline from a request to an answer, the same for every endpoint.

Kraken answers HTTP 200 with an `error` array for nearly everything that goes wrong; so does the box.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tui_bot.paper import private, public, truth
from tui_bot.paper.auth import authenticate, read_body, read_members, unsigned
from tui_bot.paper.box import Box
from tui_bot.paper.clock import NS_PER_MS, ManualClock
from tui_bot.paper.gateway import perform
from tui_bot.paper.refusal import Refusal, invalid

_DURING_MAINTENANCE = frozenset({"Time", "SystemStatus"})
_LONGEST_STEP_MS = 366 * 86_400_000


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; the body is JSON."""

    status: int
    body: bytes


def respond(box: Box, request: Request) -> Answer:
    """Does what a request asks, at the exchange's time of its arrival."""
    box.catch_up()
    try:
        if request.path.startswith("/box/"):
            return _answer(_box_call(box, request))
        result = _kraken_call(box, request)
    except Refusal as refusal:
        return _answer({"error": [refusal.text]})
    return _answer({"error": [], "result": result})


def _answer(content: Any) -> Answer:
    return Answer(200, json.dumps(content, separators=(",", ":")).encode())


def _kraken_call(box: Box, request: Request) -> Any:
    folder, _, name = request.path.rpartition("/")
    if folder == "/0/public" and name in public.METHODS:
        if request.method != "GET":
            raise Refusal("EGeneral:Unknown method")
        if box.exchange.system == "maintenance" and name not in _DURING_MAINTENANCE:
            raise Refusal("EService:Unavailable")
        return public.METHODS[name](box.exchange, request.query)
    if folder == "/0/private" and name in private.PERMISSIONS:
        if request.method != "POST":
            raise Refusal("EGeneral:Unknown method")
        return _private_call(box, request, name)
    raise Refusal("EGeneral:Unknown method")


def _private_call(box: Box, request: Request, name: str) -> Any:
    params = read_body(request.headers.get("content-type", ""), request.body)
    key = authenticate(box.keys, request.headers, request.path, request.body, params)
    box.nonce_used()
    box.exchange.rates.call(name, box.exchange.now_ns)
    return perform(box, key, name, params)


def _box_call(box: Box, request: Request) -> dict[str, Any]:
    call = (request.method, request.path)
    if call == ("GET", "/box/ledger"):
        return truth.ledger(box.exchange)
    if call == ("GET", "/box/clock"):
        return _clock(box)
    if call == ("GET", "/box/account"):
        return {
            "box": truth.MARK,
            "key": box.key.key,
            "secret": box.key.secret,
            "speed": _plain(box.clock.speed),
            "now_ms": box.exchange.now_ns // NS_PER_MS,
            "pairs": [pair.symbol for pair in box.exchange.pairs],
        }
    if call == ("POST", "/box/status"):
        return _set_status(box, request)
    if call == ("POST", "/box/advance"):
        params = read_body("application/json", request.body)
        if not isinstance(box.clock, ManualClock):
            raise Refusal("EGeneral:Invalid arguments:the clock runs by itself; start the box with --speed 0")
        box.clock.advance_ns(unsigned(params, "ms", 0, _LONGEST_STEP_MS) * NS_PER_MS)
        box.catch_up()
        return _clock(box)
    raise Refusal("EGeneral:Unknown method")


def _clock(box: Box) -> dict[str, Any]:
    now_ms = box.exchange.now_ns // NS_PER_MS
    speed, finished = _plain(box.clock.speed), box.exchange.finished
    return {"box": truth.MARK, "now_ms": now_ms, "speed": speed, "finished": finished}


def _set_status(box: Box, request: Request) -> dict[str, Any]:
    params = read_members(request.body)
    pairs = params.get("pair", {})
    if not isinstance(pairs, dict):
        raise invalid("pair")
    if "system" in params:
        box.exchange.set_status(str(params["system"]))
    for name, status in pairs.items():
        box.exchange.set_status(str(status), str(name))
    return {"box": truth.MARK, "system": box.exchange.system, "pair": dict(box.exchange.pair_status)}


def _plain(speed: float) -> int | float:
    return int(speed) if speed == int(speed) else speed
