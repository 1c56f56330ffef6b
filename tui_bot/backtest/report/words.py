"""Numbers and times as the report says them: UTC, thousands separated, a true minus."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

MINUS = "−"
UNKNOWN = "?"


def amount(value: Decimal, decimals: int = 2) -> str:
    """An amount of money, signed only when negative."""
    step = Decimal(1).scaleb(-decimals)
    text = f"{value.quantize(step, ROUND_HALF_UP):,f}"
    return text.replace("-", MINUS) if value.quantize(step, ROUND_HALF_UP) else text.removeprefix("-")


def change(value: Decimal, decimals: int = 2) -> str:
    """An amount won or lost, always signed but for zero."""
    text = amount(value, decimals)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def percent(share: float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """A fraction in percent."""
    if share is None:
        return UNKNOWN
    text = f"{share * 100:{'+' if signed else ''},.{decimals}f}%"
    return text.replace("-", MINUS)


def ratio(value: float | None) -> str:
    """A figure without a unit."""
    return UNKNOWN if value is None else f"{value:,.2f}".replace("-", MINUS)


def span(seconds: float | None) -> str:
    """A length of time in its two largest units."""
    if seconds is None:
        return UNKNOWN
    whole = round(seconds)
    for size, name, smaller, small in _UNITS:
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size:,}{name}" + (f" {rest}{small}" if rest else "")
    return f"{whole}s"


_UNITS = ((86_400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s"))


def day(second: int) -> str:
    """The UTC date of a Unix second."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d}"


def minute(second: int) -> str:
    """The UTC date and minute of a Unix second."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M}"


def interval(seconds: int) -> str:
    """The length of a candle."""
    return f"{seconds // 60}m" if seconds < 3600 else f"{seconds // 3600}h"
