"""From rows to strips: the theme's colours behind the names of inks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from tui_bot.console.glyphs import FRAMES
from tui_bot.console.rows import Row, fit
from tui_bot.sanitise import sanitise

#: Colours of ours that every theme may set; the values are those of the dark theme.
DEFAULTS = {
    "text": "#c8d0da",
    "title": "#8fa1b5",
    "dim": "#7c8896",
    "rule": "#39434f",
    "up": "#5bd49b",
    "down": "#ee625d",
    "flip": "#e3b341",
    "mark": "#e6edf3",
    "sma-up": "#6cb2ff",
    "sma-down": "#e08ad0",
    "sma-flat": "#8b949e",
    "ok": "#7ee0a8",
    "warn": "#e3b341",
    "alarm": "#ff5f56",
    "stale": "#e3b341",
    "live": "#ff9d00",
    "paper": "#58a6ff",
    "demo": "#4cc38a",
    "replay": "#d3a4e8",
    "key": "#79c0ff",
}


class Inks:
    """The styles of one theme, by ink. ``kind`` is the mode's, which the frames show."""

    def __init__(self, variables: Mapping[str, str], kind: str = "demo") -> None:
        self._variables = variables
        self._styles: dict[tuple[str, Color], Style] = {}
        self._signs = FRAMES[kind]

    def strip(self, line: Row, width: int, ground: Color) -> Strip:
        """The row as the compositor takes it, exactly ``width`` cells wide, on ``ground``."""
        beneath = self._ground(ground)
        spans = fit(_printable(line), width)
        if self._signs:
            spans = tuple(
                (text.translate(self._signs) if ink == "rule" else text, ink) for text, ink in spans
            )
        return Strip([Segment(text, beneath(ink)) for text, ink in spans], width)

    def _ground(self, ground: Color) -> Callable[[str], Style]:
        styles = self._styles

        def style(ink: str) -> Style:
            found = styles.get((ink, ground))
            if found is None:
                found = styles[ink, ground] = self._mix(ink, ground)
            return found

        return style

    def _mix(self, ink: str, ground: Color) -> Style:
        name, *modifiers = ink.split()
        colour = Color.parse(self._variables.get(name, self._variables["text"]))
        if "faint" in modifiers:
            colour = ground.blend(colour, 0.45)
        if "flash" in modifiers and colour.ansi is None:
            ground = ground.blend(colour, 0.3)
        # Reversed by attribute, not by swapped colours: it must be seen without colours too.
        return Style(
            color=colour.rich_color,
            bgcolor=ground.rich_color,
            bold="bold" in modifiers or "reverse" in modifiers or None,
            reverse=True if "reverse" in modifiers else None,
        )


def _printable(line: Row) -> Row:
    """The last barrier: whatever steers a terminal is marked, wherever it came from."""
    if all(text.isprintable() for text, _ in line):
        return line
    return tuple((sanitise(text, 1000), ink) for text, ink in line)
