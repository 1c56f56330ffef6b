"""Exact numbers: reading them strictly, rounding them on a grid, writing them plainly."""

import re
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Literal

_MODES = {
    "down": ROUND_FLOOR,
    "up": ROUND_CEILING,
    "nearest": ROUND_HALF_EVEN,
    "toward_zero": ROUND_DOWN,
}

Rounding = Literal["down", "up", "nearest", "toward_zero"]

ZERO = Decimal(0)
ONE = Decimal(1)

# Plain ASCII digits only: Decimal() itself would take "1_000", "NaN" and other scripts' digits.
_PLAIN = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)


def parse_decimal(text: str) -> Decimal:
    """Read a plain decimal number such as ``"-12.50"``.

    Raises:
        ValueError: the text is not a plain, finite number in ASCII digits.
    """
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"not a plain decimal number: {text[:40]!r}")
    return Decimal(text)


def on_grid(value: Decimal, step: Decimal, rounding: Rounding) -> Decimal:
    """The multiple of ``step`` nearest to ``value`` in the given direction."""
    steps = (value / step).to_integral_value(rounding=_MODES[rounding])
    return (steps * step).quantize(step)


def is_on_grid(value: Decimal, step: Decimal) -> bool:
    """Whether ``value`` is a whole multiple of ``step``."""
    return value % step == 0


def plain(value: Decimal, decimals: int | None = None) -> str:
    """The number in fixed notation, never with an exponent; optionally cut to ``decimals`` places."""
    if decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    return format(value, "f")


def short(value: Decimal) -> str:
    """The number in fixed notation without the zeros that say nothing."""
    return plain(value.normalize()) if value else "0"


def sign(value: Decimal) -> int:
    """-1, 0 or 1."""
    return (value > 0) - (value < 0)
