"""A market of few trades: as long as any, and cheap, for books that are tried ten thousand times."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp

_ROWS = 400
_MINUTES = 15
_START = 1_767_571_200


@cache
def sparse_history(seed: int) -> Path:
    """An OHLCVT file of BTC/USD: a quarter of an hour a row with four trades each, four days of it."""
    draw, price = Random(seed), 65_000.0
    lines = []
    for row in range(_ROWS):
        first = price
        price *= 1 + draw.gauss(0, 0.004)
        high, low = max(first, price) * 1.001, min(first, price) * 0.999
        volume = draw.uniform(0.5, 40)
        cells = f"{first:.1f},{high:.1f},{low:.1f},{price:.1f},{volume:.8f},4"
        lines.append(f"{_START + row * _MINUTES * 60},{cells}")
    path = Path(mkdtemp()) / f"XBTUSD_{_MINUTES}.csv"
    path.write_text("\n".join(lines) + "\n")
    return path
