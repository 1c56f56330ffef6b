"""Rows of text as plain values: spans of (text, ink), made to fit a width.

An ink names a theme variable and may carry modifiers, as in ``"live bold reverse"``.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cached_cell_len, cell_len, set_cell_size

Span = tuple[str, str]
Row = tuple[Span, ...]

EMPTY: Row = ()


def row(*spans: Span) -> Row:
    """A row without its empty spans."""
    return tuple(span for span in spans if span[0])


def width_of(line: Row) -> int:
    """How many cells the row takes."""
    return sum([cached_cell_len(text) for text, _ in line])


def text_of(line: Row) -> str:
    """The row without its inks."""
    return "".join(text for text, _ in line)


def fit(line: Row, width: int) -> Row:
    """The row at exactly ``width`` cells: padded, or cut with an ellipsis."""
    have = width_of(line)
    if have == width:
        return line
    if have < width:
        return (*line, (" " * (width - have), "text"))
    return _cut(line, width)


def _cut(line: Row, width: int) -> Row:
    if width <= 0:
        return EMPTY
    kept: list[Span] = []
    room = width - 1
    ink = "text"
    for text, ink in line:
        size = cell_len(text)
        if size > room:
            kept.append((set_cell_size(text, room), ink))
            break
        kept.append((text, ink))
        room -= size
    return row(*kept, ("…", ink))


def spread(left: Row, right: Row, width: int) -> Row:
    """``left`` and ``right`` at the two ends of ``width`` cells."""
    gap = width - width_of(left) - width_of(right)
    return (*left, (" " * max(gap, 1), "text"), *right)


def choose(width: int, *lines: Row) -> Row:
    """The first of ``lines`` that fits, else the last."""
    for line in lines:
        if width_of(line) <= width:
            return line
    return lines[-1]


def rule(title: str, width: int, right: Row = EMPTY, corner: str = "─") -> Row:
    """A heading: a thin line with a title, and perhaps something at its right end."""
    head = row((f"{corner} ", "rule"), (title, "title"), (" ", "rule")) if title else ((corner, "rule"),)
    line = "─" * max(width - width_of(head) - width_of(right), 0)
    return fit((*head, (line, "rule"), *right), width)


def lit(heading: Row) -> Row:
    """A heading whose panel has the keys: another sign before another colour."""
    if len(heading) < 2:
        return heading
    return (("▸ ", "key bold"), (heading[1][0], "key bold"), *heading[2:])


def wrap(head: Row, body: Row, width: int) -> list[Row]:
    """``body`` after ``head``, its further lines indented under it, broken between words."""
    indent = width_of(head)
    room = max(width - indent, 8)
    lines: list[list[Span]] = [[]]
    used = 0
    for word, ink in _words(body):
        size = cell_len(word)
        if used and used + cell_len(word.rstrip()) > room:
            lines.append([])
            used = 0
            word = word.lstrip()
            size = cell_len(word)
        if used + cell_len(word.rstrip()) <= room < used + size:
            word = word.rstrip()  # a blank at the end of a line needs no room
            size = cell_len(word)
        while size > room:
            piece = word[: max(len(chop(word, room)), 1)]
            lines[-1].append((piece, ink))
            lines.append([])
            word = word[len(piece) :]
            size = cell_len(word)
        lines[-1].append((word, ink))
        used += size
    hanging = ((" " * indent, "text"),)
    return [(*(hanging if number else head), *spans) for number, spans in enumerate(lines)]


def chop(text: str, room: int) -> str:
    """The longest beginning of the text that takes at most ``room`` cells."""
    used = 0
    for place, letter in enumerate(text):
        used += cell_len(letter)
        if used > room:
            return text[:place]
    return text


def _words(body: Row) -> Iterable[Span]:
    for text, ink in body:
        start = 0
        while start < len(text):
            end = text.find(" ", start)
            while 0 <= end < len(text) and text[end] == " ":
                end += 1
            if end < 0:
                end = len(text)
            yield text[start:end], ink
            start = end
