"""What may become of an order that is handed to the exchange."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Acked:
    """The exchange accepted it."""

    txid: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The exchange refused it, definitely. ``error`` is its own text, ``meaning`` ours."""

    error: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows: the order may exist."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """No byte of it left this machine."""

    reason: str


@dataclass(frozen=True, slots=True)
class Validated:
    """The exchange checked it and placed nothing. ``descr`` is what it would have been, in its own words."""

    descr: str


Answer = Acked | Refused | Lost | NotSent | Validated
