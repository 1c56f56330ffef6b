"""What each kind of terminal gets of one and the same screen: a recording that is held at its first fill."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.colours import cell, cells, depths
from tests.support.recording import recording
from tests.support.tmux import Tmux

pytestmark = pytest.mark.terminal

#: What a terminal is by its name and environment: the colours it is asked for, and whether it gets ASCII.
KINDS = {
    "true colour": ("tmux-256color", "COLORTERM=truecolor LANG=C.UTF-8", {"all"}, False),
    "256 colours": ("tmux-256color", "LANG=C.UTF-8", {"256"}, False),
    "16 colours": ("screen", "LANG=C.UTF-8", {"16"}, False),
    "no colours": ("tmux-256color", "NO_COLOR=1 LANG=C.UTF-8", set(), False),
    "linux console": ("linux", "LANG=C.UTF-8", {"16"}, True),
    "locale C": ("tmux-256color", "LANG=C", {"256"}, True),
}
UTF8 = [kind for kind, (*_, plain) in KINDS.items() if not plain]
PLAIN = [kind for kind in KINDS if kind not in UTF8]
COLOURED = [kind for kind, (_, _, depth, _) in KINDS.items() if depth]


@pytest.fixture(scope="module")
def terminals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Tmux]]:
    """One of each kind, all started before any is waited for."""
    found = {}
    config = tmp_path_factory.mktemp("config") / "config.yaml"
    config.write_text("display:\n  flash: no\n")
    with ExitStack() as ends:
        for kind, (name, environment, _, _) in KINDS.items():
            folder = tmp_path_factory.mktemp("recording")
            shutil.copy(recording().path, folder / "journal.sqlite")
            env = f"env -u NO_COLOR -u COLORTERM -u LC_ALL -u LC_CTYPE {environment}"
            arguments = ["replay", str(folder), "--config", str(config), "--speed", "1"]
            found[kind] = ends.enter_context(Tmux(arguments, env=env, terminal=name))
        for terminal in found.values():
            terminal.expect(lambda shown: "REPLAY (DEMO)" in shown and "SMA " in shown)
            terminal.keys("n")
        for terminal in found.values():
            terminal.expect(lambda shown: " held " in shown and "FILLED " in shown)
        yield found


@pytest.mark.parametrize("kind", KINDS)
def test_its_colours_are_of_the_depth_it_has(terminals: dict[str, Tmux], kind: str) -> None:
    styled = terminals[kind].styled()
    assert depths(styled) == KINDS[kind][2]
    assert cell(styled, "REPLAY (DEMO)").reverse, "the mode stands out in every terminal"


@pytest.mark.parametrize("kind", COLOURED)
def test_good_and_bad_have_colours_of_their_own(terminals: dict[str, Tmux], kind: str) -> None:
    styled = terminals[kind].styled()
    good, bad, plain = (cell(styled, words) for words in ("LONG 0.0010", "exchange says", "P&L"))
    assert len({good.fg, bad.fg, plain.fg, good.bg}) == 4


def test_the_words_and_glyphs_are_the_same_at_every_depth(terminals: dict[str, Tmux]) -> None:
    first, *others = (terminals[kind].screen() for kind in UTF8)
    assert all(words in first for words in ("▶ RUN", "LONG 0.0010 @ 59,384.0", "slope −6.7", "┿", "╹", "◀"))
    assert others == [first] * len(others)


def test_ascii_says_the_same_in_signs_that_every_font_has(terminals: dict[str, Tmux]) -> None:
    first, *others = (terminals[kind].screen() for kind in PLAIN)
    assert first.isascii()
    assert others == [first] * len(others)
    rich = terminals["256 colours"].screen()
    assert first.count("\n") == rich.count("\n")
    for words in ("RUN", "LONG 0.0010 @ 59,384.0", "12:05 SIGNAL    BUY SMA", "x1 held"):
        assert words in rich
        assert words in first
    assert "=" * 20 in first, "the frame of a recording"


@pytest.mark.parametrize("kind", KINDS)
def test_a_dialog_too(terminals: dict[str, Tmux], kind: str) -> None:
    terminal = terminals[kind]
    before = terminal.screen()
    terminal.keys("?")
    shown = terminal.expect("Trading by hand")
    assert shown.isascii() is (kind in PLAIN)
    assert depths(terminal.styled()) == KINDS[kind][2]
    terminal.keys("Escape")
    terminal.expect(lambda now: now == before)


def test_a_storm_of_sizes_leaves_the_very_screen_that_was_there(terminals: dict[str, Tmux]) -> None:
    terminal = terminals["256 colours"]
    before = cells(terminal.styled())
    for step in range(60):
        terminal.resize(1 + step * 37 % 200, 1 + step * 11 % 60)
    terminal.resize(80, 24)
    terminal.expect(lambda _shown: cells(terminal.styled()) == before)
