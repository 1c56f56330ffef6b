"""A text of rows read in blocks that fit a processor's cache, so that years of it need little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from tui_bot.backtest.fault import Fault, HistoryError

#: Bytes done and bytes in all.
Progress = Callable[[int, int], None]

_BLOCK = 1 << 19
_LONGEST_LINE = 1 << 16
_UTF8_MARK = b"\xef\xbb\xbf"

#: What a file begins with that is no text of candles, and what to do.
_FOREIGN = (
    (b"\x1f\x8b", "compressed (gzip)", "unpack it first: gunzip FILE"),
    (b"PK\x03\x04", "a ZIP archive", "unpack it first: unzip FILE"),
    (b"BZh", "compressed (bzip2)", "unpack it first: bunzip2 FILE"),
    (b"\xfd7zXZ\x00", "compressed (xz)", "unpack it first: unxz FILE"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)", "unpack it first: unzstd FILE"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it first: 7z x FILE"),
    (b"PAR1", "a Parquet file", "write it as CSV first"),
    (b"\xff\xfe", "UTF-16 text", "save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE"),
    (b"\xfe\xff", "UTF-16 text", "save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE"),
    (b"%PDF", "a PDF", "name a CSV file of candles"),
)


def open_text(path: Path) -> tuple[BinaryIO, int]:
    """The file, and its size; behind a byte order mark if it has one. Raises HistoryError."""
    try:
        if path.is_dir():
            raise HistoryError(f"{path}: a folder; name one file of candles in it")
        size = path.stat().st_size
        if not path.is_file():
            raise HistoryError(f"{path}: no plain file; save the candles in one and name that")
        file = path.open("rb")
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise HistoryError(f"{path}: {what}; check the name and who may read it") from None
    try:
        _check_head(path, file)
    except BaseException:
        file.close()
        raise
    return file, size


def _check_head(path: Path, file: BinaryIO) -> None:
    head = file.read(512)
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise HistoryError(f"{path}: empty; download it again, or name another file")
    for mark, what, remedy in _FOREIGN:
        if head.startswith(mark):
            raise HistoryError(f"{path}: {what}; {remedy.replace('FILE', path.name)}")
    if b"\x00" in head:
        raise HistoryError(f"{path}: not text but binary data; name a CSV file of candles")
    file.seek(len(_UTF8_MARK) if head.startswith(_UTF8_MARK) else 0)


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes: ...
    def tell(self) -> int: ...


def row_blocks(file: Readable, size: int, progress: Progress | None = None) -> Iterator[bytes]:
    """Whole rows, each ended by a line feed but perhaps the last of all.

    Empty lines at the end of the file are left out. Raises Fault for a line too long to be a row.
    """
    held = rest = b""
    while read := file.read(_BLOCK):
        end = read.rfind(b"\n") + 1
        if end:
            if held:
                yield held
            held, rest = rest + read[:end], read[end:]
        else:
            rest += read
        if len(rest) > _LONGEST_LINE:
            remedy = "lines must end in a line feed: tr '\\r' '\\n' < FILE > MENDED"
            raise Fault(f"a line of more than {_LONGEST_LINE} bytes", remedy)
        if progress is not None:
            progress(file.tell(), size)
    last = held + rest
    rows = last.rstrip(b"\r\n\t ")
    if rows:
        yield rows + b"\n" if last.endswith(b"\n") else rows
