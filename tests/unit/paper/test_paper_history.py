"""A recorded market plays back as itself, and a broken file is refused with its line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tui_bot.paper.desk import Desk
from tui_bot.paper.history import History, HistoryError
from tui_bot.paper.options import BoxOptions

GOOD = [
    "600,100.0,101.5,99.0,100.5,1.25000000,9",
    "660,100.5,100.5,100.5,100.5,0.5,1",
    "780,100.0,102.0,100.0,102.0,3,2",
]


def _rows(count: int, seed: int = 1) -> list[str]:
    """A random walk with holes, as Kraken's archive has them."""
    rng, price, rows = Random(seed), 600_000, []
    for minute in range(1000, 1000 + count):
        if rng.random() < 0.1:
            continue
        points = [price + rng.randrange(-300, 300) for _ in range(4)]
        first, last = points[0], points[-1]
        cells = (first, max(points), min(points), last)
        volume = Decimal(rng.randrange(10_000, 10**9)).scaleb(-8)
        prices = ",".join(f"{Decimal(cell).scaleb(-1)}" for cell in cells)
        rows.append(f"{minute * 60},{prices},{volume:f},{rng.randrange(4, 60)}")
        price = last
    return rows


def _file(folder: Path, rows: list[str], name: str = "XBTUSD_1.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(rows) + "\n")
    return path


def test_every_row_comes_back_as_its_candle(tmp_path: Path) -> None:
    rows = _rows(400)
    desk = Desk(BoxOptions(speed=0, history=_file(tmp_path, rows)))
    answer = desk.public("OHLC?pair=XBTUSD")
    begin = int(rows[len(rows) // 2].split(",")[0])
    assert answer["XXBTZUSD"][-1][0] == begin
    assert desk.box.exchange.now_ns == (begin + 2) * 10**9
    desk.advance(420 * 60)
    assert desk.get("/box/clock")["finished"] is True
    shown = {row[0]: row for row in desk.public("OHLC?pair=XBTUSD")["XXBTZUSD"]}
    for text in rows:
        time, *prices, volume, trades = text.split(",")
        row = shown[int(time)]
        assert [Decimal(cell) for cell in row[1:5]] == [Decimal(cell) for cell in prices]
        assert (Decimal(row[6]), row[7]) == (Decimal(volume), int(trades))
    assert sum(row[7] for row in shown.values()) == sum(int(text.split(",")[-1]) for text in rows)


def test_the_past_can_be_chosen_and_the_market_ends(tmp_path: Path) -> None:
    desk = Desk(BoxOptions(speed=0, history=_file(tmp_path, GOOD), history_past=1))
    assert [row[0] for row in desk.public("OHLC?pair=XBTUSD")["XXBTZUSD"]] == [600, 660]
    assert desk.get("/box/clock")["finished"] is False
    desk.advance(180)
    assert desk.get("/box/clock")["finished"] is True
    assert [row[7] for row in desk.public("OHLC?pair=XBTUSD")["XXBTZUSD"]] == [9, 1, 0, 2, 0]


def test_interval_and_pair_come_from_the_name(tmp_path: Path) -> None:
    rows = ["600,3000.01,3000.01,3000.01,3000.01,1,1", "1200,3000.02,3000.02,3000.02,3000.02,1,1"]
    history = History(_file(tmp_path, rows, "ETHUSD_5.csv"))
    assert (history.interval, history.pair.symbol) == (5, "ETH/USD")
    history = History(_file(tmp_path, ["600,3.1,3.1,3.1,3.1,1,1", "1500,3.1,3.1,3.1,3.1,1,1"], "mine.csv"))
    assert (history.interval, history.pair.symbol) == (15, "BTC/USD")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("780,100.0,102.0,100.0", "line 3: 4 columns"),
        ("660,100.0,102.0,100.0,102.0,3,2", "line 3: time repeats"),
        ("540,100.0,102.0,100.0,102.0,3,2", "line 3: time goes back"),
        ("781,100.0,102.0,100.0,102.0,3,2", "line 3: time 781 is not at a full minute"),
        ("780,100.05,102.0,100.0,102.0,3,2", "line 3: price 100.05 is off the grid"),
        ("780,nan,102.0,100.0,102.0,3,2", "line 3: price 'nan' is not a number"),
        ("780,inf,102.0,100.0,102.0,3,2", "line 3: price 'inf' is not a number"),
        ("780,-1,102.0,100.0,102.0,3,2", "line 3: price '-1' is not a number"),
        ("780,100.0,102.0,100.0,102.0,-3,2", "line 3: volume '-3' is not a number"),
        ("780,100.0,102.0,100.0,102.0,3,2.5", "line 3: trade count '2.5'"),
        ("780,100.0,101.0,100.0,102.0,3,2", "line 3: open or close lies outside"),
        ("780,100.0,102.0,99.0,101.0,3,3", "line 3: 3 trades cannot make this candle, 4 are needed"),
        ("780,100.0,102.0,100.0,102.0,0.00000001,2", "line 3: 2 trades cannot share"),
        ("time,open,high,low,close,volume,trades", "line 3: time 'time'"),
    ],
)
def test_broken_rows_are_named(tmp_path: Path, line: str, what: str) -> None:
    path = _file(tmp_path, [*GOOD[:2], line])
    with pytest.raises(HistoryError) as caught:
        History(path)
    assert str(caught.value).startswith(f"{path}, {what}")
    assert ";" in str(caught.value), "a remedy follows"


def test_missing_and_binary_files(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="cannot be read"):
        History(tmp_path / "none.csv")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(HistoryError, match="not a text file"):
        History(binary)
