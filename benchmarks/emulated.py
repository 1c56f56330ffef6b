"""What a terminal made of a program's output: its text, and the cells that truly changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

import pyte

from benchmarks.pty_meter import COLUMNS, LINES

#: Output with a pause before it belongs to another frame.
PAUSE_S = 0.012

#: Sequences that the emulator would take for text.
_UNHEARD_OF = re.compile(
    rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$[a-z]|\x1b\[\?u|\x1b[P^_][^\x1b]*\x1b\\|\x1b\]8;[^\x1b\x07]*(?:\x07|\x1b\\)"
)
_REPEAT = re.compile(rb"([\x20-\x7e]|[\xc2-\xf4][\x80-\xbf]+)\x1b\[(\d+)b")
_UNFINISHED = re.compile(rb"\x1b[^a-zA-Z@~\\\x07]*$|[\xc2-\xf4][\x80-\xbf]*$")

Output = Sequence[tuple[float, bytes]]


class Emulated:
    """A terminal of the size that is measured at."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self.screen)
        self._held = b""

    def take(self, part: bytes) -> None:
        """Draw it; a sequence that is not complete waits for its end."""
        part, self._held = self._held + part, b""
        if (cut := _UNFINISHED.search(part)) and cut[0].isascii():
            part, self._held = part[: cut.start()], part[cut.start() :]
        part = _REPEAT.sub(lambda found: found[1] * (int(found[2]) + 1), _UNHEARD_OF.sub(b"", part))
        self._stream.feed(part)

    def shows(self, words: str) -> bool:
        """Whether these words are on the screen."""
        return any(words in row for row in self.rows())

    def rows(self) -> list[str]:
        """The text."""
        return ["".join(self.screen.buffer[y][x].data for x in range(COLUMNS)) for y in range(LINES)]


def needed_bytes(before: Output, output: Output) -> tuple[int, int]:
    """Frames in the output, and the bytes that only the cells changed by each would take.

    Counted with one cursor move for each run of cells and one SGR for each change of colours.
    """
    terminal = Emulated()
    for _, part in before:
        terminal.take(part)
    known = {y: _cells(terminal.screen, y) for y in range(LINES)}
    frames, total = 0, 0
    for frame in _frames(output):
        terminal.screen.dirty.clear()
        for part in frame:
            terminal.take(part)
        frames += 1
        style: tuple[object, ...] = ()
        for y in sorted(line for line in terminal.screen.dirty if line < LINES):
            old, known[y] = known[y], _cells(terminal.screen, y)
            cost, style = _row_cost(y, old, known[y], style)
            total += cost
    return frames, total


def _frames(output: Output) -> list[list[bytes]]:
    numbers, number, last = [], 0, None
    for at, _ in output:
        number += last is not None and at - last > PAUSE_S
        numbers.append(number)
        last = at
    pairs = zip(numbers, (part for _, part in output), strict=True)
    return [[part for _, part in group] for _, group in groupby(pairs, key=lambda pair: pair[0])]


def _cells(screen: pyte.Screen, y: int) -> list[pyte.screens.Char]:
    row = screen.buffer[y]
    return [row[x] for x in range(COLUMNS)]


def _row_cost(
    y: int, old: list[pyte.screens.Char], new: list[pyte.screens.Char], style: tuple[object, ...]
) -> tuple[int, tuple[object, ...]]:
    cost, last = 0, -9
    for x, (before, cell) in enumerate(zip(old, new, strict=True)):
        if _alike(before, cell):
            continue
        if last < 0:
            cost += len(f"\x1b[{y + 1};{x + 1}H")
        elif x > last + 1:
            cost += min(4, x - last - 1)
        if cell[1:] != style:
            style = cell[1:]
            cost += len(f"\x1b[{';'.join(_parameters(cell))}m")
        cost += len(cell.data.encode())
        last = x
    return cost, style


def _alike(one: pyte.screens.Char, other: pyte.screens.Char) -> bool:
    if one == other:
        return True
    plain = not (one.reverse or other.reverse or one.underscore or other.underscore)
    return plain and one.data == other.data == " " and one.bg == other.bg


def _parameters(cell: pyte.screens.Char) -> list[str]:
    set_on = [code for code, on in (("1", cell.bold), ("3", cell.italics), ("4", cell.underscore)) if on]
    return [*set_on, *(["7"] if cell.reverse else []), _colour(cell.fg, "38"), _colour(cell.bg, "48")]


def _colour(name: str, kind: str) -> str:
    if re.fullmatch(r"[0-9a-f]{6}", name):
        return ";".join((kind, "2", *(str(int(name[at : at + 2], 16)) for at in (0, 2, 4))))
    return "39"  # the length of any of the sixteen
