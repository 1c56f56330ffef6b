"""Strict JSON for answers from outside: nothing repeated, nothing endless, numbers exact."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import NoReturn

MAX_DEPTH = 32
MAX_DIGITS = 30

#: The longest answer that is read, and the longest to an order, in bytes.
MAX_BYTES = 4 * 1024 * 1024
MAX_ORDER_BYTES = 64 * 1024


class DecodeError(ValueError):
    """The bytes are not JSON that can be trusted."""


def decode(body: bytes) -> object:
    """The value of a JSON text: objects as dict, numbers as int or Decimal.

    Raises:
        DecodeError: not UTF-8 or not JSON, nested deeper than 32, a repeated member, NaN or Infinity,
            or a number of more than 30 digits.
    """
    try:
        value = _JSON.decode(body.decode("utf-8"))
    except RecursionError:
        raise DecodeError("nested too deeply") from None
    except DecodeError:
        raise
    except ValueError:  # the text of these would quote the answer
        raise DecodeError("not JSON") from None
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        _check_depth(value)
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise DecodeError("a member is there twice")
    return members


def _fraction(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except ArithmeticError:  # an exponent beyond what Decimal can hold
        raise DecodeError("a number is too large") from None
    long = len(text) > MAX_DIGITS and len(number.as_tuple().digits) > MAX_DIGITS
    if long or abs(number.adjusted()) > MAX_DIGITS:
        raise DecodeError("a number is too long")
    return number


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise DecodeError("a number is too long")
    return int(text)


def _constant(_text: str) -> NoReturn:
    raise DecodeError("a number is not finite")


_JSON = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_fraction, parse_int=_integer, parse_constant=_constant
)


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent if type(parent) is list else ())
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return
    raise DecodeError("nested too deeply")
