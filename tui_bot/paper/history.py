"""A recorded market played as trades: Kraken's downloadable OHLCVT file, or a journal of tui-bot.

Rows are `unix seconds,open,high,low,close,volume,trades`, without header; intervals without trades are left
out (Kraken support 360047124832). Each row becomes trades whose exact aggregate is that row.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random
from typing import NamedTuple

from tui_bot.paper.candles import CLOSED_ROWS, INTERVALS
from tui_bot.paper.clock import NS_PER_MINUTE
from tui_bot.paper.instruments import BTC_USD, ETH_USD, Pair, find_pair
from tui_bot.paper.recorded import RecordingError, is_recording, read_recording
from tui_bot.paper.tape import Trade

_FIRST_NUMBER = 60_000_000
_COLUMNS = 7
_MOST_TRADES = 100_000
_NAME = re.compile(r"([A-Za-z]+)_(\d+)")
_NUMBER = re.compile(r"\d+(\.\d+)?")


class HistoryError(Exception):
    """A history file that cannot be played; the text names file, line and remedy."""


class Row(NamedTuple):
    """One recorded candle: begin in minutes since 1970, prices in ticks, volume in lots."""

    minute: int
    open: int
    high: int
    low: int
    close: int
    lots: int
    trades: int


class History:
    """The rows of a file, checked. Raises HistoryError.

    A journal knows its pair and interval. Those of a text come from its name (`XBTUSD_1.csv`); else they are
    BTC/USD and the interval all rows fit.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._place = "line"
        try:
            recording = read_recording(path) if is_recording(path) else None
            data = path.read_bytes() if recording is None else b""
        except OSError as error:
            raise HistoryError(f"{path}: cannot be read ({error.strerror}); check --history") from error
        except RecordingError as error:
            raise HistoryError(str(error)) from None
        if recording is None:
            name = _NAME.fullmatch(path.stem)
            self.pair: Pair = (find_pair(name[1]) if name else None) or BTC_USD
            self.digest = _digest(data)
            self.rows = self._read(self._lines(data))
            self.interval = self._interval(int(name[2]) if name else None)
        else:
            self._place = "row"
            self.pair = self._listed(recording.symbol)
            self.digest = _digest("\n".join(line for _, line in recording.lines).encode())
            self.rows = self._read(recording.lines)
            self.interval = self._interval(recording.interval)

    def begin_ns(self, index: int) -> int:
        """When a row begins."""
        return self.rows[index].minute * NS_PER_MINUTE

    @property
    def end_ns(self) -> int:
        """When the last row ends."""
        return (self.rows[-1].minute + self.interval) * NS_PER_MINUTE

    def past_rows(self, asked: int | None) -> int:
        """How many rows lie before the start: as asked, else 720, or half of a file shorter than 1440."""
        wanted = min(CLOSED_ROWS, len(self.rows) // 2) if asked is None else asked
        return max(0, min(wanted, len(self.rows) - 1))

    def _lines(self, data: bytes) -> Iterable[tuple[int, str]]:
        try:
            return enumerate(data.decode("ascii").splitlines(), 1)
        except UnicodeDecodeError:
            raise self._error(1, "not a text file", "name a Kraken OHLCVT file") from None

    def _listed(self, symbol: str) -> Pair:
        pair = find_pair(symbol)
        if pair is None:
            listed = " and ".join(each.symbol for each in (BTC_USD, ETH_USD))
            raise HistoryError(f"{self.path}: candles of {symbol}; only {listed} can be played")
        return pair

    def _read(self, lines: Iterable[tuple[int, str]]) -> list[Row]:
        rows: list[Row] = []
        for number, line in lines:
            if not line.strip():
                continue
            row = self._row(number, line)
            if rows and row.minute <= rows[-1].minute:
                what = "repeats" if row.minute == rows[-1].minute else "goes back behind"
                raise self._error(
                    number, f"time {what} that of the row before", "sort the file by its first column"
                )
            if row.trades:
                rows.append(row)
        if len(rows) < 2:
            raise self._error(1, "fewer than two rows with trades", "name a Kraken OHLCVT file")
        return rows

    def _row(self, number: int, line: str) -> Row:
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) != _COLUMNS:
            what = f"{len(cells)} columns instead of {_COLUMNS}"
            raise self._error(number, what, "cut torn or foreign lines; the file has no header and no vwap")
        second = self._whole(number, cells[0], "time")
        if second % 60:
            raise self._error(number, f"time {second} is not at a full minute", "name a file of candles")
        prices = [self._ticks(number, cell) for cell in cells[1:5]]
        lots = self.pair.lots(self._decimal(number, cells[5], "volume"))
        if lots is None:
            raise self._error(
                number, f"volume {cells[5]} has more than 8 decimals", "round it down to 8 decimals"
            )
        trades = self._whole(number, cells[6], "trade count")
        row = Row(second // 60, prices[0], prices[1], prices[2], prices[3], lots, trades)
        self._check(number, row)
        return row

    def _check(self, number: int, row: Row) -> None:
        if not row.low <= min(row.open, row.close) <= max(row.open, row.close) <= row.high:
            raise self._error(number, "open or close lies outside low and high", "load the file anew")
        if row.trades == 0 and (row.lots or row.high != row.low):
            raise self._error(number, "no trades, but volume or movement", "load the file anew")
        if row.trades and row.lots < row.trades:
            raise self._error(
                number, f"{row.trades} trades cannot share so small a volume", "load the file anew"
            )
        needed = len(_turning_points(row)) if row.trades else 0
        if row.trades < needed or row.trades > _MOST_TRADES:
            what = f"{row.trades} trades cannot make this candle, {needed} are needed"
            raise self._error(number, what, "load the file anew")

    def _whole(self, number: int, text: str, what: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 11:
            raise self._error(number, f"{what} {text!r} is not a whole number", "load the file anew")
        return int(text)

    def _decimal(self, number: int, text: str, what: str) -> Decimal:
        try:
            if not _NUMBER.fullmatch(text) or len(text) > 30:
                raise InvalidOperation
            return Decimal(text)
        except InvalidOperation:
            remedy = "load the file anew; numbers are plain, finite and not negative"
            raise self._error(number, f"{what} {text!r} is not a number", remedy) from None

    def _ticks(self, number: int, text: str) -> int:
        ticks = self.pair.ticks(self._decimal(number, text, "price"))
        if ticks is None:
            what = f"price {text} is off the grid of {self.pair.tick_size} of {self.pair.symbol}"
            raise self._error(number, what, "name the file after its pair, or use one of this pair")
        if ticks == 0:
            raise self._error(number, "price 0", "load the file anew")
        return ticks

    def _interval(self, named: int | None) -> int:
        steps = [later.minute - row.minute for row, later in zip(self.rows, self.rows[1:], strict=False)]
        fitting = [i for i in INTERVALS if all(step % i == 0 for step in steps) and i <= min(steps)]
        interval = named if named in INTERVALS else max(fitting, default=1)
        if interval not in fitting:
            what = f"rows are not multiples of {interval} minutes apart"
            raise self._error(1, what, "give the file its right name, PAIR_MINUTES.csv")
        return interval

    def _error(self, line: int, what: str, remedy: str) -> HistoryError:
        return HistoryError(f"{self.path}, {self._place} {line}: {what}; {remedy}")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


class Replay:
    """The trades of a history, played at their time. The same file and seed always give the same trades."""

    def __init__(self, history: History, seed: int) -> None:
        self.start_ns = history.begin_ns(0)
        self._history = history
        self._seed = seed
        self._stream = self._all()
        self._next: Trade | None = next(self._stream, None)

    def until(self, ns: int) -> list[Trade]:
        """Trades not handed out before with a time not after `ns`, oldest first."""
        taken: list[Trade] = []
        while self._next is not None and self._next.ns <= ns:
            taken.append(self._next)
            self._next = next(self._stream, None)
        return taken

    def finished(self, ns: int) -> bool:
        """True once the last row's interval has ended."""
        return self._next is None and ns >= self._history.end_ns

    def _all(self) -> Iterator[Trade]:
        number = _FIRST_NUMBER
        for row in self._history.rows:
            yield from self._trades(row, number)
            number += row.trades

    def _trades(self, row: Row, number: int) -> Iterator[Trade]:
        rng = Random(self._seed * 1_000_003 + row.minute)  # noqa: S311 - a game, not a secret
        path = _path(row, rng)
        length = self._history.interval * NS_PER_MINUTE
        moments = sorted(rng.randrange(length) for _ in path)
        volumes = _split(row.lots, row.trades, rng)
        before = path[0]
        for index, (ticks, lots, moment) in enumerate(zip(path, volumes, moments, strict=True)):
            buying = ticks > before or (ticks == before and rng.random() < 0.5)
            spread = 1 if rng.random() < 0.85 else rng.randint(2, 6)
            bid, ask = (max(1, ticks - spread), ticks) if buying else (ticks, ticks + spread)
            ns = row.minute * NS_PER_MINUTE + moment
            yield Trade(number + index + 1, ns, ticks, lots, "b" if buying else "s", "m", bid, ask)
            before = ticks


def _turning_points(row: Row) -> list[int]:
    """The fewest prices that make the candle, falling candles visiting the high first."""
    between = [row.high, row.low] if row.close < row.open else [row.low, row.high]
    points = [row.open, *(ticks for ticks in between if ticks not in {row.open, row.close})]
    if row.close != points[-1]:
        points.append(row.close)
    return points


def _path(row: Row, rng: Random) -> list[int]:
    """As many prices as the row has trades, from open to close, touching high and low."""
    points = _turning_points(row)
    legs: list[list[int]] = [[] for _ in points]
    for share in sorted(rng.random() * (len(points) - 1) for _ in range(row.trades - len(points))):
        leg = int(share)
        if len(points) > 1:
            legs[leg].append(round(points[leg] + (points[leg + 1] - points[leg]) * (share - leg)))
        else:
            legs[0].append(row.open)
    return [ticks for point, leg_prices in zip(points, legs, strict=True) for ticks in (point, *leg_prices)]


def _split(lots: int, parts: int, rng: Random) -> list[int]:
    """`parts` positive volumes that sum up to `lots`."""
    weights = [rng.random() + 0.05 for _ in range(parts)]
    scale = (lots - parts) / sum(weights)
    shares = [1 + int(weight * scale) for weight in weights]
    shares[-1] += lots - sum(shares)
    return shares
