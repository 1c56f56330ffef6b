"""Records to rows and back, without loss: decimals and words of enums as text, the rest as JSON.

The shape of each entry is that of its dataclass. A field added later with a default reads from an
older entry as that default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from zlib import crc32

from tui_bot.engine.records import (
    DecisionMade,
    Filled,
    FlattenMoved,
    IntentMade,
    Learnt,
    Note,
    OrderMoved,
    OverrideChanged,
    Record,
    RunChanged,
    SettingsChanged,
)
from tui_bot.market.candle import Candle

KINDS: dict[type, str] = {
    DecisionMade: "decision",
    IntentMade: "intent",
    OrderMoved: "order",
    Filled: "fill",
    SettingsChanged: "settings",
    RunChanged: "run",
    OverrideChanged: "override",
    FlattenMoved: "flatten",
    Learnt: "learnt",
    Note: "note",
}
_TYPES = {kind: body for body, kind in KINDS.items()}
T = TypeVar("T")
_dumps = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it is stored.

    ``ident`` can be there once for a kind, ``cause`` once at all; ``subject`` is the order's
    ``cl_ord_id``. None where there is no such thing. ``seal`` is a checksum over time, kind and
    body, because SQLite does not notice a bit that flips inside a text.
    """

    kind: str
    ident: str | None
    cause: str | None
    subject: str | None
    body: str
    seal: int


def encode(record: Record, scope: str = "") -> Row:
    """The row of an entry; ``scope`` names what a candle belongs to (pair and interval)."""
    body = record.body
    ident = cause = subject = None
    match body:
        case DecisionMade(decision):
            ident = f"{scope} {decision.candle}"
        case IntentMade(intent):
            ident = subject = _storable(intent.cl_ord_id)
            again = f" {intent.attempt}" if intent.attempt > 1 else ""
            cause = _storable(f"{intent.signal} {intent.leg}{again}")
        case OrderMoved(order):
            subject = _storable(order.intent.cl_ord_id)
        case Filled(fill, cl_ord_id):
            ident, subject = _storable(fill.trade_id), _storable(cl_ord_id)
        case Learnt(name):
            subject = _storable(name)
        case _:
            pass
    kind = KINDS[type(body)]
    text = _dumps(_shape(_TYPES[kind]).pack(body))
    return Row(kind, ident, cause, subject, text, _seal(record.at_ms, kind, text))


def candle_row(market: str, candle: Candle) -> tuple[str | int, ...]:
    """A closed candle as it is stored: market, begin, open, high, low, close, volume, trades, seal.

    The seal is the CRC32 of what stands before it, joined by blanks.
    """
    exact = (candle.open, candle.high, candle.low, candle.close, candle.volume)
    values: tuple[str | int, ...] = (market, candle.begin, *(f"{value:f}" for value in exact), candle.trades)
    return (*values, crc32(" ".join(map(str, values)).encode()))


def decode(at_ms: int, kind: str, body: str, seal: int) -> Record:
    """The entry of a row. Raises ValueError when it is damaged, or not one that this version writes."""
    if seal != _seal(at_ms, kind, body):
        raise ValueError("a damaged entry")
    try:
        return Record(at_ms, _shape(_TYPES[kind]).unpack(json.loads(body)))
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise ValueError(f"an entry of kind {kind!r} that this version cannot read") from error


def pack(value: Any) -> Any:
    """A dataclass as a JSON value."""
    return _shape(cast("Any", type(value))).pack(value)


def unpack(kind: type[T], value: Any) -> T:
    """The dataclass of a JSON value. Raises ValueError where it is none of that kind."""
    try:
        return cast("T", _shape(cast("Any", kind)).unpack(value))
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise ValueError(f"no {kind.__name__} that this version can read") from error


def _seal(at_ms: int, kind: str, body: str) -> int:
    return crc32(f"{at_ms} {kind} {body}".encode())


def _storable(text: str) -> str:
    """Text that SQLite takes: unpaired surrogates become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class _Shape:
    """How values of one type become JSON values, and the way back."""

    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


@cache
def _shape(hint: Any) -> _Shape:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _optional(next(arg for arg in args if arg is not NoneType))
    if origin in (Mapping, dict):
        inside = _shape(args[1])
        return _Shape(
            lambda values: {name: inside.pack(value) for name, value in values.items()},
            lambda values: {name: inside.unpack(value) for name, value in values.items()},
        )
    if origin is tuple and args[-1] is not Ellipsis:
        return _fixed([_shape(arg) for arg in args])
    if origin is tuple:
        inner = _shape(args[0])
        return _Shape(
            lambda values: [inner.pack(value) for value in values],
            lambda values: tuple(inner.unpack(value) for value in values),
        )
    if hint is Decimal:
        return _Shape(str, Decimal)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _Shape(lambda value: value.value, hint)
    if is_dataclass(hint):
        return _record(cast("type", hint))
    return _Shape(_same, _same)


def _fixed(shapes: Sequence[_Shape]) -> _Shape:
    """A tuple of so many values, each of its own type."""
    return _Shape(
        lambda values: [shape.pack(value) for shape, value in zip(shapes, values, strict=True)],
        lambda values: tuple(shape.unpack(value) for shape, value in zip(shapes, values, strict=True)),
    )


def _optional(hint: Any) -> _Shape:
    inner = _shape(hint)
    return _Shape(
        lambda value: None if value is None else inner.pack(value),
        lambda value: None if value is None else inner.unpack(value),
    )


def _record(kind: type) -> _Shape:
    hints = get_type_hints(kind)
    shapes = {field.name: _shape(hints[field.name]) for field in fields(kind)}
    packs = [(name, shape.pack) for name, shape in shapes.items()]

    def unpack(values: dict[str, Any]) -> Any:
        return kind(**{name: shapes[name].unpack(value) for name, value in values.items() if name in shapes})

    return _Shape(lambda value: {name: pack(getattr(value, name)) for name, pack in packs}, unpack)
