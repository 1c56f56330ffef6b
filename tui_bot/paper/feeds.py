"""Candles gone wrong: what faults do to the rows of an OHLC answer."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

_PRICES = range(1, 5)
Rows = list[list[Any]]


def tampered(result: Any, kind: str, rng: Random) -> Any:
    """An OHLC result with one fault among its closed rows; anything else is left alone."""
    if not isinstance(result, dict) or "last" not in result:
        return result
    change = _KINDS.get(kind)
    if change is None:
        return result
    return {
        name: change([list(row) for row in rows], rng) if isinstance(rows, list) and len(rows) > 4 else rows
        for name, rows in result.items()
    }


def _some(rows: Rows, rng: Random) -> int:
    """A closed row among the newest ten: neither the running one nor the one before the list's end alone."""
    return rng.randrange(max(1, len(rows) - 10), len(rows) - 1)


def _duplicate(rows: Rows, rng: Random) -> Rows:
    at = _some(rows, rng)
    return [*rows[:at], rows[at], *rows[at:]]


def _gap(rows: Rows, rng: Random) -> Rows:
    at = _some(rows, rng)
    return [*rows[:at], *rows[at + 1 :]]


def _reorder(rows: Rows, rng: Random) -> Rows:
    at = _some(rows, rng)
    rows[at - 1], rows[at] = rows[at], rows[at - 1]
    return rows


def _shifted(rows: Rows, rng: Random) -> Rows:
    rows[_some(rows, rng)][0] += 7
    return rows


def _stale(rows: Rows, _rng: Random) -> Rows:
    return rows[:-3]


def _priced(change: Callable[[str], str]) -> Callable[[Rows, Random], Rows]:
    def apply(rows: Rows, rng: Random) -> Rows:
        row = rows[_some(rows, rng)]
        for index in _PRICES:
            row[index] = change(row[index])
        return rows

    return apply


def _repaint(rows: Rows, rng: Random) -> Rows:
    moved = [row for row in rows[1:-1] if row[2] != row[3]][-10:]
    if moved:
        row = rng.choice(moved)
        row[4] = row[3] if row[4] == row[2] else row[2]
    return rows


def _spike(rows: Rows, rng: Random) -> Rows:
    row = rows[_some(rows, rng)]
    row[2] = "1" + row[2]
    return rows


_KINDS: dict[str, Callable[[Rows, Random], Rows]] = {
    "DUP": _duplicate,
    "GAP": _gap,
    "REORDER": _reorder,
    "REPAINT": _repaint,
    "SHIFT_TS": _shifted,
    "ZERO": _priced(lambda _text: "0.0"),
    "NEG": _priced(lambda text: f"-{text}"),
    "NAN": _priced(lambda _text: "nan"),
    "STALE": _stale,
    "SPIKE": _spike,
    "OFFGRID": _priced(lambda text: f"{text}37"),
}
