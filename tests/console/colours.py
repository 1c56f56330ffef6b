"""The colours and attributes of a scene, held by a file that is read beside its frames.

A file holds one scene at its sizes in three themes at once: a letter stands for what a cell looks like in
each of them, and the legend says what that is, by the inks of the themes (``palette.txt`` has their colours)
and, where two of them are mixed, by the colours. Small frames are maps, large ones runs of a letter and a
count. A cell without a letter looks as most of its scene do; rows without any are left out. Of a blank only
the ground is held, since nobody sees another colour of it. Of a dialog its own box is held; what lies under
it is the same under all and held once.

``FRAMES=write`` draws the files anew together with the frames;
``python -m tests.console.colours flat 80x24 light`` shows one in its colours.
"""

from __future__ import annotations

import os
import re
import string
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise

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
LETTERS = string.ascii_letters + "!#$%&*+=<>?@^~"
USUAL = " "

#: Frames wider than this are written as runs.
WIDEST_MAP = 80

_ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike", "blink")
_ON_BLANKS = {"underline", "reverse", "strike"}
_MOST_TOLD = 20

#: What a cell looks like in each theme, as in ``#c8d0da on #0d1117 bold``; ``on #0d1117`` of a blank.
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
    if is_blank and not _ON_BLANKS & set(told):
        return f"on {_named(style.bgcolor)}"
    return " ".join([f"{_named(style.color)} on {_named(style.bgcolor)}", *told])


def _named(colour: Color | None) -> str:
    if colour is None:
        return "default"
    return colour.name if colour.triplet is None else colour.triplet.hex


# -- the files -------------------------------------------------------------------------------------


