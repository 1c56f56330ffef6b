"""A terminal in the same process: what it shows, cell by cell, against what the compositor means."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import pyte
from pyte import graphics
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.strip import Strip

#: Sequences that the emulator would take for text: private modes asked for, links.
_UNHEARD_OF = re.compile(r"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\]8;[^\x1b]*\x1b\\")


class Shown(NamedTuple):
    """One cell. A blank has no colour of its own unless it shows it."""

    text: str
    front: str
    back: str
    attributes: tuple[bool, ...]


class Emulator(HeadlessDriver):
    """Textual's driver for a terminal that is emulated; ``sent`` is all it was sent."""

    @property
    def is_headless(self) -> bool:
        """No: it is drawn on."""
        return False

    def start_application_mode(self) -> None:
        """A terminal of this size, and a person's junk on it."""
        self.sent: list[str] = []
        self.begin(*self._get_terminal_size())
        super().start_application_mode()

    def begin(self, columns: int, lines: int) -> None:
        """Another size; what is kept of the content is the terminal's own business."""
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self.screen)
        self._stream.feed("\x1b[7mjunk 東京 " * (columns * lines // 10) + "\x1b[m\x1b[?7l")

    def write(self, data: str) -> None:
        """Draw."""
        self.sent.append(data)
        self._stream.feed(_UNHEARD_OF.sub("", data))


def shown(screen: pyte.Screen) -> list[list[Shown]]:
    """What the terminal shows."""
    rows = []
    for y in range(screen.lines):
        cells = [screen.buffer[y][x] for x in range(screen.columns)]
        rows.append(
            [
                _shown(c.data, c.fg, c.bg, (c.bold, c.italics, c.underscore, c.strikethrough, c.reverse))
                for c in cells
            ]
        )
    return rows


def meant(strips: list[Strip], columns: int, system: ColorSystem) -> list[list[Shown]]:
    """The same, of what the compositor holds."""
    return [_row(tuple(strip), columns, system) for strip in strips]


@lru_cache(4096)
def _row(segments: tuple[Segment, ...], columns: int, system: ColorSystem) -> list[Shown]:
    screen = pyte.Screen(columns, 1)
    screen.reset_mode(7, private=True)
    stream = pyte.Stream(screen)
    row: list[Shown] = []
    for text, style, _ in segments:
        before = screen.cursor.x
        stream.feed(text)
        look = style or Style.null()
        row += [_meant(screen.buffer[0][x].data, look, system) for x in range(before, screen.cursor.x)]
    return row


def differences(app: App[None]) -> list[str]:
    """The cells in which terminal and compositor differ."""
    driver = app._driver
    assert isinstance(driver, Emulator)
    system = app.console._color_system
    assert system is not None
    wanted = meant(app.screen._compositor.render_strips(), driver.screen.columns, system)
    have = shown(driver.screen)
    return compare(wanted, have)


def compare(wanted: list[list[Shown]], have: list[list[Shown]]) -> list[str]:
    """The cells that differ."""
    if [len(row) for row in wanted] != [len(row) for row in have]:
        return [f"sizes {[len(row) for row in wanted]} and {[len(row) for row in have]}"]
    return [
        f"{y},{x}: meant {one}, shown {other}"
        for y, rows in enumerate(zip(wanted, have, strict=True))
        for x, (one, other) in enumerate(zip(*rows, strict=True))
        if one != other
    ]


def _meant(text: str, style: Style, system: ColorSystem) -> Shown:
    front = _named(style.color, system, graphics.FG | graphics.FG_AIXTERM, 0)
    back = _named(style.bgcolor, system, graphics.BG | graphics.BG_AIXTERM, 10)
    attributes = (style.bold, style.italic, style.underline, style.strike, style.reverse)
    return _shown(text, front, back, tuple(bool(each) for each in attributes))


def _named(colour: Color | None, system: ColorSystem, names: dict[int, str], offset: int) -> str:
    """A colour in the emulator's words, as this terminal has it."""
    if colour is None or colour.is_default:
        return "default"
    colour = colour.downgrade(system)
    if colour.triplet is not None:
        return colour.triplet.hex[1:]
    number = colour.number or 0
    if system is ColorSystem.EIGHT_BIT:
        return str(graphics.FG_BG_256[number])
    return names[(30 if number < 8 else 82) + number + offset]


def _shown(text: str, front: str, back: str, attributes: tuple[bool, ...]) -> Shown:
    if text == " " and not any(attributes[2:]):
        return Shown(text, "", back, ())
    return Shown(text, front, back, attributes)
