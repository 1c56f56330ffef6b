"""From strips to cells: what a terminal is to show at one place of a row."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from tui_bot.console.output.look import Look, look_of

#: Text and look. The text of a wide sign is in its first cell; that of the second is empty.
Cell = tuple[str, Look]

#: None where it is not known what the terminal shows.
CellRow = list[Cell | None]

#: Signs about whose width all terminals agree: one cell, nothing joins them.
PLAIN = frozenset(
    chr(code)
    for first, last in (
        (0x20, 0x7E),  # ASCII
        (0xA1, 0xAC),  # Latin
        (0xAE, 0x2FF),
        (0x370, 0x377),  # Greek, Cyrillic
        (0x384, 0x482),
        (0x2010, 0x2027),  # dashes, dots, ellipsis
        (0x2030, 0x205E),
        (0x2190, 0x22FF),  # arrows, mathematics
        (0x2500, 0x25FC),  # lines, blocks, shapes
        (0x2800, 0x28FF),  # Braille
    )
    for code in range(first, last + 1)
)

_MOST_STYLES = 4096


class Surprise(Exception):
    """Something in an update that is not known here."""


class _Inked(dict[str, Cell]):
    """The cells of one look by their text, each made once: equal cells are mostly the same object."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, text: str) -> Cell:
        cell = self[text] = (text, self._look.of_blank if text == " " else self._look)
        return cell


class Printer:
    """Prints strips into rows of cells."""

    def __init__(self, system: ColorSystem) -> None:
        self.system = system
        self._inked: dict[Style | None, _Inked] = {}

    def print(self, row: CellRow, x: int, strip: Iterable[Segment]) -> bool:
        """Put a strip into the row from column ``x`` on; whether there are signs beyond the plain ones.

        Raises:
            Surprise: a segment that is not text
        """
        odd = False
        _halve(row, x, -1)
        for text, style, control in strip:
            if control:
                raise Surprise("a control segment in a strip")
            inked = self._inked_by(style)
            if PLAIN.issuperset(text):
                row[x : x + len(text)] = map(inked.__getitem__, text)
                x += len(text)
            else:
                odd = True
                x = _print_signs(row, x, text, inked)
        _halve(row, x, 1)
        return odd

    def _inked_by(self, style: Style | None) -> _Inked:
        inked = self._inked.get(style)
        if inked is None:
            if len(self._inked) >= _MOST_STYLES:
                self._inked.clear()
            inked = self._inked[style] = _Inked(look_of(style, self.system))
        return inked


def _halve(row: CellRow, x: int, way: int) -> None:
    """What is printed from ``x`` on, or up to it, cuts a wide sign in two: the half that is left is blank."""
    if not 0 < x < len(row) or (cut := row[x]) is None or cut[0]:
        return
    blank = (" ", cut[1].of_blank)
    place = x - 1 if way < 0 else x
    while 0 <= place < len(row) and (cell := row[place]) is not None:
        if way > 0 and cell[0]:
            return
        row[place] = blank
        if cell[0]:
            return
        place += way


def _print_signs(row: CellRow, x: int, text: str, inked: _Inked) -> int:
    """Sign by sign, by the widths that the compositor goes by; the column after them."""
    for start, end, width in split_graphemes(text)[0]:
        sign = "".join(letter for letter in text[start:end] if letter.isprintable() or letter in _JOINERS)
        if width:
            row[x : x + width] = [inked[sign], *[inked[""]] * (width - 1)]
            x += width
        elif sign:
            _join(row, x, sign)
    return x


#: Not printable by themselves, but part of what is printed.
_JOINERS = "\u200d\ufe0e\ufe0f"


def _join(row: CellRow, x: int, mark: str) -> None:
    """A mark without width belongs to the sign before it, in another style too."""
    place = x - 1
    while place >= 0 and (cell := row[place]) is not None:
        if cell[0]:
            row[place] = (cell[0] + mark, cell[1])
            return
        place -= 1
