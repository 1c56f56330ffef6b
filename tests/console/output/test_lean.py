"""The lean sequence of random updates draws what Textual's own draws; and how it falls back."""

from __future__ import annotations

import io
import random
import re
from itertools import pairwise

import pyte
import pytest
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tests.console.output.emulator import compare, shown
from tui_bot.console.output.cells import CellRow, Printer
from tui_bot.console.output.display import Output
from tui_bot.console.output.lean import Lean, Update
from tui_bot.console.output.look import FRESH, look_of, turn

WIDE, HIGH = 24, 6
CUTS = [0, 7, 15, WIDE]  # where one widget ends and the next begins
SIGNS = (*"ab 01│▄⣿…→−é", " ", " ", "東", "京", "🙂", "e\u0301", "a\u0308", "⚠")
INKS = tuple(
    Style.parse(text)
    for text in (
        "none", "#4cc38a on #0d1117", "#f0716b on #0d1117", "bold #f0716b on #0d1117", "reverse #58a6ff",
        "on #39434f", "dim italic", "underline blue on default", "strike overline bold", "underline2 red",
        "not bold color(200)",
    )
)  # fmt: skip
LINK = re.compile(r"\x1b\]8;([^\x1b]*)\x1b\\")


def strip(dice: random.Random, width: int) -> Strip:
    """Random signs in random styles, exactly so wide."""
    segments: list[Segment] = []
    room = width
    while room:
        text = "".join(dice.choices(SIGNS, k=dice.randint(1, 6)))
        segment = Segment(text, dice.choice(INKS))
        segment = segment.split_cells(room)[0] if segment.cell_length > room else segment
        segments.append(segment)
        room -= segment.cell_length
    return Strip(segments, width)


def whole(dice: random.Random) -> LayoutUpdate:
    """A screen."""
    rows = [[strip(dice, end - x) for x, end in pairwise(CUTS)] for _ in range(HIGH)]
    return LayoutUpdate(rows, Region(0, 0, WIDE, HIGH))  # type: ignore[arg-type]


def part(dice: random.Random) -> ChopsUpdate:
    """Some spans of a screen."""
    chops = [{x: strip(dice, end - x) for x, end in pairwise(CUTS)} for _ in range(HIGH)]
    spans = []
    for y in sorted(dice.sample(range(HIGH), dice.randint(1, HIGH))):
        first, last = sorted(dice.sample(CUTS, 2))
        spans.append((y, first, last))
    return ChopsUpdate(chops, spans, [CUTS[1:] for _ in range(HIGH)])


def console(system: str = "truecolor") -> Console:
    """A console for these colours."""
    return Console(file=io.StringIO(), force_terminal=True, color_system=system)  # type: ignore[arg-type]


class Glass:
    """An emulated terminal without wrapping."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDE, HIGH)
        self._stream = pyte.Stream(self.screen)
        self.feed("\x1b[?7l")

    def feed(self, sequence: str) -> None:
        self._stream.feed(LINK.sub("", sequence))


@pytest.mark.parametrize("seed", range(40))
def test_lean_draws_what_stock_draws(seed: int) -> None:
    dice, lean, with_lean, with_stock = random.Random(seed), Lean(), Glass(), Glass()
    update: Update = whole(dice)
    for _ in range(30):
        with_lean.feed(lean.sequence(update, console()))
        with_stock.feed(update.render_segments(console()))
        assert not compare(shown(with_stock.screen), shown(with_lean.screen))
        update = part(dice) if dice.random() < 0.8 else whole(dice)


def test_only_cells_that_changed_are_sent() -> None:
    lean, ink = Lean(), Style.parse("#4cc38a on #0d1117")
    for row, sent in (("position 1.00", None), ("position 1.00", ""), ("position 1.05", "\x1b[1;13H")):
        update = LayoutUpdate([[Strip([Segment(row.ljust(WIDE), ink)], WIDE)]], Region(0, 0, WIDE, 1))
        sequence = lean.sequence(update, console())
        if sent is not None:
            assert sequence == (f"{sent}\x1b[38;2;76;195;138;48;2;13;17;23m5\x1b[m" if sent else "")


def test_after_it_forgot_every_cell_is_sent() -> None:
    dice, lean = random.Random(1), Lean()
    update = whole(dice)
    first = lean.sequence(update, console())
    assert lean.sequence(update, console()) == ""
    lean.forget()
    assert lean.sequence(update, console()) == first


@pytest.mark.parametrize("system", ["truecolor", "256", "standard"])
def test_a_turn_from_any_look_to_any_other_is_as_if_from_fresh(system: str) -> None:
    depth = {
        "truecolor": ColorSystem.TRUECOLOR,
        "256": ColorSystem.EIGHT_BIT,
        "standard": ColorSystem.STANDARD,
    }
    looks = [look_of(ink, depth[system]) for ink in INKS]
    for old in looks:
        for new in looks:
            glasses = Glass(), Glass()
            glasses[0].feed(turn(FRESH, old) + "x" + turn(old, new) + "\x1b[HX")
            glasses[1].feed(turn(FRESH, new) + "X")
            assert glasses[0].screen.buffer[0][0] == glasses[1].screen.buffer[0][0]
            assert len(turn(old, new)) <= len(f"\x1b[0;{new.parameters}m")


def test_links_open_before_their_cells_and_close_after_them() -> None:
    linked = Style(color="red", link="https://example.org/a")
    cells = [Segment("see "), Segment("here", linked), Segment(" and go on".ljust(WIDE - 8))]
    sequence = Lean().sequence(LayoutUpdate([[Strip(cells, WIDE)]], Region(0, 0, WIDE, 1)), console())
    opened, closed = LINK.findall(sequence)
    assert opened == f"id={linked._link_id};https://example.org/a"
    assert closed == ";"
    assert (
        re.search(r"a\x1b\\(\x1b\[31m)?here", sequence)
        or "here" in sequence.split(opened)[1].split("\x1b]8;;")[0]
    )


def test_controls_in_a_text_do_not_reach_the_terminal() -> None:
    row = Strip([Segment("a\x1b[2Jb\x9b\x07c".ljust(WIDE))])
    sequence = Lean().sequence(LayoutUpdate([[row]], Region(0, 0, row.cell_length, 1)), console())
    assert not set("\x9b\x07") & set(sequence)
    assert "\x1b[2J" not in sequence


def test_a_surprise_means_stock_for_good_and_nothing_is_lost() -> None:
    dice, output = random.Random(3), Output()
    output.choose(lean=True)
    update = whole(dice)
    update.strips[2] = [Strip([Segment("x" * WIDE, None, [(1,)])], WIDE)]  # type: ignore[list-item]
    assert output.sequence(update, console()) == update.render_segments(console())
    assert not output.is_lean
    assert "control" in output.news()
    assert not output.news()  # a person is told once
    output.choose(lean=True)
    assert not output.is_lean
    assert output.prepare(update) is update


@pytest.mark.parametrize(("x", "texts"), [(1, ["a", "Y", " ", "b"]), (2, ["a", " ", "Y", "b"])])
def test_half_a_wide_sign_is_blank(x: int, texts: list[str]) -> None:
    row: CellRow = [None] * 4
    printer = Printer(ColorSystem.TRUECOLOR)
    printer.print(row, 0, [Segment("a東b")])
    printer.print(row, x, [Segment("Y")])
    assert [cell and cell[0] for cell in row] == texts
