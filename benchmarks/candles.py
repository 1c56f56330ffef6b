"""Seeded minutes of a market that never was, for measuring and for tests: years of them in seconds.

Prices lie on a grid of 0.1 between 33,700 and 92,700, a minute moves by 0.069 % (standard
deviation), there are no gaps, and now and then a candle closes exactly where the one 20 before it did.
`python -m benchmarks.candles ROWS FILE [SEED]` writes Kraken's CSV.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.history import History, Ticks

INTERVAL, TICK = 60, Decimal("0.1")
LEAST, MOST = 337_000, 927_000
MINUTE_SD = 0.00069
BEGIN = 1_451_606_400  # 2016-01-01
SEED = 24
_ROWS_AT_ONCE = 20_000
_ROW = b"0000000000,00000.0,00000.0,00000.0,00000.0,0.00000000,00\n"


def make(rows: int, seed: int = SEED) -> History:
    """So many candles; the same rows and seed always give the same."""
    rng = np.random.default_rng(seed)
    close = _closes(rng, rows)
    opening = np.empty_like(close)
    opening[0] = close[0]
    opening[1:] = close[:-1] + rng.integers(-1, 2, rows - 1)
    reach = np.abs(rng.normal(0, MINUTE_SD / 2, (2, rows))) * close
    high = np.maximum(opening, close) + reach[0].astype(np.int64)
    low = np.minimum(opening, close) - reach[1].astype(np.int64)
    o, h, lowest, c = (each.astype(np.int32) for each in (opening, high, low, close))
    volume = rng.exponential(1.5, rows).clip(1e-4, 9.99).round(8)
    begin = BEGIN + INTERVAL * np.arange(rows, dtype=np.int64)
    return History("BTC/USD", INTERVAL, TICK, begin, o, h, lowest, c, volume, name=f"XBTUSD_1_{rows}")


def _closes(rng: np.random.Generator, rows: int) -> NDArray[np.int64]:
    """A walk in the logarithm that turns back at both bounds."""
    low, high = np.log([LEAST * 1.004, MOST / 1.004])
    walk = np.cumsum(rng.normal(0, MINUTE_SD, rows)) + np.log(600_000) - low
    width = high - low
    folded = width - np.abs(walk % (2 * width) - width)
    closes: NDArray[np.int64] = np.rint(np.exp(folded + low)).astype(np.int64)
    return closes


def kraken_rows(history: History) -> Iterator[bytes]:
    """The lines of Kraken's OHLCVT text, some thousands at a time.

    All are equally long: ten digits of time, five and one of a price, one and eight of volume, two of trades.
    """
    for at in range(0, len(history), _ROWS_AT_ONCE):
        part = history.slice(at, at + _ROWS_AT_ONCE)
        text = np.tile(np.frombuffer(_ROW, np.uint8), (len(part), 1))
        _put(text, 10, part.begin, 10)
        for end, prices in zip((18, 26, 34, 42), (part.open, part.high, part.low, part.close), strict=True):
            _put(text, end - 2, prices // 10, 5)
            _put(text, end, prices % 10, 1)
        units = np.rint(part.volume * 1e8).astype(np.int64)
        _put(text, 44, units // 10**8, 1)
        _put(text, 53, units % 10**8, 8)
        _put(text, 56, 10 + part.begin // 60 % 89, 2)
        yield text.tobytes()


def _put(text: NDArray[np.uint8], end: int, values: Ticks, digits: int) -> None:
    """Write whole numbers into the columns before ``end``."""
    for place in range(end - 1, end - 1 - digits, -1):
        text[:, place] = 48 + values % 10
        values = values // 10


def write(path: Path, rows: int, seed: int = SEED) -> None:
    """Kraken's CSV of so many candles."""
    with path.open("wb") as file:
        file.writelines(kraken_rows(make(rows, seed)))


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]), *(int(seed) for seed in sys.argv[3:]))
