"""A run for other programs: a JSON object, and a table of its trades."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from enum import Enum
from typing import Any, TextIO

from tui_bot.backtest.history import History
from tui_bot.backtest.report.facts import verdict
from tui_bot.backtest.result import Result, Trade
from tui_bot.backtest.statistics import Statistics

#: The columns of the table: times in Unix seconds, amounts in quote units, empty where a trade is open.
COLUMNS = ("entered", "left", "side", "volume", "entry", "exit", "fees", "net", "bars")


def summary(history: History, result: Result, figures: Statistics) -> dict[str, Any]:
    """What was run and what it came to. Money is text, exact; the keys are a contract."""
    return {
        "pair": result.pair,
        "interval": result.interval,
        "begin": result.begin,
        "end": result.end,
        "candles": result.candles,
        "holes": history.holes,
        "filled": history.filled,
        "history": history.name,
        "digest": history.digest,
        "mode": result.mode,
        "engine": result.engine,
        "rule": _plain(asdict(result.rule)),
        "terms": _plain(asdict(result.terms)),
        "signals": result.signals,
        "blocked": result.blocked,
        "statistics": _plain(asdict(figures)),
        "verdict": verdict(result, figures),
        "notes": list(result.notes),
    }


def write_trades(result: Result, file: TextIO) -> None:
    """All trades, oldest first, under a line of names."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(trade_rows(result))


def trade_rows(result: Result) -> Iterator[tuple[str, ...]]:
    """The trades as the table writes them."""
    for trade in result.each():
        yield _row(trade)


def _row(trade: Trade) -> tuple[str, ...]:
    return (
        str(trade.entered),
        "" if trade.left is None else str(trade.left),
        "long" if trade.side.sign > 0 else "short",
        f"{trade.volume:f}",
        f"{trade.entry:f}",
        "" if trade.exit is None else f"{trade.exit:f}",
        f"{trade.fees:f}",
        f"{trade.net:f}",
        str(trade.bars),
    )


def _plain(value: Any) -> Any:
    """Decimals as text, enumerations as their words."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return value
