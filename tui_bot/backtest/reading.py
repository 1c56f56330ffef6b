"""A file of candles read into a history: Kraken's OHLCVT text, a CSV with a header, or a journal of ours.

Kraken's rows are `unix seconds,open,high,low,close,volume,trades` without header, and intervals without
trades are left out (Kraken support 360047124832).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np

from tui_bot.backtest import holes
from tui_bot.backtest.fault import Fault, HistoryError, HistoryUsage
from tui_bot.backtest.files.block import Block, read_block
from tui_bot.backtest.files.column import Column
from tui_bot.backtest.files.layout import KRAKEN, Layout, find_layout
from tui_bot.backtest.files.pair_name import tick_of, told_by
from tui_bot.backtest.files.soundness import check, common_step, time_text
from tui_bot.backtest.files.text_file import Progress, open_text, row_blocks
from tui_bot.backtest.files.tick_grid import TickGrid
from tui_bot.backtest.files.times import counts_a_second
from tui_bot.backtest.history import History

_DATABASE = b"SQLite format 3\x00"
_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person says about a file; what they do not say is found in it.

    ``pair`` as ``BTC/USD``, or "" to go by the file's name, and by ``otherwise`` where that tells none.
    ``interval`` in seconds, ``tick`` in quote currency. ``fill``: whether holes are filled flat, as the bot
    does live; None: they are, unless the file was imported otherwise.
    """

    pair: str = ""
    interval: int | None = None
    tick: Decimal | None = None
    fill: bool | None = None
    otherwise: str = ""


#: Everything is found in the file.
AS_FOUND = ReadOptions()


def read_history(path: Path, options: ReadOptions = AS_FOUND, progress: Progress | None = None) -> History:
    """The history that a file holds. Raises HistoryError, which names file, line and remedy."""
    if is_journal(path):
        return _read_journal(path, options)
    file, size = open_text(path)
    with file:
        return read_text(path, row_blocks(file, size, progress), size, options)


def is_journal(path: Path) -> bool:
    """Whether it is a journal rather than a text, as far as it can be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_DATABASE)) == _DATABASE
    except OSError:
        return False  # the reader of texts says what is wrong


def _read_journal(path: Path, options: ReadOptions) -> History:
    from tui_bot.paper.recorded import RecordingError, read_recording  # brings sqlite3, which texts spare

    try:
        recording = read_recording(path)
    except RecordingError as error:
        raise HistoryError(str(error)) from None
    pair, interval = recording.symbol, recording.interval * 60
    if options.pair not in ("", pair) or options.interval not in (None, interval):
        what = f"holds candles of {pair} at {interval} s"
        raise HistoryUsage(f"{path}: {what}; leave out --pair and --interval, or name another file")
    lines = [line for _, line in recording.lines]
    blocks = (
        "".join(f"{line}\n" for line in lines[at : at + _ROWS_AT_ONCE]).encode()
        for at in range(0, len(lines), _ROWS_AT_ONCE)
    )
    grid = TickGrid(options.tick, tick_of(pair), len(lines))
    table = _Table(path, "candle", KRAKEN, 1, grid, interval, len(lines))
    return _history(path, table, blocks, pair, path.parent.name or path.stem, options.fill)


def read_text(path: Path, blocks: Iterator[bytes], size: int, options: ReadOptions) -> History:
    """The history in the rows of a text of ``size`` bytes; errors name ``path``. Raises HistoryError."""
    try:
        return _read_rows(path, blocks, size, options)
    except OSError as error:
        what = f"cannot be read to its end ({error.strerror})"
        raise HistoryError(f"{path}: {what}; check the disk, or name another copy") from None


def _read_rows(path: Path, blocks: Iterator[bytes], size: int, options: ReadOptions) -> History:
    told, interval = told_by(path.stem)
    pair = options.pair or told or options.otherwise
    if not pair:
        raise HistoryUsage(f"{path}: the name of the file tells no pair; name it with --pair BTC/USD")
    try:
        first = next(blocks, b"")
        layout, unit, rows = _begin(first)
    except Fault as fault:
        raise fault.at(path, f"line {fault.row + 1}") from None
    room = 64 + int(1.02 * first.count(b"\n") * size / max(1, len(first)))
    grid = TickGrid(options.tick, tick_of(pair), room)
    table = _Table(path, "line", layout, unit, grid, options.interval or interval, room)
    return _history(path, table, _chain(rows, blocks), pair, path.stem, options.fill)


def _begin(first: bytes) -> tuple[Layout, int, bytes]:
    """Layout and unit of time that the first rows tell, and the rows without a header. Raises Fault."""
    line, _, rest = first.partition(b"\n")
    layout = find_layout(line.decode("utf-8", "replace"))
    row = rest.partition(b"\n")[0] if layout.header else line
    if layout.header and not row.strip():
        raise Fault("a header, but no rows", "download the file again, or name another file", 1)
    cells = row.decode("utf-8", "replace").strip().split(layout.delimiter)
    if len(cells) != layout.columns:
        return layout, 1, rest if layout.header else first  # reading the row says what is wrong
    try:
        unit = counts_a_second(cells[layout.time].strip(' "'))
    except Fault as fault:
        fault.row = int(layout.header)
        raise
    return layout, unit, rest if layout.header else first


def _chain(rows: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    if rows:
        yield rows
    yield from blocks


class _Table:
    """Takes block after block of rows, checks them, and keeps their columns."""

    def __init__(
        self,
        path: Path,
        kind: str,
        layout: Layout,
        unit: int,
        grid: TickGrid,
        interval: int | None,
        room: int,
    ) -> None:
        self._path, self._kind = path, kind
        self._layout, self._unit = layout, unit
        self.grid = grid
        self.interval = interval
        self._last: int | None = None
        self.begin = Column(np.int64, room)
        self.volume = Column(np.float64, room)

    def add(self, rows: bytes) -> None:
        """The rows that follow. Raises HistoryError."""
        try:
            self._keep(self._read(rows))
        except Fault as fault:
            line = len(self.begin) + fault.row + 1 + self._layout.header
            raise fault.at(self._path, f"{self._kind} {line}") from None

    def _read(self, rows: bytes) -> Block:
        if rows.endswith(b"\n"):
            return read_block(rows, self._layout, self._unit)
        last = rows[rows.rfind(b"\n") + 1 :]
        if last.count(self._layout.delimiter.encode()) + 1 < self._layout.columns:
            what = "the file ends in the middle of a row"
            raise Fault(what, "download it again, or cut that row", rows.count(b"\n"))
        return read_block(rows + b"\n", self._layout, self._unit)

    def _keep(self, block: Block) -> None:
        if self.interval is None:
            self.interval = common_step(block.begin)
        check(block, self.interval, self._last)
        self.grid.add(block)
        self.begin.append(block.begin)
        self.volume.append(block.volume)
        self._last = int(block.begin[-1])


def _history(
    path: Path, table: _Table, blocks: Iterator[bytes], pair: str, name: str, fill: bool | None
) -> History:
    for rows in blocks:
        table.add(rows)
    begin, volume = table.begin.values, table.volume.values
    opening, high, low, close = table.grid.columns
    interval = table.interval or 0
    missing = holes.count(begin, interval)
    if missing > holes.MOST:
        place, longest = holes.largest(begin, interval)
        what = f"{missing:,} candles are missing, {longest:,} of them after {time_text(int(begin[place]))}"
        raise HistoryError(f"{path}: {what}; check the times and the interval")
    made = History(
        pair, interval, table.grid.tick, begin, opening, high, low, close, volume, missing, name=name
    )
    return made if fill is False else holes.fill(made)
