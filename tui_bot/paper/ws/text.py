"""JSON as Kraken's WebSocket v2 writes it: numbers at the pair's precision with trailing zeros.

A number never passes through a binary float, in neither direction: what goes out is written from its text,
what comes in keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from typing import Any

from tui_bot.paper.clock import NS_PER_SECOND


class Number(str):
    """The text of a JSON number."""

    __slots__ = ()


class Float(Number):
    """A number that came with a fraction or an exponent."""

    __slots__ = ()


class Whole(Number):
    """A number that came without."""

    __slots__ = ()


def dumps(value: Any) -> str:
    """Compact JSON; a `Number` and a Decimal are written digit by digit."""
    if isinstance(value, Number):
        return str.__str__(value)
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if value is True or value is False or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f'"{name}":{dumps(member)}' for name, member in value.items()) + "}"
    if isinstance(value, Iterable):
        return "[" + ",".join(map(dumps, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no place in a frame")


def loads(text: str) -> Any:
    """JSON with numbers as `Float` and `Whole`. Raises ValueError, RecursionError."""
    return json.loads(text, parse_float=Float, parse_int=Whole, parse_constant=_no_constant)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def timestamp(ns: int, digits: int = 6) -> str:
    """RFC3339 in UTC with so many fractional digits."""
    second, fraction = divmod(ns, NS_PER_SECOND)
    moment = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{fraction:09d}"[: 20 + digits] + "Z"
