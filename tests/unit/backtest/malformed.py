"""Files of candles that cannot be believed, one fault each, and what a person is told of it."""

from __future__ import annotations

import gzip
from typing import NamedTuple

#: Five minutes as Kraken writes them.
KRAKEN = b"""\
1700000040,35000.0,35010.5,34990.1,35001.2,1.25000000,12
1700000100,35001.2,35020.0,35000.0,35015.0,0.50000000,7
1700000160,35015.0,35015.0,34980.4,34980.4,2.00000001,31
1700000220,34980.4,34999.9,34980.0,34990.0,0.10000000,3
1700000280,34990.0,35000.0,34985.5,34999.0,3.75000000,44
"""
HEADER = b"time,open,high,low,close,volume\n"
PLAIN = HEADER + b"".join(line.rpartition(b",")[0] + b"\n" for line in KRAKEN.splitlines())


class Malformed(NamedTuple):
    """A file's name and content, and parts of the error, the place first."""

    name: str
    content: bytes
    told: tuple[str, ...]


def line(number: int, old: bytes, new: bytes, text: bytes = KRAKEN) -> bytes:
    """A text with something replaced in one of its lines."""
    lines = text.splitlines(keepends=True)
    assert old in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(old, new, 1)
    return b"".join(lines)


def without(number: int, text: bytes = KRAKEN) -> bytes:
    """A text without one of its lines."""
    lines = text.splitlines(keepends=True)
    return b"".join(lines[: number - 1] + lines[number:])


def twice(number: int) -> bytes:
    """Kraken's rows with one of them repeated."""
    lines = KRAKEN.splitlines(keepends=True)
    return b"".join(lines[:number] + lines[number - 1 :])


def _kraken(told: tuple[str, ...], content: bytes) -> Malformed:
    return Malformed("XBTUSD_1.csv", content, told)


def _plain(told: tuple[str, ...], content: bytes) -> Malformed:
    return Malformed("XBTUSD.csv", content, told)


_ROWS = KRAKEN.splitlines(keepends=True)

