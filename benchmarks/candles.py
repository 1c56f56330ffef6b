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

from tui_bot.backtest.history import History

INTERVAL, TICK = 60, Decimal("0.1")
LEAST, MOST = 337_000, 927_000
MINUTE_SD = 0.00069
BEGIN = 1_451_606_400  # 2016-01-01
SEED = 24
_ROWS_AT_ONCE = 50_000


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
    volume = np.round(rng.exponential(4.0, rows) + 1e-4, 8)
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


def kraken_rows(history: History) -> Iterator[str]:
    """The lines of Kraken's OHLCVT text, some thousands at a time. The tick is 0.1."""
    for at in range(0, len(history), _ROWS_AT_ONCE):
        part = history.slice(at, at + _ROWS_AT_ONCE)
        prices = (each.tolist() for each in (part.open, part.high, part.low, part.close))
        columns = zip(part.begin.tolist(), *prices, part.volume.tolist(), strict=True)
        yield "".join(
            f"{begin},{o // 10}.{o % 10},{h // 10}.{h % 10},{low // 10}.{low % 10},{c // 10}.{c % 10},"
            f"{volume:.8f},{1 + begin // 60 % 97}\n"
            for begin, o, h, low, c, volume in columns
        )


def write(path: Path, rows: int, seed: int = SEED) -> None:
    """Kraken's CSV of so many candles."""
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(kraken_rows(make(rows, seed)))


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]), *(int(seed) for seed in sys.argv[3:]))
