"""No malformed history is believed: each error names the file, the line, what is wrong and what to do."""

from __future__ import annotations

import errno
import os
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.backtest.malformed import CORPUS, KRAKEN, PLAIN, line
from tui_bot.backtest.fault import HistoryError
from tui_bot.backtest.files.text_file import open_text, row_blocks
from tui_bot.backtest.reading import AS_FOUND, ReadOptions, read_history, read_text


def refusal(path: Path, content: bytes, options: ReadOptions = AS_FOUND) -> str:
    """What a person is told of a file."""
    path.write_bytes(content)
    with pytest.raises(HistoryError) as raised:
        read_history(path, options)
    return str(raised.value)


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) >= 50
    assert len({each.content for each in CORPUS.values()}) == len(CORPUS)


@pytest.mark.parametrize("case", CORPUS)
def test_a_malformed_file_is_refused_with_its_reason(case: str, tmp_path: Path) -> None:
    name, content, told = CORPUS[case]
    text = refusal(tmp_path / name, content)
    assert text.startswith(f"{tmp_path / name}")
    assert [part for part in told if part not in text] == [], text
    assert "; " in text, "what to do is missing"
    assert text.isprintable()
    assert len(text) < 400 + len(str(tmp_path))


def test_the_line_is_right_far_into_a_large_file(tmp_path: Path) -> None:
    rows = [f"{60 * minute},100.5,100.5,100.5,100.5,1.00000000,1\n" for minute in range(1, 30_001)]
    rows[23_456] = rows[23_456].replace("1.0", "x", 1)
    text = refusal(tmp_path / "XBTUSD_1.csv", "".join(rows).encode())
    assert "line 23457:" in text


def test_order_is_checked_over_the_edges_of_blocks(tmp_path: Path) -> None:
    rows = [f"{60 * minute},100.5,100.5,100.5,100.5,1.00000000,1\n" for minute in range(1, 30_001)]
    for repeated in (11_000, 15_000, 29_999):
        content = "".join([*rows[:repeated], rows[repeated - 1], *rows[repeated:]]).encode()
        assert f"line {repeated + 1}: time" in refusal(tmp_path / "XBTUSD_1.csv", content)


def test_the_first_fault_of_a_file_is_told_wherever_it_lies(tmp_path: Path) -> None:
    content = line(2, b"35020.0", b"x", line(4, b"34999.9", b"y"))
    assert "line 2: high 'x'" in refusal(tmp_path / "XBTUSD_1.csv", content)


def test_a_price_off_the_grid_that_was_named_is_refused(tmp_path: Path) -> None:
    text = refusal(tmp_path / "XBTUSD_1.csv", KRAKEN, ReadOptions(tick=Decimal("0.5")))
    assert "line 1: price 34990.1 is off the grid of 0.5; name a finer --tick" in text


def test_an_interval_that_rows_do_not_keep_is_refused(tmp_path: Path) -> None:
    text = refusal(tmp_path / "XBTUSD_60.csv", KRAKEN)
    assert "line 1: time 2023-11-14 22:14:00 is not at a full interval of 3600 s" in text


def test_without_a_pair_nothing_is_guessed(tmp_path: Path) -> None:
    text = refusal(tmp_path / "data.csv", PLAIN)
    assert "tells no pair; name it with --pair" in text


def test_a_time_decades_away_is_no_hole_to_be_filled(tmp_path: Path) -> None:
    content = b"60,1,1,1,1,1,1\n" + KRAKEN + b"4000000020,1,1,1,1,1,1\n"
    text = refusal(tmp_path / "XBTUSD_1.csv", content)
    assert "66,666,660 candles are missing, 38,333,328 of them after 2023-11-14 22:18:00; check" in text


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "XBTUSD_1.csv")
    with pytest.raises(HistoryError, match="no plain file"):
        open_text(tmp_path / "XBTUSD_1.csv")


def test_a_disk_that_fails_in_the_middle_is_told(tmp_path: Path) -> None:
    class Failing:
        def read(self, _size: int, /) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

        def tell(self) -> int:
            return 0

    path = tmp_path / "XBTUSD_1.csv"
    with pytest.raises(HistoryError, match=r"XBTUSD_1.csv: cannot be read to its end \(Input/output error\)"):
        read_text(path, row_blocks(Failing(), 10), 10, AS_FOUND)


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path, told in ((tmp_path / "no.csv", "cannot be read (No such file"), (tmp_path, "a folder")):
        with pytest.raises(HistoryError, match=told.replace("(", r"\(")):
            read_history(path)
