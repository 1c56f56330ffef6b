"""Typed reading of one object of an answer; every fault names the endpoint and the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tui_bot.kraken.answers import TXID, KrakenError
from tui_bot.market.number import parse_decimal
from tui_bot.sanitise import sanitise


class WireError(KrakenError):
    """A row of an answer is not what it should be."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"Kraken's answer to {where} is unreadable: {what}", retryable=True)


def decimal_of(value: object, where: str, name: str) -> Decimal:
    """A finite number, from text or from a JSON number.

    Raises:
        WireError: it is none.
    """
    if type(value) is Decimal:
        return value
    if isinstance(value, str):
        try:
            return parse_decimal(value)
        except ValueError:
            pass
    elif isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise WireError(where, f"{name} is not a number: {sanitise(value, 40)}")


def integer_of(value: object, where: str, name: str) -> int:
    """A whole number, from text or from a JSON number.

    Raises:
        WireError: it is none.
    """
    if type(value) is int:
        return value
    number = decimal_of(value, where, name)
    if number != number.to_integral_value():
        raise WireError(where, f"{name} is not a whole number")
    return int(number)


def txid_of(value: object, where: str) -> str:
    """An order, trade or position id.

    Raises:
        WireError: it has not the shape of one.
    """
    if not isinstance(value, str) or not TXID.fullmatch(value):
        raise WireError(where, f"not an id: {sanitise(value, 40)}")
    return value


def mapping_of(value: object, where: str) -> Mapping[str, object]:
    """A JSON object.

    Raises:
        WireError: it is none.
    """
    if not isinstance(value, dict):
        raise WireError(where, "an object is missing")
    return value


@dataclass(frozen=True, slots=True)
class Row:
    """One object. ``where`` names the endpoint. All readers raise ``WireError``."""

    where: str
    members: Mapping[str, object]

    @classmethod
    def of(cls, value: object, where: str) -> Row:
        """The row that a value should be."""
        return cls(where, mapping_of(value, where))

    def has(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return self.members.get(name) is not None

    def row(self, name: str) -> Row:
        """A nested object."""
        return Row.of(self.members.get(name), f"{self.where}, {name}")

    def text(self, name: str, default: str | None = None) -> str:
        """A text, made harmless. A missing or null member is the default."""
        value = self.members.get(name)
        value = default if value is None else value
        if not isinstance(value, str):
            raise WireError(self.where, f"{name} is not a text")
        return sanitise(value)

    def decimal(self, name: str, default: Decimal | None = None) -> Decimal:
        """A finite number. A missing or null member is the default."""
        value = self.members.get(name)
        if value is None and default is not None:
            return default
        return decimal_of(value, self.where, name)

    def optional_decimal(self, name: str) -> Decimal | None:
        """A finite number, or None when missing or null."""
        return self.decimal(name) if self.has(name) else None

    def integer(self, name: str) -> int:
        """A whole number."""
        return integer_of(self.members.get(name), self.where, name)

    def millis(self, name: str) -> int:
        """A time in seconds, as whole milliseconds."""
        return int(self.decimal(name) * 1000)

    def txid(self, name: str) -> str:
        """An order, trade or position id."""
        return txid_of(self.members.get(name), self.where)

    def items(self, name: str) -> list[object]:
        """A list; a missing or null member is an empty one."""
        value = self.members.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise WireError(self.where, f"{name} is not a list")
        return value
