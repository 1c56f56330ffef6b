"""The files that hold colours can be read back, and a failure says where, and which colour came instead."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.console.colours import FOLDER, Rows, differences, expect_colours, read, seen, together, written

PLAIN = ("#c8d0da on #0d1117", "#1f2328 on #fbfaf7", "#d0d0d0 on #0e0e0e")
BLANK = ("on #0d1117", "on #fbfaf7", "on #0e0e0e")
LOUD = (
    "#ff5f56 on #0d1117 bold reverse",
    "#c1121f on #fbfaf7 bold reverse",
    "#ffffff on #0e0e0e bold reverse",
)


def drawn() -> dict[str, Rows]:
    """Two rows of five cells: nothing, and a loud word of two cells in a plain sentence."""
    return {"5x2": [[BLANK] * 5, [PLAIN, BLANK, LOUD, LOUD, BLANK]]}


def test_what_is_written_is_read() -> None:
    text = written(drawn())
    assert "a = " + " | ".join(PLAIN) + "   foreground/text\n" in text
    assert text.endswith("\n5x2\n 1|a bb\n")
    assert read(text) == drawn()


def test_a_difference_names_row_cells_words_themes_and_both_colours() -> None:
    came = drawn()
    came["5x2"][1][2:4] = [(LOUD[0], "#c1121f on #fbfaf7", LOUD[2])] * 2
    (told,) = differences("5x2", drawn()["5x2"], came["5x2"], "\na 東\n")
    assert told == (
        "5x2 row 1, cells 2 to 3 '東': light: meant #c1121f on #fbfaf7 bold reverse, came #c1121f on #fbfaf7"
    )


def test_another_size_is_told() -> None:
    assert list(differences("5x2", drawn()["5x2"], drawn()["5x2"][:1], "")) == [
        "5x2: the screen has another size"
    ]


def test_of_a_blank_only_what_can_be_seen_is_held() -> None:
    style = Style(color="#c8d0da", bgcolor="#0d1117", bold=True)
    strip = Strip([Segment("a b", style), Segment(" ", style + Style(reverse=True)), Segment("東", None)])
    plain, loud = "#c8d0da on #0d1117 bold", "#c8d0da on #0d1117 bold reverse"
    assert seen([strip]) == [[plain, "on #0d1117", plain, loud, "default on default", "default on default"]]
    assert together([[["x", "y"]], [["1", "2"]]]) == [[("x", "1"), ("y", "2")]]


def test_a_scene_in_other_colours_fails_with_all_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FRAMES", raising=False)
    text = (FOLDER / "main.txt").read_text("utf-8")
    rows = read(text)
    words = {size: "\n" * len(rows[size]) for size in rows}
    expect_colours("main", rows, words)
    rows["80x24"][0][1:7] = [LOUD] * 6
    with pytest.raises(AssertionError, match="main has other colours\n80x24 row 0, cells 1 to 6"):
        expect_colours("main", rows, words)
