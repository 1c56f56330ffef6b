"""The colours and attributes of a scene, held by a file that is read beside its frames.

A file holds one scene at its sizes in three themes at once: a letter stands for what a cell looks like in
each of them, and the legend says what that is. A cell without a letter looks as most of its scene do; rows
without any are left out. Of a blank only the ground is held, since nobody sees another colour of it.

``FRAMES=write`` draws the files anew together with the frames;
``python -m tests.console.colours dialog-buy 80x24 light`` shows one in its colours.
"""

from __future__ import annotations

import os
import string
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby

from rich.cells import cell_len
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from tests.console.frames import FOLDER as FRAMES
from tui_bot.console.theme_files import load_all, shipped_dir

FOLDER = FRAMES.with_name("colours")

#: The default; what a bright room asks for; and the one without hues, where all must be told by brightness
#: and attributes. That opposites stay apart for every eye is shown of each theme file (``test_themes``).
THEMES = ("dark", "light", "monochrome")

#: A letter for each look; a scene has a few dozen.
LETTERS = string.ascii_letters + string.digits + "!#$%&*+=<>?@^~"

_ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike", "blink")
_MOST_TOLD = 20

#: What a cell looks like in each theme, as in ``#c8d0da on #0d1117 bold``.
Look = tuple[str, ...]
Rows = list[list[Look]]


def seen(shown: Sequence[Strip]) -> list[list[str]]:
    """What each cell of these strips looks like in the theme that is worn."""
    rows = []
    for strip in shown:
        row: list[str] = []
        for segment in strip:
            style = segment.style or Style.null()
            for is_blank, part in groupby(segment.text, key=lambda letter: letter == " "):
                row += [_look(style, is_blank)] * cell_len("".join(part))
        rows.append(row)
    return rows


def together(themes: Sequence[list[list[str]]]) -> Rows:
    """The same cells in several themes, as one."""
    return [list(zip(*rows, strict=True)) for rows in zip(*themes, strict=True)]


@cache
def _look(style: Style, is_blank: bool) -> str:
    told = [name for name in _ATTRIBUTES if getattr(style, name)]
    if is_blank and not {"underline", "reverse", "strike"} & set(told):
        return f"on {_named(style.bgcolor)}"
    return " ".join([f"{_named(style.color)} on {_named(style.bgcolor)}", *told])


def _named(colour: Color | None) -> str:
    if colour is None:
        return "default"
    return colour.name if colour.triplet is None else colour.triplet.hex


# -- the files -------------------------------------------------------------------------------------


def expect_colours(name: str, drawn: Mapping[str, Rows], texts: Mapping[str, str]) -> None:
    """Every cell at every size (``80x24``) must look as the file says; ``texts`` say what stands in them."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("FRAMES") == "write":
        path.write_text(written(drawn), "utf-8")
    meant = read(path.read_text("utf-8"))
    assert meant.keys() == drawn.keys(), "sizes were added or removed: draw the frames anew"
    told = [line for size in drawn for line in differences(size, meant[size], drawn[size], texts[size])]
    more = [f"and {len(told) - _MOST_TOLD} more"] * (len(told) > _MOST_TOLD)
    assert not told, "\n".join([f"{name} has other colours", *told[:_MOST_TOLD], *more])


def written(drawn: Mapping[str, Rows]) -> str:
    """The file: legend, then a map of letters for each size."""
    first = next(iter(drawn.values()))
    usual = Counter(look for row in first for look in row).most_common(1)[0][0]
    looks = dict.fromkeys(look for rows in drawn.values() for row in rows for look in row if look != usual)
    letters = {usual: " ", **dict(zip(looks, LETTERS, strict=False))}
    lines = [f"themes: {', '.join(THEMES)}", ""]
    for look, letter in letters.items():  # a KeyError below says that letters have run out
        lines.append(f"{letter} = {' | '.join(look)}   {_ink(look)}".rstrip())
    for size, rows in drawn.items():
        lines += ["", size]
        for y, row in enumerate(rows):
            if text := "".join(letters[look] for look in row).rstrip():
                lines.append(f"{y:2}|{text}")
    return "\n".join(lines) + "\n"


def read(text: str) -> dict[str, Rows]:
    """What a file says."""
    legend, *maps = text.split("\n\n")[1:]
    looks = {line[0]: tuple(line[4:].split("   ")[0].split(" | ")) for line in legend.splitlines()}
    found: dict[str, Rows] = {}
    for part in maps:
        size, *lines = part.splitlines()
        width, height = map(int, size.split("x"))
        found[size] = [[looks[" "]] * width for _ in range(height)]
        for line in lines:
            y, letters = line.split("|", 1)
            found[size][int(y)][: len(letters)] = [looks[letter] for letter in letters]
    return found


def differences(size: str, meant: Rows, came: Rows, text: str) -> Iterator[str]:
    """Which cells look otherwise, what stands in them, and what each theme was meant to show there."""
    if [len(row) for row in meant] != [len(row) for row in came]:
        yield f"{size}: the screen has another size"
        return
    shown = text.splitlines()
    for y, (wanted, have) in enumerate(zip(meant, came, strict=True)):
        cells = list(_cells(shown[y], len(have)))
        pairs = enumerate(zip(wanted, have, strict=True))
        for (old, new), run in groupby(pairs, key=lambda pair: pair[1]):
            places = [place for place, _ in run]
            if old != new:
                words = "".join(cells[places[0] : places[-1] + 1])
                themes = [
                    f"{theme}: meant {before}, came {now}"
                    for theme, before, now in zip(THEMES, old, new, strict=True)
                    if before != now
                ]
                yield f"{size} row {y}, cells {places[0]} to {places[-1]} {words!r}: {'; '.join(themes)}"


def _cells(text: str, width: int) -> Iterator[str]:
    """One entry a cell; the second cell of a wide letter is empty."""
    for letter in text.ljust(width):
        yield letter
        yield from [""] * (cell_len(letter) - 1)


def _ink(look: Look) -> str:
    """The inks that have these colours in the three themes, for whoever reads the legend."""
    colours = tuple(part.split(" ")[0] for part in look)
    return "/".join(_inks().get(colours, ()))


@cache
def _inks() -> dict[Look, list[str]]:
    shipped, _ = load_all((shipped_dir(),))
    inks: dict[Look, list[str]] = {}
    for name in shipped[THEMES[0]].values:
        inks.setdefault(tuple(shipped[theme].values[name].lower() for theme in THEMES), []).append(name)
    return inks


def main(name: str, size: str, theme: str = THEMES[0]) -> None:
    """Show a scene in this terminal as its files say."""
    shown = (FRAMES / f"{name}-{size}.txt").read_text("utf-8").splitlines()
    text = (FOLDER / f"{name}.txt").read_text("utf-8")
    console = Console(width=int(size.split("x")[0]), highlight=False, color_system="truecolor")
    for row, line in zip(read(text)[size], shown, strict=True):
        painted = Text()
        for cell, look in zip(_cells(line, len(row)), row, strict=True):
            painted.append(cell, look[THEMES.index(theme)])
        console.print(painted)


if __name__ == "__main__":
    main(*sys.argv[1:])
