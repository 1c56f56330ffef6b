"""Candles and quotes gone wrong: what faults do to the rows of an OHLC or Ticker answer."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

_PRICES = range(1, 5)
_SIDES = ("a", "b", "c")
_FEWEST = 2  # rows; one of them runs
Rows = list[list[Any]]


def tampered(result: Any, kind: str, rng: Random, *, newest: bool = False) -> Any:
    """An OHLC result with one fault among its closed rows; anything else is left alone.

    It strikes one of the ten newest closed rows by chance, or the ``newest`` of them.
    """
    if not isinstance(result, dict) or "last" not in result:
        return _quotes(result, kind)
    change = _KINDS.get(kind)
    if change is None:
        return result
    return {
        name: change([list(row) for row in rows], _place(rows, rng, newest=newest))
        if isinstance(rows, list) and len(rows) > _FEWEST
        else rows
        for name, rows in result.items()
    }


def _quotes(result: Any, kind: str) -> Any:
    """A Ticker result whose prices are no prices."""
    change = _NO_PRICE.get(kind)
    if change is None or not isinstance(result, dict):
        return result
    return {
        name: {**row, **{side: [change(row[side][0]), *row[side][1:]] for side in _SIDES if side in row}}
        for name, row in result.items()
        if isinstance(row, dict)
    }


def _place(rows: Rows, rng: Random, *, newest: bool) -> int:
    """A closed row: neither the running one nor the first."""
    return len(rows) - 2 if newest else rng.randrange(max(1, len(rows) - 10), len(rows) - 1)


def _duplicate(rows: Rows, at: int) -> Rows:
    return [*rows[:at], rows[at], *rows[at:]]


def _gap(rows: Rows, at: int) -> Rows:
    return [*rows[:at], *rows[at + 1 :]]


def _reorder(rows: Rows, at: int) -> Rows:
    rows[at - 1], rows[at] = rows[at], rows[at - 1]
    return rows


def _shifted(rows: Rows, at: int) -> Rows:
    rows[at][0] += 7
    return rows


def _stale(rows: Rows, _at: int) -> Rows:
    return rows[:-3]


def _priced(change: Callable[[str], str]) -> Callable[[Rows, int], Rows]:
    def apply(rows: Rows, at: int) -> Rows:
        for index in _PRICES:
            rows[at][index] = change(rows[at][index])
        return rows

    return apply


def _repaint(rows: Rows, at: int) -> Rows:
    row = rows[at]
    row[4] = row[3] if row[4] == row[2] else row[2]
    return rows


def _spike(rows: Rows, at: int) -> Rows:
    rows[at][2] = "1" + rows[at][2]
    return rows


_NO_PRICE: dict[str, Callable[[str], str]] = {
    "ZERO": lambda _text: "0.0",
    "NEG": lambda text: f"-{text}",
    "NAN": lambda _text: "nan",
}
_KINDS: dict[str, Callable[[Rows, int], Rows]] = {
    "DUP": _duplicate,
    "GAP": _gap,
    "REORDER": _reorder,
    "REPAINT": _repaint,
    "SHIFT_TS": _shifted,
    **{kind: _priced(change) for kind, change in _NO_PRICE.items()},
    "STALE": _stale,
    "SPIKE": _spike,
    "OFFGRID": _priced(lambda text: f"{text}37"),
}
