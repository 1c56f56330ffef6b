"""Bodies no client should trust: gateway pages, and answers spoiled on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from tui_bot.paper.answer import Answer

_BOMB_BYTES = 64 * 1024 * 1024
_HUGE_BYTES = 8 * 1024 * 1024
_DEPTH = 100_000
_DIGITS = 5_000


def page(kind: str, status: int) -> tuple[str, bytes]:
    """Content type and body of a page that is not Kraken's API."""
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Web server error"
    pages = {
        "empty": ("text/html", ""),
        "json": ("application/json", json.dumps({"error": [f"EService:{phrase}"]})),
        "captcha": ("text/html", "<!DOCTYPE html><title>Just a moment...</title><h1>Are you human?</h1>"),
    }
    html = f"<!DOCTYPE html><title>api.kraken.com | {status}: {phrase}</title><h1>{phrase}</h1>cloudflare"
    content, text = pages.get(kind, ("text/html; charset=UTF-8", html))
    return content, text.encode()


def spoiled(answer: Answer, kind: str) -> Answer:
    """An answer with its body spoiled in a named way."""
    if kind == "GZIP_BOMB":
        import gzip

        return replace(answer, body=gzip.compress(bytes(_BOMB_BYTES)), headers={"content-encoding": "gzip"})
    spoil = _KINDS.get(kind, _truncated)
    return replace(answer, body=spoil(answer.body))


def _truncated(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _deep(_body: bytes) -> bytes:
    return b'{"error":[],"result":' + b"[" * _DEPTH + b"]" * _DEPTH + b"}"


def _huge(_body: bytes) -> bytes:
    return b'{"error":[],"result":{"filler":"' + b"x" * _HUGE_BYTES + b'"}}'


def _huge_int(body: bytes) -> bytes:
    return _with_numbers(body, "9" * _DIGITS)


def _nan(body: bytes) -> bytes:
    return _with_numbers(body, "NaN")


def _with_numbers(body: bytes, text: str) -> bytes:
    """Every number in text replaced by a bare one."""
    marked = _mapped(json.loads(body), lambda value: "\0" if _numeric(value) else value)
    return json.dumps(marked).replace(json.dumps("\0"), text).encode()


def _duplicated(body: bytes) -> bytes:
    """Every member of the envelope twice, first with nothing in it."""
    return b'{"result":null,"error":[],' + body[1:]


def _wrong_type(body: bytes) -> bytes:
    content = json.loads(body)
    content["result"] = [] if isinstance(content.get("result"), dict) else "nothing"
    return json.dumps(content).encode()


def _text(filler: str) -> Callable[[bytes], bytes]:
    def spoil(body: bytes) -> bytes:
        content = json.loads(body)
        spoilt = _mapped(content, lambda value: value if _numeric(value) else value + filler)
        return json.dumps(spoilt).encode()

    return spoil


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped(member, change) for name, member in value.items()}
    return [_mapped(member, change) for member in value] if isinstance(value, list) else value


def _numeric(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("+-").isdigit()


_KINDS: dict[str, Callable[[bytes], bytes]] = {
    "TRUNC": _truncated,
    "DEEP": _deep,
    "HUGE": _huge,
    "HUGE_INT": _huge_int,
    "NAN_LIT": _nan,
    "DUP_KEYS": _duplicated,
    "WRONG_TYPE": _wrong_type,
    "ESC_TEXT": _text("\x1b[2J\x1b]0;owned\x07"),
    "MARKUP_TEXT": _text("[bold red]markup[/][/not"),
    "BIDI": _text("\u202e\u2066evil\u2069"),
}
