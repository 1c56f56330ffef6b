"""A history on disk as columns of ticks, to be mapped into memory and used in milliseconds.

A head of whole pages (a line of format and size, one of JSON, one of its CRC-32, blanks), then the
columns begin, open, high, low, close, volume, little-endian, each at a multiple of 64 bytes. A file is
written once and replaced as a whole, never changed.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.files.text_file import Progress
from tui_bot.backtest.history import History

_FORMAT = b"tui-bot history 1 "
_PAGE, _ALIGNED = 4096, 64
_COLUMNS = ("begin", "open", "high", "low", "close", "volume")
_AT_ONCE = 1 << 24


class DamagedError(Exception):
    """A file that is not, or no longer, what was written."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file a history was read from: its path, size in bytes and SHA-256, and how it was read.

    ``tick`` is what was asked for, "" if it was found; ``guessed``: its pair was told by nobody.
    """

    path: str
    size: int
    sha256: str
    tick: str = ""
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What a file tells of itself. ``first`` and ``last`` are the begins of those candles, Unix seconds;
    ``prices`` the type of a price, ``sha256`` that of the whole content."""

    pair: str
    interval: int
    tick: str
    candles: int
    first: int
    last: int
    holes: int
    filled: bool
    prices: str
    sha256: str
    source: Source | None

    @property
    def types(self) -> tuple[str, ...]:
        """The types of the columns."""
        return "<i8", self.prices, self.prices, self.prices, self.prices, "<f8"


def head_of(history: History, source: Source | None) -> Head:
    """The head that a history is written under."""
    return Head(
        history.pair,
        history.interval,
        format(history.tick, "f"),
        len(history),
        int(history.begin[0]),
        int(history.begin[-1]),
        history.holes,
        history.filled,
        "<i4" if history.close.dtype == np.int32 else "<i8",
        digest(history),
        source,
    )


def digest(history: History, progress: Progress | None = None) -> str:
    """The SHA-256 of what a history holds; of its name and of where it came from nothing."""
    summed = hashlib.sha256()
    told = history.pair, history.interval, format(history.tick, "f"), history.holes, history.filled
    summed.update(repr((*told, len(history))).encode())
    size, done = sum(getattr(history, name).nbytes for name in _COLUMNS), 0
    for part in _parts(history):
        summed.update(part)
        done += len(part)
        if progress is not None:
            progress(done, size)
    return summed.hexdigest()


def _parts(history: History) -> Iterator[memoryview]:
    """The bytes of the columns, some megabytes at a time."""
    for name in _COLUMNS:
        column: NDArray[Any] = getattr(history, name)
        rows = _AT_ONCE // 8
        for at in range(0, len(column), rows):
            yield np.ascontiguousarray(column[at : at + rows]).data.cast("B")


def write(file: BinaryIO, history: History, head: Head) -> None:
    """The whole file. Raises OSError."""
    file.write(_page(head))
    for name, kind in zip(_COLUMNS, head.types, strict=True):
        column = np.ascontiguousarray(getattr(history, name), kind)
        file.write(column.data.cast("B"))
        file.write(bytes(-column.nbytes % _ALIGNED))


def _page(head: Head) -> bytes:
    told = json.dumps(asdict(head), separators=(",", ":")).encode()
    size = -(-(len(told) + 64) // _PAGE) * _PAGE
    text = _FORMAT + b"%08d\n" % size + told + b"\n%08x\n" % zlib.crc32(told)
    return text.ljust(size)


def read_head(path: Path) -> tuple[Head, int]:
    """The head, and its size in bytes. Raises DamagedError and OSError."""
    with path.open("rb") as file:
        first = file.read(_PAGE)
        line, _, rest = first.partition(b"\n")
        size = line.removeprefix(_FORMAT)
        if not line.startswith(_FORMAT) or not size.isdigit() or int(size) > 64 * _PAGE:
            raise DamagedError("it does not begin as a history does")
        rest += file.read(max(0, int(size) - len(first)))
    told, _, rest = rest.partition(b"\n")
    if rest[:8] != b"%08x" % zlib.crc32(told):
        raise DamagedError("its head does not fit its checksum")
    values: dict[str, Any] = json.loads(told)
    source = values.pop("source")
    return Head(**values, source=Source(**source) if source else None), int(size)


def map_history(path: Path, name: str) -> tuple[History, Head]:
    """The history in a file, its columns mapped and read-only. Raises DamagedError and OSError.

    The columns are not read; `digest` compared with the head's proves them. Who cuts the file short in place
    ends every process that reads it; replacing it does no harm.
    """
    head, at = read_head(path)
    sizes = [head.candles * np.dtype(kind).itemsize for kind in head.types]
    needed = at + sum(size + -size % _ALIGNED for size in sizes)
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if len(content) != needed:
        raise DamagedError(f"it has {len(content)} bytes instead of {needed}")
    columns: list[NDArray[Any]] = []
    for kind, size in zip(head.types, sizes, strict=True):
        columns.append(np.frombuffer(content, np.dtype(kind), head.candles, at))
        at += size + -size % _ALIGNED
    begin, opening, high, low, close, volume = columns
    told = head.pair, head.interval, Decimal(head.tick), begin, opening, high, low, close, volume
    return History(*told, head.holes, head.filled, name, head.sha256, str(path)), head
