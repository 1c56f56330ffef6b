"""How a text of candles is laid out: which column is what, and how its times are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_bot.backtest.fault import Fault, shown

#: The names that columns go by, in lower case, the best first.
_NAMES = {
    "time": (
        *(
            "time",
            "timestamp",
            "unix",
            "unix timestamp",
            "unix_timestamp",
            "open time",
            "open_time",
            "opentime",
        ),
        *("datetime", "date", "date_time", "begin", "start", "ts", "t", "gmt time"),
    ),
    "open": ("open", "o", "open price", "open_price"),
    "high": ("high", "h", "high price", "high_price"),
    "low": ("low", "l", "low price", "low_price"),
    "close": ("close", "c", "close price", "close_price", "last"),
    "volume": ("volume", "vol", "v", "base volume", "base_volume", "volume_base", "amount", "qty"),
}
_NEEDED = ("time", "open", "high", "low", "close")
_DELIMITERS = ",;\t|"
_KRAKEN_COLUMNS = 7


@dataclass(frozen=True, slots=True)
class Layout:
    """``columns`` a row has; the places of time, the four prices and the volume (None: there is none).

    ``whole`` is a column to be checked as a whole number, Kraken's count of trades.
    """

    columns: int
    time: int
    prices: tuple[int, int, int, int]
    volume: int | None
    whole: int | None = None
    delimiter: str = ","
    header: bool = False


KRAKEN = Layout(_KRAKEN_COLUMNS, 0, (1, 2, 3, 4), 5, 6)


def find_layout(first: str) -> Layout:
    """The layout that the first line tells: Kraken's own, or that of a header. Raises Fault."""
    line = first.strip()
    if line[:1] in "{[<":
        raise Fault("not a table of candles but JSON or HTML", "save the history as CSV")
    delimiter = max(_DELIMITERS, key=line.count)
    cells = [cell.strip().strip("\"'").strip() for cell in line.split(delimiter)]
    if not cells[0][:1].isdigit() and any(cell[:1].isalpha() for cell in cells):
        return _of_header(cells, delimiter)
    if len(cells) == _KRAKEN_COLUMNS and delimiter == ",":
        return KRAKEN
    if delimiter != "," and len(cells) > 1:
        what = f"cells are parted by {_called(delimiter)}, and there is no header"
        raise Fault(what, "part them by commas, or put the names of the columns on top")
    what = f"{_columns(len(cells))}, no header; Kraken's files have {_KRAKEN_COLUMNS}"
    raise Fault(what, "put a line on top that names the columns: time,open,high,low,close,volume")


def _of_header(cells: Sequence[str], delimiter: str) -> Layout:
    names = [cell.lower() for cell in cells]
    found = {what: _place(names, known) for what, known in _NAMES.items()}
    missing = [what for what in _NEEDED if found[what] is None]
    if missing:
        what = f"the header {shown(delimiter.join(cells))} has no column for {', '.join(missing)}"
        raise Fault(what, "name the columns time,open,high,low,close,volume in the first line of the file")
    for what, place in found.items():
        if place is not None and names.count(names[place]) > 1:
            raise Fault(f"two columns are named {shown(cells[place])}", f"keep the one that is the {what}")
    time, opening, high, low, close = (found[what] or 0 for what in _NEEDED)
    volume = found["volume"] if found["volume"] is not None else _volume(names)
    return Layout(len(cells), time, (opening, high, low, close), volume, None, delimiter, header=True)


def _place(names: Sequence[str], known: Sequence[str]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)


def _volume(names: Sequence[str]) -> int | None:
    """``Volume BTC`` beside ``Volume USD``: that of the base comes first."""
    return next((place for place, name in enumerate(names) if name.startswith("volume")), None)


def row_fault(row: str, layout: Layout) -> Fault:
    """Why a row that has not as many cells as the layout says cannot be read."""
    if not row.strip():
        return Fault("an empty line", "remove it")
    count = row.count(layout.delimiter) + 1
    remedy = "cut lines that are torn, or download the file again"
    if count == 1:
        other = next((each for each in _DELIMITERS if row.count(each) >= layout.columns - 1), None)
        if other:
            return Fault(f"cells are parted by {_called(other)}", f"part them by {_called(layout.delimiter)}")
    return Fault(f"{_columns(count)} instead of {layout.columns}", remedy)


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"


def _called(delimiter: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[delimiter]
