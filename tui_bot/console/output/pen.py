"""The terminal's cursor and colours while one frame is written, and the shortest ways for both."""

from __future__ import annotations

from tui_bot.console.output.cells import PLAIN, Cell, CellRow
from tui_bot.console.output.look import FRESH, Look, turn


class Pen:
    """Collects the sequence of one frame. It begins and ends with a fresh look."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._look = FRESH
        self._y = self._x = -1  # where the cursor is; -1 when that is not certain

    def close(self) -> str:
        """The sequence."""
        self._turn(FRESH)
        return "".join(self._out)

    def write_changes(self, y: int, old: CellRow, new: CellRow) -> None:
        """The cells of a row of plain signs that differ."""
        for x, (before, cell) in enumerate(zip(old, new, strict=True)):
            if cell is before or cell == before or cell is None:
                continue
            if (y, x) != (self._y, self._x) and not self._bridge(y, x, new):
                self._move(y, x)
            self._put(cell)
            self._y, self._x = y, x + 1
        if self._x == len(new):
            self._lose()  # at the right edge a cursor stays or waits to wrap

    def write_whole(self, y: int, row: CellRow) -> None:
        """All known cells of a row, each in its place however wide the terminal takes it to be."""
        x = 0
        while x < len(row):
            cell, wide = row[x], 1
            while x + wide < len(row) and (after := row[x + wide]) is not None and not after[0]:
                wide += 1
            if cell is not None:
                self._put_in_place(y, x, cell, wide)
            x += wide
        self._lose()

    def _put_in_place(self, y: int, x: int, cell: Cell, wide: int) -> None:
        if (y, x) != (self._y, self._x):
            self._move(y, x)
        if cell[0] in PLAIN:
            self._put(cell)
            self._y, self._x = y, x + 1
            return
        if wide > 1:
            # Where a terminal takes less room than was meant, nothing old must shine through.
            self._turn(cell[1])
            self._out.append(" " * wide)
            self._lose()
            self._move(y, x)
        self._put(cell)
        self._lose()

    def _put(self, cell: Cell) -> None:
        text, look = cell
        if look is not self._look and not (text == " " and self._serves(look)):
            self._turn(look)
        self._out.append(text)

    def _serves(self, blank: Look) -> bool:
        """Whether a blank written as the pen is now looks as it should."""
        pen = self._look
        return pen.background == blank.background and not (pen.shows_on_blank or blank.shows_on_blank)

    def _turn(self, look: Look) -> None:
        if look != self._look:
            self._out.append(turn(self._look, look))
        self._look = look

    def _lose(self) -> None:
        self._y = self._x = -1

    def _move(self, y: int, x: int) -> None:
        way = f"\x1b[{y + 1};{x + 1}H"
        if self._y >= 0 and y >= self._y and x >= self._x - _LONGEST_BACK:
            down = y - self._y
            near = (f"\x1b[{down if down > 1 else ''}B" if down else "") + _sideways(x - self._x)
            way = near if len(near) < len(way) else way
        self._out.append(way)
        self._y, self._x = y, x

    def _bridge(self, y: int, x: int, row: CellRow) -> bool:
        """Write again what lies between, where that is shorter than a move; whether it was done."""
        if y != self._y or not 0 < x - self._x <= _LONGEST_BRIDGE:
            return False
        between = row[self._x : x]
        for cell in between:
            if cell is None or not (cell[1] == self._look or (cell[0] == " " and self._serves(cell[1]))):
                return False
        text = "".join(cell[0] for cell in between if cell is not None)
        if len(text.encode()) > len(_sideways(x - self._x)):
            return False
        self._out.append(text)
        self._x = x
        return True


_LONGEST_BACK = 3
_LONGEST_BRIDGE = 5  # bytes of the longest move to the right that is worth avoiding


def _sideways(cells: int) -> str:
    if cells > 0:
        return f"\x1b[{cells if cells > 1 else ''}C"
    return "\b" * -cells
