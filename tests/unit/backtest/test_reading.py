"""Files of candles to whole ticks and back, exactly, in every notation that is right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.candles import kraken_rows, make
from tests.unit.backtest.malformed import HEADER, KRAKEN, PLAIN
from tui_bot.backtest.fault import HistoryError
from tui_bot.backtest.history import History
from tui_bot.backtest.reading import AS_FOUND, ReadOptions, read_history
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.market.candle import Candle, CandleSeries

KEPT = ReadOptions(fill=False)
COLUMNS = ("open", "high", "low", "close")


def read(tmp_path: Path, content: bytes, options: ReadOptions = KEPT, name: str = "XBTUSD_1.csv") -> History:
    """The history in a file of this content."""
    path = tmp_path / name
    path.write_bytes(content)
    return read_history(path, options)


class Row(NamedTuple):
    """A candle: begin in Unix seconds, prices in quote currency, volume."""

    begin: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: float

    def candle(self) -> Candle:
        """The same as the bot knows it."""
        prices = self.open, self.high, self.low, self.close
        return Candle(self.begin, *prices, Decimal(str(self.volume)), 9)


def rows_of(history: History) -> list[Row]:
    """All that a history holds, row by row, in money."""
    prices = ([history.price(each) for each in getattr(history, name)] for name in COLUMNS)
    return list(map(Row, history.begin.tolist(), *prices, history.volume.tolist()))


def assert_same(one: History, other: History) -> None:
    """Pair, interval, tick and every column are the same."""
    assert (one.pair, one.interval, one.tick) == (other.pair, other.interval, other.tick)
    assert (one.holes, one.filled) == (other.holes, other.filled)
    for name in ("begin", *COLUMNS, "volume"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


EXPECTED = [
    Row(second, Decimal(o), Decimal(h), Decimal(low), Decimal(c), volume)
    for second, (o, h, low, c), volume in (
        (1700000040, ("35000", "35010.5", "34990.1", "35001.2"), 1.25),
        (1700000100, ("35001.2", "35020", "35000", "35015"), 0.5),
        (1700000160, ("35015", "35015", "34980.4", "34980.4"), 2.00000001),
        (1700000220, ("34980.4", "34999.9", "34980", "34990"), 0.1),
        (1700000280, ("34990", "35000", "34985.5", "34999"), 3.75),
    )
]


def timed(tail: bytes) -> bytes:
    """The plain rows with something behind each time."""
    return re.sub(rb"^17\d+", lambda found: found[0] + tail, PLAIN, flags=re.MULTILINE)


def iso(sign: str, zone: str) -> bytes:
    """The plain rows with times written out."""
    text = PLAIN.decode()
    for row in EXPECTED:
        moment = datetime.fromtimestamp(row.begin, UTC).strftime(f"%Y-%m-%d{sign}%H:%M:%S{zone}")
        text = text.replace(str(row.begin), moment)
    return text.encode()


NOTATIONS = {
    "kraken": KRAKEN,
    "no line feed at the end": KRAKEN.rstrip(b"\n"),
    "empty lines at the end": KRAKEN + b"\r\n\n \n",
    "carriage returns": KRAKEN.replace(b"\n", b"\r\n"),
    "byte order mark": b"\xef\xbb\xbf" + KRAKEN,
    "whole prices without point": KRAKEN.replace(b".0,", b","),
    "many zeros": KRAKEN.replace(b".0,", b".0000000,").replace(b"34990.1", b"34990.10000"),
    "quoted": b'"' + KRAKEN.replace(b",", b'","').replace(b"\n", b'"\n"').removesuffix(b'"'),
    "blanks": KRAKEN.replace(b",", b" , "),
    "exponents": KRAKEN.replace(b"0.10000000", b"1E-1").replace(b"35020.0", b"3.502e+04"),
    "signs and points": KRAKEN.replace(b"0.50000000", b"+.5").replace(b"35000.0", b"35000."),
    "seventeen digits of volume": KRAKEN.replace(b"0.10000000", b"0.1000000000000000055"),
    "fractions of 0 trades": KRAKEN.replace(b",31\n", b",31.0\n"),
    "header": PLAIN,
    "header in capitals": PLAIN.replace(b"open,high", b" Open ,HIGH"),
    "header of others": PLAIN.replace(HEADER, b'"Open Time","O","H","L","C","Volume BTC"\n'),
    "semicolons": PLAIN.replace(b",", b";"),
    "tabs": PLAIN.replace(b",", b"\t"),
    "milliseconds": timed(b"000"),
    "microseconds": timed(b"000000"),
    "nanoseconds": timed(b"000000000"),
    "fractional seconds": timed(b".0"),
    "iso": iso("T", "Z"),
    "iso with blank": iso(" ", ""),
    "iso with offset 0": iso("T", "+00:00"),
    "iso with name": iso(" ", " UTC"),
    "iso to the minute": iso("T", "").replace(b":00,", b","),
    "iso with fraction": iso(" ", ".000"),
}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_right_rows_are_read_whatever_their_notation(notation: str, tmp_path: Path) -> None:
    history = read(tmp_path, NOTATIONS[notation])
    assert rows_of(history) == EXPECTED
    assert (history.pair, history.interval, history.tick) == ("BTC/USD", 60, Decimal("0.1"))
    assert history.close.dtype == np.int32
    assert (history.holes, history.filled, history.name) == (0, False, "XBTUSD_1")


def test_times_of_another_zone_become_utc(tmp_path: Path) -> None:
    content = HEADER + b"2024-03-31T01:59:00+01:00,1,1,1,1,1\n2024-03-31T03:00:00+02:00,1,1,1,1,1\n"
    assert np.diff(read(tmp_path, content).begin).tolist() == [60]


def test_columns_are_found_by_their_names(tmp_path: Path) -> None:
    content = b"symbol,close,low,date,high,open,Volume USD,volume\n" + b"".join(
        b"BTCUSD,%d.5,100,2024-02-29 %02d:00:00,200,150,1e9,2\n" % (120 + hour, hour) for hour in range(3)
    )
    history = read(tmp_path, content, name="BTCUSD.csv")
    assert rows_of(history)[0][1:] == (Decimal(150), Decimal(200), Decimal(100), Decimal("120.5"), 2.0)
    assert (history.interval, history.begin[0]) == (3600, datetime(2024, 2, 29, tzinfo=UTC).timestamp())


def test_a_table_may_have_no_volume(tmp_path: Path) -> None:
    content = b"".join(row.rpartition(b",")[0] + b"\n" for row in PLAIN.splitlines())
    assert read(tmp_path, content).volume.tolist() == [0.0] * 5


@pytest.mark.parametrize(
    ("name", "pair", "interval"),
    [
        ("XBTUSD_1.csv", "BTC/USD", 60),
        ("XXBTZUSD_1.csv", "BTC/USD", 60),
        ("ETHUSD_1.csv", "ETH/USD", 60),
        ("XDGEUR_1.csv", "DOGE/EUR", 60),
        ("BTC-USD.csv", "BTC/USD", 60),
        ("SOLUSDT_1.txt", "SOL/USDT", 60),
        ("BTCUSD_2023.csv", "BTC/USD", 60),
    ],
)
def test_the_name_of_a_file_tells_pair_and_interval(
    name: str, pair: str, interval: int, tmp_path: Path
) -> None:
    history = read(tmp_path, KRAKEN, name=name)
    assert (history.pair, history.interval) == (pair, interval)


def test_what_is_said_counts_more_than_the_name(tmp_path: Path) -> None:
    said = ReadOptions(pair="SOL/EUR", interval=20, tick=Decimal("0.05"), fill=False, otherwise="BTC/USD")
    history = read(tmp_path, KRAKEN, said)
    assert (history.pair, history.interval, history.tick) == ("SOL/EUR", 20, Decimal("0.05"))
    assert history.holes == 8
    assert rows_of(history) == EXPECTED
    assert read(tmp_path, KRAKEN, ReadOptions(otherwise="SOL/EUR"), "data.csv").pair == "SOL/EUR"


def test_the_tick_is_the_coarsest_that_fits_but_no_coarser_than_the_pair_s(tmp_path: Path) -> None:
    old = b"1381095240,122.0,122.12345,122.0,122.1,0.1,1\n1381095300,1,1,1,1,1,1\n"
    history = read(tmp_path, old)
    assert (history.tick, history.high.tolist()) == (Decimal("0.00001"), [12212345, 100000])
    whole = KRAKEN.replace(b".5,", b".0,")
    assert read(tmp_path, whole.replace(b"34990.1", b"34980.0")).tick == Decimal("0.1")
    assert read(tmp_path, b"60,7,7,7,7,1,1\n120,8,8,8,8,1,1\n", name="ABCUSD_1.csv").tick == 1


def test_prices_beyond_32_bits_are_kept_in_64(tmp_path: Path) -> None:
    content = b"60,1.00000001,99999999.1,1.0,1.0,1,1\n120,1,1,1,1,1,1\n"
    history = read(tmp_path, content)
    assert history.close.dtype == np.int64
    assert history.price(history.high[0]) == Decimal("99999999.1")


def test_a_finer_price_late_in_a_file_makes_all_of_it_finer(tmp_path: Path) -> None:
    rows = [f"{60 * minute},100.5,100.5,100.5,100.5,1.0,1\n" for minute in range(1, 30_001)]
    rows[-1] = rows[-1].replace("100.5", "100.505")
    history = read(tmp_path, "".join(rows).encode())
    assert history.tick == Decimal("0.001")
    assert set(history.close[:-1].tolist()) == {100_500}
    assert history.close[-1] == 100_505


def test_rows_may_become_shorter_than_the_first_ones_promised(tmp_path: Path) -> None:
    long = [
        f"{60 * at},100.10000000,100.10000000,100.10000000,100.10000000,0.00000001,1\n"
        for at in range(1, 7001)
    ]
    short = [f"{60 * at},101,101,101,101,1,1\n" for at in range(7001, 60_001)]
    history = read(tmp_path, "".join(long + short).encode())
    assert len(history) == 60_000
    assert history.close.tolist() == [1001] * 7000 + [1010] * 53_000
    assert history.volume[[0, -1]].tolist() == [1e-8, 1.0]


def test_holes_are_counted_and_filled_as_the_bot_does_live(tmp_path: Path) -> None:
    lines = KRAKEN.splitlines(keepends=True)
    content = lines[0] + lines[3] + lines[4].replace(b"280", b"400")
    kept, filled = read(tmp_path, content), read(tmp_path, content, AS_FOUND)
    assert (len(kept), kept.holes, kept.filled) == (3, 4, False)
    assert (len(filled), filled.holes, filled.filled) == (7, 4, True)
    series = CandleSeries(60)
    for row in rows_of(kept):
        series.close(row.candle())
    live = [Row(c.begin, c.open, c.high, c.low, c.close, float(c.volume)) for c in series.closed]
    assert rows_of(filled) == live


def test_a_filled_file_without_holes_is_the_same(tmp_path: Path) -> None:
    assert rows_of(read(tmp_path, KRAKEN, AS_FOUND)) == EXPECTED


def test_the_product_s_own_candles_are_a_history(tmp_path: Path) -> None:
    path = tmp_path / "paper" / "journal.sqlite"
    candles = [row.candle() for row in EXPECTED]
    with closing(SqliteJournal(path, "BTC/USD", 60)) as journal:
        journal.write([], [candles[0], candles[1]])
        journal.write([], candles[3:])
        history = read_history(path)
    assert (history.name, history.pair, history.holes, len(history)) == ("paper", "BTC/USD", 1, 5)
    assert rows_of(read_history(path, KEPT)) == [*EXPECTED[:2], *EXPECTED[3:]]
    with pytest.raises(HistoryError, match="holds candles of BTC/USD at 60 s"):
        read_history(path, ReadOptions(pair="ETH/USD"))


def test_a_damaged_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, "BTC/USD", 60)):
        pass
    with pytest.raises(HistoryError, match="no candle was recorded yet"):
        read_history(path)


def test_the_generated_market_survives_the_text(tmp_path: Path) -> None:
    made = make(20_000)
    history = read(tmp_path, b"".join(kraken_rows(made)), AS_FOUND)
    assert history.filled
    for name in ("begin", *COLUMNS, "volume"):
        assert np.array_equal(getattr(history, name), getattr(made, name)), name


def test_the_generated_market_is_as_promised() -> None:
    made, again = make(100_000), make(100_000)
    assert np.array_equal(made.close, again.close)
    assert not np.array_equal(made.close, make(100_000, seed=7).close)
    assert made.low.min() >= 337_000
    assert made.high.max() <= 927_000
    assert np.count_nonzero(made.close[20:] == made.close[:-20]) > 5
    assert float(np.diff(np.log(made.close)).std()) == pytest.approx(0.00069, rel=0.02)


#: (minute, prices in units, volume in 10**-8, trades), and how many decimals a unit has.
Table = tuple[list[tuple[int, list[int], int, int]], int]


def text_of(rows: Sequence[tuple[int, list[int], int, int]], decimals: int) -> bytes:
    """Kraken's text of such rows."""
    lines = []
    for minute, prices, volume, trades in rows:
        cells = [f"{Decimal(price).scaleb(-decimals):f}" for price in prices]
        lines.append(f"{60 * minute},{','.join(cells)},{Decimal(volume).scaleb(-8):f},{trades}\n")
    return "".join(lines).encode()


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Sound rows with gaps, and how many decimals their prices have."""
    decimals = draw(st.integers(0, 8))
    most = 10 ** draw(st.integers(1, 7 + decimals))
    minutes = draw(st.lists(st.integers(1, 3_000_000), min_size=2, max_size=30, unique=True))
    rows = []
    for minute in sorted(minutes):
        low, *between, high = sorted(draw(st.lists(st.integers(1, most), min_size=4, max_size=4)))
        opening, close = draw(st.permutations(between))
        volume = draw(st.integers(0, 10**15))
        rows.append((minute, [opening, high, low, close], volume, draw(st.integers(0, 99_999))))
    return rows, decimals


@given(tables())
@example(([(1, [5, 5, 5, 5], 1, 1), (2, [5, 5, 5, 5], 10**15, 1)], 8))
def test_text_to_ticks_to_text(tmp_path_factory: pytest.TempPathFactory, table: Table) -> None:
    rows, decimals = table
    content = text_of(rows, decimals)
    history = read(tmp_path_factory.getbasetemp(), content, KEPT)
    prices = ([history.price(each) for each in getattr(history, name)] for name in COLUMNS)
    back = [
        (begin // 60, [int(price.scaleb(decimals)) for price in four], row[2], row[3])
        for begin, four, row in zip(history.begin.tolist(), zip(*prices, strict=True), rows, strict=True)
    ]
    assert text_of(back, decimals) == content
    assert history.volume.tolist() == [float(Decimal(row[2]).scaleb(-8)) for row in rows]
    assert history.holes == rows[-1][0] - rows[0][0] + 1 - len(rows)
