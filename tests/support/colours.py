"""How a terminal is asked for colours: of its sixteen, of 256, or of all."""

from __future__ import annotations

import re

import pyte

SGR = re.compile(r"\x1b\[([0-9;]*)m")


def depths(text: str) -> set[str]:
    """The kinds of colours a text asks for: ``16``, ``256``, ``all``."""
    found = set()
    for parameters in SGR.findall(text):
        words = [int(word or 0) for word in parameters.split(";")]
        while words:
            word = words.pop(0)
            if word in (38, 48):
                kind = words.pop(0)
                found.add({5: "256", 2: "all"}[kind])
                del words[: 1 if kind == 5 else 3]
            elif 30 <= word <= 37 or 40 <= word <= 47 or 90 <= word <= 107:
                found.add("16")
    return found


def cells(styled: str) -> list[list[pyte.screens.Char]]:
    """The cells of a screen that ``Tmux.styled`` gave; a blank has no ink unless it shows it."""
    lines = styled.rstrip("\n").split("\n")
    screen = pyte.Screen(max(len(SGR.sub("", line)) for line in lines) + 1, len(lines))
    pyte.Stream(screen).feed("\r\n".join(lines))
    return [
        [_inkless(row[x]) for x in range(screen.columns)]
        for row in (screen.buffer[y] for y in range(screen.lines))
    ]


def cell(styled: str, words: str) -> pyte.screens.Char:
    """The first cell of these words."""
    rows = cells(styled)
    texts = ["".join(each.data for each in row) for row in rows]
    y, x = next((y, text.index(words)) for y, text in enumerate(texts) if words in text)
    return rows[y][x]


def _inkless(each: pyte.screens.Char) -> pyte.screens.Char:
    if each.data == " " and not (each.reverse or each.underscore or each.strikethrough):
        return each._replace(fg="default", bold=False, italics=False)
    return each
