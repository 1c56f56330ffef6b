"""Answers to requests. Members stand in alphabetical order, as recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui_bot.paper.ws.text import dumps, timestamp

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One frame from a client. `req_id` is None when it gave none; `in_ns` is when it came."""

    method: str
    params: Params
    req_id: Any
    in_ns: int


def success(request: Request, out_ns: int, result: Any = None, **more: Any) -> str:
    """A positive answer; `more` are members beside `result`."""
    members = {"method": request.method, **more, "success": True}
    if result is not None:
        members["result"] = result
    return _frame(request, out_ns, members)


def failure(request: Request, out_ns: int, error: str, **more: Any) -> str:
    """A negative answer: `error` is one text, there is no `result`."""
    return _frame(request, out_ns, {"error": error, "method": request.method, "success": False, **more})


def pong(request: Request, out_ns: int) -> str:
    """The answer to a ping."""
    return _frame(request, out_ns, {"method": "pong"})


def status(system: str, connection: int) -> str:
    """What is pushed on connect and when the system's state changes."""
    row = {"api_version": "v2", "connection_id": connection, "system": system, "version": "2.0.10"}
    return dumps({"channel": "status", "data": [row], "type": "update"})


HEARTBEAT = '{"channel":"heartbeat"}'


def _frame(request: Request, out_ns: int, members: dict[str, Any]) -> str:
    if request.req_id is not None:
        members["req_id"] = request.req_id
    members["time_in"] = timestamp(request.in_ns)
    members["time_out"] = timestamp(out_ns)
    return dumps(dict(sorted(members.items())))
