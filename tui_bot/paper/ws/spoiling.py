"""Candles gone wrong on the ohlc channel: what a FEED fault makes of one frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tui_bot.paper.ws.text import Number, dumps, loads

Row = dict[str, Any]
_PRICES = ("open", "high", "low", "close")
_SHIFT = timedelta(seconds=7)


def spoiled(text: str, kind: str, rng: Random) -> list[str]:
    """The frames that come in place of one: none, one, or it twice."""
    frame = loads(text)
    rows: list[Row] = frame["data"]
    if kind == "DUP":
        return [text, text]
    if kind in {"GAP", "STALE"} and len(rows) < 2:
        return []
    _KINDS[kind](rows, rng)
    return [dumps(frame)]


def _some(rows: list[Row], rng: Random) -> int:
    """A row among the newest ten, a closed one where there is one."""
    return rng.randrange(max(0, len(rows) - 10), max(1, len(rows) - 1))


def _gap(rows: list[Row], rng: Random) -> None:
    del rows[_some(rows, rng)]


def _stale(rows: list[Row], _rng: Random) -> None:
    del rows[-3:]


def _reorder(rows: list[Row], rng: Random) -> None:
    at = _some(rows, rng)
    rows[at - 1], rows[at] = rows[at], rows[at - 1]


def _shifted(rows: list[Row], rng: Random) -> None:
    row = rows[_some(rows, rng)]
    whole, fraction = str(row["interval_begin"]).rstrip("Z").split(".")
    moment = datetime.fromisoformat(whole).replace(tzinfo=UTC) + _SHIFT
    row["interval_begin"] = f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction}Z"


def _repaint(rows: list[Row], rng: Random) -> None:
    row = rows[_some(rows, rng)]
    row["close"] = row["low"] if row["close"] == row["high"] else row["high"]


def _spike(rows: list[Row], rng: Random) -> None:
    row = rows[_some(rows, rng)]
    row["high"] = Number("1" + row["high"])


def _priced(change: Callable[[str], str]) -> Callable[[list[Row], Random], None]:
    def apply(rows: list[Row], rng: Random) -> None:
        row = rows[_some(rows, rng)]
        for name in _PRICES:
            row[name] = Number(change(str.__str__(row[name])))

    return apply


_KINDS: dict[str, Callable[[list[Row], Random], None]] = {
    "GAP": _gap,
    "STALE": _stale,
    "REORDER": _reorder,
    "SHIFT_TS": _shifted,
    "REPAINT": _repaint,
    "SPIKE": _spike,
    "ZERO": _priced(lambda _text: "0.0"),
    "NEG": _priced(lambda text: f"-{text}"),
    "NAN": _priced(lambda _text: "NaN"),
    "OFFGRID": _priced(lambda text: f"{text}37"),
}