CORPUS = {
    # no table of candles at all
    "empty": _kraken(("XBTUSD_1.csv: empty", "download it again"), b""),
    "blank": _kraken(("XBTUSD_1.csv: empty",), b"\n\r\n \n"),
    "very blank": _kraken((": empty", "download"), b"\n" * 5000),
    "mark alone": _kraken((": empty",), b"\xef\xbb\xbf\n"),
    "gzip": _kraken(("compressed (gzip)", "gunzip XBTUSD_1.csv"), gzip.compress(KRAKEN)),
    "zip": _kraken(("a ZIP archive", "unzip XBTUSD_1.csv"), b"PK\x03\x04" + KRAKEN),
    "xz": _kraken(("compressed (xz)",), b"\xfd7zXZ\x00" + KRAKEN),
    "zstd": _kraken(("compressed (zstd)",), b"\x28\xb5\x2f\xfd" + KRAKEN),
    "parquet": _kraken(("a Parquet file", "as CSV"), b"PAR1" + KRAKEN),
    "utf-16": _kraken(("UTF-16", "iconv"), KRAKEN.decode().encode("utf-16")),
    "binary": _kraken(("binary data",), KRAKEN[:30] + b"\x00\x01" + KRAKEN),
    "html": _kraken(("line 1", "JSON or HTML"), b"<html><body>404</body></html>\n"),
    "json": _kraken(("line 1", "JSON or HTML", "as CSV"), b'{"error":["EQuery:Unknown asset pair"]}\n'),
    "prose": _kraken(("line 1", "no column for time"), b"Not found, sorry.\n"),
    "lines of an old Mac": _kraken(("line 1", "bytes", "tr "), KRAKEN.replace(b"\n", b"\r") * 300),
    "not our database": _kraken(("not a database", "name a journal"), b"SQLite format 3\x00"),
    # layout
    "seconds in front of a header": _plain(
        ("line 1", "no column for time, open", "time,open,high"), b"https://www.example.org\n" + PLAIN
    ),
    "header without close": _plain(
        ("line 1", "no column for close"), PLAIN.replace(b"close", b"closing time")
    ),
    "header alone": _plain(("line 2", "no rows"), HEADER),
    "header twice": _plain(("line 4", "'time'"), PLAIN.replace(b"1700000160", HEADER + b"1700000160")),
    "two columns of one name": _plain(
        ("line 1", "two columns are named 'open'"), PLAIN.replace(b"volume", b"open")
    ),
    "no trades column": _kraken(("line 1", "6 columns", "no header"), PLAIN.removeprefix(HEADER)),
    "semicolons": _kraken(("line 1", "semicolons", "commas"), KRAKEN.replace(b",", b";")),
    "tabs": _kraken(("line 1", "tabs"), KRAKEN.replace(b",", b"\t")),
    "semicolons from the middle on": _kraken(
        ("line 3", "semicolons", "commas"), KRAKEN[:114] + KRAKEN[114:].replace(b",", b";")
    ),
    "decimal commas": _plain(
        ("line 2", "comma inside a cell", "decimal point"),
        PLAIN.replace(b",", b";").replace(b".", b","),
    ),
    "a cell more": _kraken(("line 3", "8 columns instead of 7"), line(3, b",31", b",31,0")),
    "a cell less": _kraken(("line 2", "6 columns instead of 7"), line(2, b",7", b"")),
    "an empty line": _kraken(("line 3", "an empty line", "remove it"), line(2, b",7\n", b",7\n\n")),
    "torn at the end": _kraken(("line 5", "middle of a row", "download it again"), KRAKEN[:-20]),
    "torn in the middle": _kraken(("line 2", "columns instead of 7"), line(2, b"15.0,0.50000000,7\n", b"")),
    "control characters": _kraken(("line 2", "'\ufffd"), line(2, b"35001.2", b"\x1b[31m35001.2")),
    # times
    "goes back": _kraken(("line 5", "goes back", "sort"), b"".join([*_ROWS[:3], _ROWS[4], _ROWS[3]])),
    "newest first": _kraken(("line 2", "newest row comes first", "tac"), b"".join(reversed(_ROWS))),
    "twice": _kraken(("line 4", "2023-11-14 22:16:00", "repeats", "remove"), twice(3)),
    "off the grid": _kraken(("line 3", "22:16:01", "full interval of 60 s"), line(3, b"160,", b"161,")),
    "half a second": _plain(("line 4", "not a full second"), line(4, b"160,", b"160.5,", PLAIN)),
    "milliseconds in between": _kraken(("line 3", "1700000160000"), line(3, b"160,", b"160000,")),
    "of another century": _kraken(("line 5", "1970 and 2100"), line(5, b"1700000280", b"9700000320")),
    "year 0": _kraken(("line 1", "1970 and 2100"), line(1, b"1700000040", b"0")),
    "time is a word": _kraken(("line 4", "time 'yesterday'"), line(4, b"1700000220", b"yesterday")),
    "on no calendar": _plain(
        ("line 3", "calendar"),
        HEADER + b"2023-02-28 00:00:00,1,1,1,1,1\n2023-02-29 00:00:00,1,1,1,1,1\n",
    ),
    "first time on no calendar": _plain(("line 2", "calendar"), line(2, b"1700000040", b"2023-02-30", PLAIN)),
    "negative time": _kraken(("line 2", "time '-1700000100'"), line(2, b"17", b"-17")),
    "one row": _plain(
        ("line 2", "does not tell its interval", "--interval"), b"".join(PLAIN.splitlines(keepends=True)[:2])
    ),
    # numbers
    "nan": _kraken(("line 3", "close is 'nan'", "finite"), line(3, b"34980.4,2", b"nan,2")),
    "infinite": _kraken(("line 2", "high is 'Infinity'", "finite"), line(2, b"35020.0", b"Infinity")),
    "infinite volume": _kraken(("line 2", "volume is 'inf'"), line(2, b"0.50000000", b"inf")),
    "empty cell": _kraken(("line 5", "low is empty"), line(5, b"34985.5", b"")),
    "negative price": _kraken(("line 1", "open '-35000.0' is negative"), line(1, b"35000.0", b"-35000.0")),
    "negative volume": _kraken(("line 4", "volume '-0.10000000'"), line(4, b"0.10000000", b"-0.10000000")),
    "price 0": _kraken(("line 4", "low is 0"), line(4, b"34980.0", b"0.0")),
    "two points": _kraken(("line 1", "'35.000.0' is not a number"), line(1, b"35000.0", b"35.000.0")),
    "currency sign": _kraken(("line 1", "'$35000.0'"), line(1, b"35000.0", b"$35000.0")),
    "hexadecimal": _kraken(("line 1", "'0x88b8'"), line(1, b"35000.0", b"0x88b8")),
    "other digits": _kraken(("line 1", "is not a number"), line(1, b"35000.0", "٣٥٠٠٠".encode())),
    "huge": _kraken(("line 2", "larger than any price"), line(2, b"35020.0", b"350200000000000000")),
    "noise of binary fractions": _kraken(
        ("line 2", "more than 10 decimals", "tick"), line(2, b"35020.0", b"35020.000000000001")
    ),
    "half a trade": _kraken(("line 2", "trade count '7.5'"), line(2, b",7\n", b",7.5\n")),
    # candles
    "high below low": _kraken(
        ("line 1", "high is below low"), line(1, b"35010.5,34990.1", b"34990.1,35010.5")
    ),
    "open above high": _kraken(("line 2", "outside low and high"), line(2, b"35001.2", b"35020.1")),
    "close below low": _kraken(("line 5", "outside low and high"), line(5, b"34999.0", b"34985.4")),
}  # fmt: skip
