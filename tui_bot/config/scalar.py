"""Settings as people write them, read exactly: no float, no guess at what was meant.

The readers take the raw text, or a value already of the right type, and raise ``ValueError`` in
words that fit after the offending text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator

from tui_bot.config.table import fold, unfold
from tui_bot.market.number import plain

#: Texts that mean "not set", for the settings that may be unset.
UNSET = frozenset({"", "null", "Null", "NULL", "~"})

# Twelve digits either side keep every value below the 28 digits of the decimal context: no rounding.
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,11})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?", re.ASCII)


def read_integer(value: object) -> int:
    """A whole number in plain digits; ``True``, ``1_000``, ``012`` and ``1.0`` are none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise ValueError("is not a whole number")


def read_decimal(value: object) -> Decimal:
    """A decimal number in plain digits; ``1e3``, ``NaN``, ``.5`` and floats are none."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Decimal) and _NUMBER.fullmatch(plain(value)):
        return value
    raise ValueError("is not a plain decimal number")


def read_optional(value: object) -> object:
    """None for a text that means "not set"."""
    return None if isinstance(value, str) and value in UNSET else value


def read_table(value: object) -> object:
    """The rows of a table in the order of their names; None for a text that means "not set"."""
    value = read_optional(value)
    if not isinstance(value, str):
        return value
    names = [part.partition("=")[0] for part in value.split()]
    # What stands twice is left as it is, to be told.
    return fold(unfold(value)) if len(set(names)) == len(names) else value


def text_of(value: object) -> str:
    """The shortest text that reads back as ``value``; empty for None."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value.normalize()) if value else "0"
    return str(value)


Whole = Annotated[int, BeforeValidator(read_integer)]
Exact = Annotated[Decimal, BeforeValidator(read_decimal)]
