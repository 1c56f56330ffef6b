"""Texts of candles damaged anywhere: refused with a reason, or read as a slow, simple reader reads them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.backtest.malformed import HEADER, KRAKEN, PLAIN
from tui_bot.backtest.fault import HistoryError
from tui_bot.backtest.reading import ReadOptions, read_history

BYTES = st.sampled_from(b'0123456789.,\n-+eE "\r\tx:;Z/\x00\xff')
#: Replace, insert or remove at a place.
EDITS = st.lists(st.tuples(st.sampled_from("rid"), st.integers(0, 400), BYTES), min_size=1, max_size=3)
OPTIONS = ReadOptions(interval=1, fill=False)


def damaged(content: bytes, edits: list[tuple[str, int, int]]) -> bytes:
    """The text with these edits made to it."""
    text = bytearray(content)
    for kind, place, byte in edits:
        at = place % (len(text) or 1)
        text[at : at + (kind != "i")] = b"" if kind == "d" else bytes([byte])
    return bytes(text)


def simple(content: bytes) -> list[tuple[Decimal, ...]]:
    """Time, open, high, low, close and volume of each row, read without any haste."""
    lines = content.decode().replace("\r\n", "\n").replace('"', "").rstrip("\r\n\t ").split("\n")
    rows = [[cell.strip() for cell in line.split(",")] for line in lines]
    return [tuple(Decimal(cell) for cell in row[:6]) for row in rows]


@pytest.mark.parametrize("header", [b"", HEADER], ids=["kraken", "header"])
@given(edits=EDITS)
def test_a_damaged_text_is_refused_or_read_right(
    header: bytes, edits: list[tuple[str, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = Path(tmp_path_factory.getbasetemp()) / "XBTUSD_1.csv"
    rows = damaged(PLAIN.removeprefix(HEADER) if header else KRAKEN, edits)
    path.write_bytes(header + rows)
    try:
        history = read_history(path, OPTIONS)
    except HistoryError:
        return
    expected = simple(rows)
    prices = (
        [history.price(ticks) for ticks in column]
        for column in (history.open, history.high, history.low, history.close)
    )
    read = list(zip(history.begin.tolist(), *prices, history.volume.tolist(), strict=True))
    assert read == [(*row[:5], float(row[5])) for row in expected]
