"""What goes over the control socket: three lines of JSON, each of known shape and size.

The bot says ``Hello`` with a token for this connection and its own count of time. The client answers with
one ``Request``: it carries the token, an id of its own and the time by the bot's count at which it is void.
One that was held up anywhere on the way, or is played again, is refused. The bot ends with an ``Answer``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any, TypeVar

E = TypeVar("E", bound=Enum)

VERSION = 1

#: Bytes of the longest line either side takes.
LONGEST_REQUEST = 2_048
LONGEST_ANSWER = 256 * 1_024

#: Milliseconds after the hello for which a request may be good, and for which its outcome may be awaited.
LONGEST_VALIDITY_MS = 30_000
LONGEST_PATIENCE_MS = 3_600_000


class ProtocolError(Exception):
    """A line is not what it should be; the message says what, never more of the line."""


class Verb(Enum):
    """What may be asked."""

    STATUS = "status"
    PAUSE = "pause"
    RESUME = "resume"
    FLATTEN = "flatten"
    FLATTEN_FOREIGN = "flatten foreign"
    STOP = "stop"


class Outcome(Enum):
    """What became of it."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    TIMED_OUT = "timed out"
    NOT_FLAT = "not flat"


@dataclass(frozen=True, slots=True)
class Hello:
    """The bot's first line. ``now_ms`` counts from anywhere and never steps back."""

    token: str
    now_ms: int
    pid: int
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Request:
    """The client's only line. ``patience_ms`` is how long the outcome is awaited."""

    token: str
    id: str
    verb: Verb
    expires_ms: int
    patience_ms: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The bot's last line: the outcome, what to tell a person, and its status (see ``status``)."""

    outcome: Outcome
    lines: tuple[str, ...] = ()
    status: dict[str, Any] | None = field(default=None)


def encode(message: Hello | Request | Answer) -> bytes:
    """One line, with its end."""
    return (
        json.dumps(asdict(message), default=lambda enum: enum.value, separators=(",", ":")).encode() + b"\n"
    )


def decode_hello(line: bytes) -> Hello:
    """Raises ProtocolError."""
    fields = _fields(line, LONGEST_REQUEST, Hello)
    if _number(fields, "version", 1, 1_000) != VERSION:
        raise ProtocolError(f"the bot speaks version {fields['version']}, not {VERSION}")
    return Hello(_text(fields, "token"), _number(fields, "now_ms"), _number(fields, "pid"))


def decode_request(line: bytes) -> Request:
    """Raises ProtocolError."""
    fields = _fields(line, LONGEST_REQUEST, Request)
    return Request(
        token=_text(fields, "token"),
        id=_text(fields, "id"),
        verb=_word(fields, "verb", Verb),
        expires_ms=_number(fields, "expires_ms"),
        patience_ms=_number(fields, "patience_ms", 0, LONGEST_PATIENCE_MS),
    )


def decode_answer(line: bytes) -> Answer:
    """Raises ProtocolError."""
    fields = _fields(line, LONGEST_ANSWER, Answer)
    lines, status = fields["lines"], fields["status"]
    if not isinstance(lines, list) or not all(isinstance(text, str) for text in lines):
        raise ProtocolError("its lines are no list of texts")
    if status is not None and not isinstance(status, dict):
        raise ProtocolError("its status is no object")
    return Answer(_word(fields, "outcome", Outcome), tuple(lines), status)


def _fields(line: bytes, longest: int, kind: type) -> dict[str, Any]:
    """The fields of a line, exactly those of the kind."""
    if len(line) > longest or not line.endswith(b"\n"):
        raise ProtocolError(f"a line of at most {longest} bytes was expected")
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise ProtocolError("it is not JSON") from None
    if not isinstance(fields, dict) or set(fields) != set(kind.__slots__):  # type: ignore[attr-defined]
        raise ProtocolError(f"its fields are not those of {kind.__name__.lower()}")
    return fields


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str) or not 8 <= len(value) <= 64 or not value.isascii() or not value.isalnum():
        raise ProtocolError(f"{name} is no word of 8 to 64 letters and digits")
    return value


def _number(fields: dict[str, Any], name: str, least: int = 0, most: int = 2**63) -> int:
    value = fields[name]
    if type(value) is not int or not least <= value <= most:
        raise ProtocolError(f"{name} is no whole number from {least} to {most}")
    return value


def _word(fields: dict[str, Any], name: str, kind: type[E]) -> E:
    try:
        return kind(fields[name])
    except ValueError:
        raise ProtocolError(f"{name} is none that is known") from None
