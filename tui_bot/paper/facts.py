"""What happened in the box, as small immutable records that can be written down and read back.

Facts carry results (fees, amounts), never decisions: reading them back needs no rule of matching.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Founded:
    """The box came into being: the anchor of market (`start_ns`) and clock, and the account's key."""

    seed: int
    origin_ns: int
    start_ns: int
    market: str
    key: str
    secret: str


@dataclass(frozen=True, slots=True)
class StatusSet:
    """The state of the exchange (pair "") or of one pair."""

    pair: str
    status: str


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order was accepted. Prices are in ticks (0: none), volumes in lots, `leverage` 0 without margin.

    `price` is the limit, `stop` the trigger price, `trail` how far a trailing stop follows and `trail_limit`
    how far its limit lies from where it fires. `close` holds the terms of a conditional close as JSON.
    """

    txid: str
    ns: int
    pair: str
    side: str
    ordertype: str
    price: int
    lots: int
    leverage: int
    reduce_only: bool
    post_only: bool
    oflags: str
    timeinforce: str
    expire_ns: int
    cl_ord_id: str | None
    userref: int | None
    misc: str
    stop: int = 0
    trail: int = 0
    trail_limit: int = 0
    trigger: str = ""
    display: int = 0
    start_ns: int = 0
    close: str = ""
    refid: str | None = None
    stptype: str = ""


@dataclass(frozen=True, slots=True)
class OrderOpened:
    """An order's start time came."""

    txid: str
    ns: int


@dataclass(frozen=True, slots=True)
class OrderTrailed:
    """A trailing stop followed the market to another trigger price."""

    txid: str
    ns: int
    stop: int


@dataclass(frozen=True, slots=True)
class OrderTriggered:
    """A stop or take-profit fired; from here on it is a limit order at `price`, or a market order at 0."""

    txid: str
    ns: int
    price: int


@dataclass(frozen=True, slots=True)
class OrderAmended:
    """An order's terms changed in place."""

    id: str
    txid: str
    ns: int
    lots: int
    price: int
    stop: int
    display: int
    post_only: bool


@dataclass(frozen=True, slots=True)
class TimerSet:
    """All orders are to be canceled at an instant, never when it is 0."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class OrderEnded:
    """An order left the book: closed, canceled or expired."""

    txid: str
    ns: int
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Filled:
    """One execution. `fee` is all that was charged for it in quote; `opening_fee` the part for borrowing.

    When an order prefers its fee in the base currency (`fcib`), `base_fee` is what was charged and `fee` its
    worth.
    """

    id: str
    number: int
    txid: str
    ns: int
    price: Decimal
    lots: int
    cost: Decimal
    fee: Decimal
    opening_fee: Decimal
    maker: bool
    margin: Decimal
    closing: bool
    base_fee: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PositionOpened:
    """A leveraged fill opened a position row, named by its trade."""

    id: str
    pair: str
    side: str
    lots: int
    cost: Decimal
    fee: Decimal
    leverage: int
    margin_rate: Decimal
    ns: int
    next_rollover_ns: int


@dataclass(frozen=True, slots=True)
class PositionReduced:
    """Part of a row, or the rest of it, was closed or settled by a trade."""

    id: str
    trade: str
    lots: int
    cost: Decimal
    proceeds: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class RolledOver:
    """Four more hours of a position row were charged."""

    id: str
    fee: Decimal
    next_ns: int


@dataclass(frozen=True, slots=True)
class Booked:
    """A change of a balance: `amount` without, `fee` the cost on top of it; balance changes by amount -
    fee.
    """

    id: str
    refid: str
    ns: int
    type: str
    asset: str
    amount: Decimal
    fee: Decimal


Fact = (
    Founded
    | StatusSet
    | OrderPlaced
    | OrderOpened
    | OrderTrailed
    | OrderTriggered
    | OrderAmended
    | OrderEnded
    | TimerSet
    | Filled
    | PositionOpened
    | PositionReduced
    | RolledOver
    | Booked
)

_KINDS: dict[str, type[Fact]] = {
    kind.__name__: kind
    for kind in (
        Founded, StatusSet, OrderPlaced, OrderOpened, OrderTrailed, OrderTriggered, OrderAmended, OrderEnded,
        TimerSet, Filled, PositionOpened, PositionReduced, RolledOver, Booked,
    )
}  # fmt: skip
_NAMES = {name: tuple(f.name for f in fields(kind)) for name, kind in _KINDS.items()}
_NEEDED = {
    name: sum(field.default is MISSING for field in fields(kind)) for name, kind in _KINDS.items()
}  # members with a default came later and are missing in older files
_MONEY = {
    name: frozenset(field.name for field in fields(kind) if field.type == "Decimal")  # as written above
    for name, kind in _KINDS.items()
}


def encode(facts: Iterable[Fact]) -> str:
    """One line of JSON, without line end: what happened together, in order."""
    rows: list[list[Any]] = []
    for fact in facts:
        kind = type(fact).__name__
        values = [getattr(fact, name) for name in _NAMES[kind]]
        rows.append([kind, *(format(v, "f") if isinstance(v, Decimal) else v for v in values)])
    return json.dumps(rows, separators=(",", ":"))


def decode(line: str) -> list[Fact]:
    """The facts of one line. Raises ValueError when the line is not one that `encode` made."""
    facts: list[Fact] = []
    for row in json.loads(line):
        kind, *values = row
        if kind not in _KINDS or not _NEEDED[kind] <= len(values) <= len(_NAMES[kind]):
            raise ValueError(f"unknown fact {kind!r}")
        named = dict(zip(_NAMES[kind], values, strict=False))
        for name in _MONEY[kind] & named.keys():
            named[name] = Decimal(named[name])
        facts.append(_KINDS[kind](**named))
    return facts