def expect_colours(name: str, drawn: Mapping[str, Rows], texts: Mapping[str, str]) -> None:
    """Every cell at every size (``80x24``) must look as the file says; ``texts`` are what stands in them."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("FRAMES") == "write":
        path.write_text(written(drawn), "utf-8")
    meant = read(path.read_text("utf-8"))
    assert meant.keys() == drawn.keys(), "sizes were added or removed: draw the frames anew"
    told = [line for size in drawn for line in differences(size, meant[size], drawn[size], texts[size])]
    more = [f"and {len(told) - _MOST_TOLD} more"] * (len(told) > _MOST_TOLD)
    assert not told, "\n".join([f"{name} has other colours", *told[:_MOST_TOLD], *more])


def written(drawn: Mapping[str, Rows]) -> str:
    """The file: legend, then a picture of letters for each size."""
    sizes = {size: [_joined(row) for row in rows] for size, rows in drawn.items()}
    looks = Counter(look for rows in sizes.values() for row in rows for look in row)
    usual = looks.most_common(1)[0][0]
    letters = {usual: USUAL, **dict(zip((look for look in looks if look != usual), LETTERS, strict=False))}
    assert len(letters) == len(looks), "letters have run out"
    lines = [f"{letter} = {_words_of(look)}" for look, letter in letters.items()]
    for size, rows in sizes.items():
        lines += ["", size]
        for y, row in enumerate(rows):
            if text := "".join(letters[look] for look in row).rstrip(USUAL):
                lines.append(f"{y:2}|{text if len(row) <= WIDEST_MAP else _counted(text)}")
    return "\n".join(lines) + "\n"


def read(text: str) -> dict[str, Rows]:
    """What a file says."""
    legend, *pictures = text.split("\n\n")
    looks = {line[0]: _look_of(line[4:]) for line in legend.splitlines()}
    found: dict[str, Rows] = {}
    for picture in pictures:
        size, *lines = picture.splitlines()
        width, height = map(int, size.split("x"))
        found[size] = [[looks[USUAL]] * width for _ in range(height)]
        for line in lines:
            y, letters = line.split("|", 1)
            if width > WIDEST_MAP:
                letters = "".join(part[0] * int(part[1:]) for part in re.findall(r"\D\d+", letters))
            found[size][int(y)][: len(letters)] = [looks[letter] for letter in letters]
    return found


def _joined(row: Sequence[Look]) -> list[Look]:
    """Blanks between two words that look alike take their letter, where the ground is the same."""
    found = list(row)
    words = [place for place, look in enumerate(row) if not _is_blank(look)]
    for left, right in pairwise(words):
        if row[left] == row[right] and all(
            _seen_of_blank(row[left]) == look for look in row[left + 1 : right]
        ):
            found[left:right] = [row[left]] * (right - left)
    return found


def _counted(letters: str) -> str:
    return "".join(f"{letter}{len(list(run))}" for letter, run in groupby(letters))


def _is_blank(look: Look) -> bool:
    return look[0].startswith("on ")


@cache
def _seen_of_blank(look: Look) -> Look:
    """What is seen of a cell with this look when nothing stands in it."""
    if any(_ON_BLANKS & set(part.split()) for part in look):
        return look
    return tuple(part[part.index("on ") :] for part in look)


# -- the legend ------------------------------------------------------------------------------------


def _words_of(look: Look) -> str:
    """By the names of inks: ``down bold reverse on surface``. No theme has attributes of its own."""
    fronts, grounds = zip(*(f" {part}".split(" on ") for part in look), strict=True)
    (attributes,) = {tuple(ground.split()[1:]) for ground in grounds}
    ink = [_ink(tuple(front.strip() for front in fronts))] if fronts[0] else []
    return " ".join([*ink, *attributes, "on", _ink(tuple(ground.split()[0] for ground in grounds))])


def _look_of(words: str) -> Look:
    front, ground = f" {words}".split(" on ")
    ink, *attributes = front.split() or [""]
    pairs = zip(_colours(ink), _colours(ground), strict=True)
    return tuple(" ".join([*([one] if one else []), "on", other, *attributes]) for one, other in pairs)


def _ink(colours: Look) -> str:
    if len(set(colours)) == 1:
        return colours[0]
    return next((name for name, known in palette().items() if known == colours), "/".join(colours))


def _colours(ink: str) -> Look:
    return palette().get(ink) or (tuple(ink.split("/")) if "/" in ink else (ink,) * len(THEMES))


@cache
def palette() -> Mapping[str, Look]:
    """The colours of each ink in the themes; of those that are alike the first gives its name to a legend."""
    shipped, _ = load_all((shipped_dir(),))
    names = shipped[THEMES[0]].values
    return {name: tuple(shipped[theme].values[name].lower() for theme in THEMES) for name in names}


def expect_palette() -> None:
    """The inks must have the colours that ``palette.txt`` says."""
    path = FOLDER / "palette.txt"
    have = [f"{'ink':<12} {' '.join(f'{theme:<10}' for theme in THEMES)}".rstrip()]
    have += [
        f"{ink:<12} {' '.join(f'{one:<10}' for one in colours)}".rstrip()
        for ink, colours in palette().items()
    ]
    if os.environ.get("FRAMES") == "write":
        path.write_text("\n".join(have) + "\n", "utf-8")
    assert have == path.read_text("utf-8").splitlines()


# -- what differs ----------------------------------------------------------------------------------


def differences(size: str, meant: Rows, came: Rows, text: str) -> Iterator[str]:
    """Which cells look otherwise, what stands in them, and what each theme was meant to show there."""
    if [len(row) for row in meant] != [len(row) for row in came]:
        yield f"{size}: {len(came[0])}x{len(came)} cells are drawn, meant were {len(meant[0])}x{len(meant)}"
        return
    for y, (wanted, have, line) in enumerate(zip(meant, came, text.splitlines(), strict=True)):
        cells = list(_cells(line, len(have)))
        pairs = [
            (_seen_of_blank(old) if _is_blank(new) else old, new)
            for old, new in zip(wanted, have, strict=True)
        ]
        for (old, new), run in groupby(enumerate(pairs), key=lambda pair: pair[1]):
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


def main(name: str, size: str, theme: str = THEMES[0]) -> None:
    """Show a scene in this terminal as its files say."""
    rows = read((FOLDER / f"{name}.txt").read_text("utf-8"))[size]
    lines = (FRAMES / f"{name}-{size}.txt").read_text("utf-8").splitlines()
    console = Console(width=len(rows[0]), highlight=False, color_system="truecolor")
    for row, line in zip(rows, lines, strict=True):
        painted = Text()
        for cell, look in zip(_cells(line, len(row)), row, strict=True):
            painted.append(cell, look[THEMES.index(theme)])
        console.print(painted)


if __name__ == "__main__":
    main(*sys.argv[1:])
