"""Keeps in mind what the terminal shows, and makes of an update only what changes it.

Textual writes each dirty row from the left edge of its widget. Here the same strips are printed into a
copy of the terminal, and only cells that differ are sent.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

from tui_bot.console.output.cells import PLAIN, CellRow, Printer, Surprise
from tui_bot.console.output.pen import Pen

Update = LayoutUpdate | ChopsUpdate


class Lean:
    """The cells of one terminal, as far as they are known."""

    def __init__(self) -> None:
        self._rows: list[CellRow] = []
        self._odd: set[int] = set()
        self._printer = Printer(ColorSystem.TRUECOLOR)

    def forget(self) -> None:
        """Nothing is known of the terminal any more: every cell of the next updates is sent."""
        self._rows.clear()

    def sequence(self, update: Update, console: Console) -> str:
        """What brings the terminal from what it shows to the update; the cursor is anywhere after it.

        Raises:
            Surprise: something in the update that is not known here
        """
        system = console._color_system or ColorSystem.TRUECOLOR
        if system is not self._printer.system:
            self._printer = Printer(system)
            self.forget()
        self._fit(*_size(update))
        fresh: dict[int, CellRow] = {}
        odd: set[int] = set()
        for y, x, strip in _parts(update):
            row = fresh.get(y)
            if row is None:
                row = fresh[y] = self._rows[y].copy()
            if self._printer.print(row, x, strip):
                odd.add(y)
        return self._difference(fresh, odd)

    def _fit(self, width: int, height: int) -> None:
        """Another size is another terminal."""
        if len(self._rows) != height or (self._rows and len(self._rows[0]) != width):
            self._rows = [[None] * width for _ in range(height)]
            self._odd.clear()

    def _difference(self, fresh: dict[int, CellRow], odd: set[int]) -> str:
        pen = Pen()
        for y, new in fresh.items():
            old = self._rows[y]
            del new[len(old) :]
            if new == old:
                continue
            if y in odd or y in self._odd:
                # Terminals do not agree on how wide some signs are: the row is written whole.
                pen.write_whole(y, new)
                self._keep_odd(y, new)
            else:
                pen.write_changes(y, old, new)
            self._rows[y] = new
        return pen.close()

    def _keep_odd(self, y: int, row: CellRow) -> None:
        self._odd.discard(y)
        if any(cell is not None and cell[0] not in PLAIN for cell in row):
            self._odd.add(y)


def _size(update: Update) -> tuple[int, int]:
    if isinstance(update, LayoutUpdate):
        region = update.region
        if region.x or region.y:
            raise Surprise("an update of a part of the screen")
        return region.width, region.height
    return max(max(ends, default=0) for ends in update.chop_ends), len(update.chops)


def _parts(update: Update) -> Iterator[tuple[int, int, Strip]]:
    """Row, column and strip of everything that is to be printed."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips):
            x = 0
            for strip in line:
                yield y, x, strip
                x += strip.cell_length
        return
    for y, first, last in update.spans:
        for end, (x, part) in zip(update.chop_ends[y], update.chops[y].items(), strict=True):
            if part is not None and x < last and end > first:
                yield y, x, part
