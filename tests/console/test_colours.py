"""The files that hold colours can be read back, and a failure says where, and which colour came instead."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.console.colours import (
    FOLDER,
    Rows,
    differences,
    expect_colours,
    expect_palette,
    read,
    seen,
    together,
    written,
)
from tests.console.frames import FOLDER as FRAMES

PLAIN = ("#c8d0da on #0d1117", "#1f2328 on #fbfaf7", "#d0d0d0 on #0e0e0e")
BLANK = ("on #0d1117", "on #fbfaf7", "on #0e0e0e")
LOUD = (
    "#ff5f56 on #0d1117 bold reverse",
    "#c1121f on #fbfaf7 bold reverse",
    "#ffffff on #0e0e0e bold reverse",
)
MIXED = ("#111111 on #0d1117", "#222222 on #fbfaf7", "#333333 on #0e0e0e")
OUTSIDE = ("on default",) * 3


def drawn() -> dict[str, Rows]:
    """A small frame and a wide one."""
    small: Rows = [[BLANK] * 7, [PLAIN, BLANK, PLAIN, BLANK, LOUD, LOUD, BLANK], [MIXED, *[OUTSIDE] * 6]]
    return {"7x3": small, "100x1": [[BLANK, *[LOUD] * 5, PLAIN, *[BLANK] * 93]]}


def test_what_is_written_is_read() -> None:
    text = written(drawn())
    assert text == (
        "  = on background\na = foreground on background\nb = alarm bold reverse on background\n"
        "c = #111111/#222222/#333333 on background\nd = on default\n"
        "\n7x3\n 1|aaa bb\n 2|cdddddd\n\n100x1\n 0| 1b5a1\n"
    )
    assert not [
        line for size in drawn() for line in differences(size, read(text)[size], drawn()[size], TEXTS[size])
    ]


TEXTS = {"7x3": "\na b 東\nx\n", "100x1": "\n"}


def test_a_difference_names_row_cells_words_themes_and_both_colours() -> None:
    came = drawn()
    came["7x3"][1][4:6] = [(LOUD[0], "#c1121f on #fbfaf7", LOUD[2])] * 2
    (told,) = differences("7x3", drawn()["7x3"], came["7x3"], TEXTS["7x3"])
    assert told == (
        "7x3 row 1, cells 4 to 5 '東': light: meant #c1121f on #fbfaf7 bold reverse, came #c1121f on #fbfaf7"
    )


def test_another_size_is_told() -> None:
    (told,) = differences("7x3", drawn()["7x3"], drawn()["7x3"][:1], "")
    assert told == "7x3: 7x1 cells are drawn, meant were 7x3"


def test_of_a_blank_only_what_can_be_seen_is_held() -> None:
    style = Style(color="#c8d0da", bgcolor="#0d1117", bold=True)
    strip = Strip([Segment("a b", style), Segment(" ", style + Style(reverse=True)), Segment("東", None)])
    plain, loud = "#c8d0da on #0d1117 bold", "#c8d0da on #0d1117 bold reverse"
    assert seen([strip]) == [[plain, "on #0d1117", plain, loud, "default on default", "default on default"]]
    assert together([[["x", "y"]], [["1", "2"]]]) == [[("x", "1"), ("y", "2")]]


def test_inks_have_the_colours_that_the_palette_says() -> None:
    expect_palette()


def test_a_scene_in_other_colours_fails_with_all_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FRAMES", raising=False)
    rows = read((FOLDER / "main.txt").read_text("utf-8"))
    texts = {size: (FRAMES / f"main-{size}.txt").read_text("utf-8") for size in rows}
    expect_colours("main", rows, texts)
    rows["80x24"][0][2:8] = [LOUD] * 6
    with pytest.raises(AssertionError, match="main has other colours\n80x24 row 0, cells 2 to 6 'DEMO '"):
        expect_colours("main", rows, texts)
