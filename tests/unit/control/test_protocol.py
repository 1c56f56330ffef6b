"""Lines of the control socket: what is not exactly right is refused (S23)."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest

from tui_bot.control.protocol import (
    LONGEST_PATIENCE_MS,
    LONGEST_REQUEST,
    Answer,
    Hello,
    Outcome,
    ProtocolError,
    Request,
    Verb,
    decode_answer,
    decode_hello,
    decode_request,
    encode,
)

REQUEST = Request("a" * 32, "b" * 32, Verb.PAUSE, 5_000, 10_000)


def line(**changes: Any) -> bytes:
    """A request with other fields; None takes one away."""
    fields = {**asdict(REQUEST), "verb": REQUEST.verb.value, **changes}
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode() + b"\n"


def test_each_kind_comes_back_as_it_was() -> None:
    hello = Hello("c" * 32, 17, 42)
    assert decode_hello(encode(hello)) == hello
    assert decode_request(encode(REQUEST)) == REQUEST
    answer = Answer(Outcome.NOT_FLAT, ("start", "end"), {"schema": 1})
    assert decode_answer(encode(answer)) == answer


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\n",
        b"pause\n",
        b"{}\n",
        b"[1]\n",
        b"\xff\xfe\n",
        b"[" * 1_000 + b"\n",
        encode(REQUEST)[:-1],
        line(verb="format"),
        line(verb=["pause"]),
        line(verb=None),
        line(extra=1),
        line(token="short"),
        line(token="a b" * 8),
        line(token="ä" * 32),
        line(id=7),
        line(expires_ms=True),
        line(expires_ms="5000"),
        line(expires_ms=-1),
        line(expires_ms=1.5),
        line(patience_ms=LONGEST_PATIENCE_MS + 1),
        line(id="b" * LONGEST_REQUEST),
    ],
)
def test_s23_what_is_no_request_is_refused_without_repeating_it(bad: bytes) -> None:
    with pytest.raises(ProtocolError) as refused:
        decode_request(bad)
    assert len(str(refused.value)) < 100
    assert "bbbb" not in str(refused.value)


@pytest.mark.parametrize(
    "bad",
    [
        b'{"outcome":"done","lines":"text","status":null}\n',
        b'{"outcome":"done","lines":[1],"status":null}\n',
        b'{"outcome":"done","lines":[],"status":[]}\n',
        b'{"outcome":"fine","lines":[],"status":null}\n',
        b'{"outcome":{},"lines":[],"status":null}\n',
    ],
)
def test_what_is_no_answer_is_refused(bad: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_answer(bad)


def test_another_version_is_told() -> None:
    with pytest.raises(ProtocolError, match="speaks version 2, not 1"):
        decode_hello(encode(Hello("c" * 32, 17, 42, 2)))
