"""Each kind of terminal gets what it can show: colours by depth, signs by its locale and font."""

from __future__ import annotations

import os
import signal

import pyte
import pytest

from tests.console.test_run import start
from tests.support.colours import depths
from tui_bot.console.terminal import shows_only_ascii


@pytest.mark.parametrize(
    ("environment", "plain"),
    [
        ({"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, False),
        ({"TERM": "screen", "LANG": "C.UTF-8"}, False),
        ({"TERM": "tmux-256color", "LANG": "de_DE.utf8"}, False),
        ({"TERM": "xterm"}, False),
        ({"TERM": "xterm", "LANG": ""}, False),
        ({"TERM": "linux", "LANG": "C.UTF-8"}, True),
        ({"TERM": "vt220", "LANG": "C.UTF-8"}, True),
        ({"TERM": "xterm", "LANG": "C"}, True),
        ({"TERM": "xterm", "LANG": "de_DE.ISO-8859-1"}, True),
        ({"TERM": "xterm", "LANG": "C", "LC_ALL": "C.UTF-8"}, False),
        ({"TERM": "xterm", "LANG": "C.UTF-8", "LC_CTYPE": "POSIX"}, True),
    ],
)
def test_what_a_terminal_is_taken_for(environment: dict[str, str], plain: bool) -> None:
    assert shows_only_ascii(environment) is plain


@pytest.mark.parametrize(
    ("environment", "depth", "plain"),
    [
        ({"TERM": "screen"}, "16", False),
        ({"TERM": "tmux-256color"}, "256", False),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "all", False),
        ({"TERM": "linux"}, "16", True),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "none", False),
        ({"TERM": "xterm-256color", "LANG": "C"}, "256", True),
        ({"TERM": "xterm-256color", "LANG": "C", "LC_CTYPE": "C.UTF-8"}, "256", False),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else "",
)
def test_a_terminal_gets_what_it_can_show(environment: dict[str, str], depth: str, plain: bool) -> None:
    utf8 = {"COLORTERM": "", "LANG": "C.UTF-8", "LC_ALL": "", "LC_CTYPE": ""}
    terminal = start("--mode", "live", **{**utf8, **environment})
    shown = terminal.read(10, until=b"close in") + terminal.read(0.2)
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.ended_within(5, read=True)
    os.close(terminal.handle)
    text = shown.decode("utf-8")
    assert depths(text) == ({depth} if depth != "none" else set())
    assert not plain or not set(text) - set(map(chr, range(128)))
    screen = pyte.Screen(100, 30)
    pyte.Stream(screen).feed(text)
    assert " LIVE " in screen.display[0]
    assert "BTC/USD" in screen.display[0]
    frame = "#" if plain else "━"
    assert frame * 20 in "\n".join(screen.display)
