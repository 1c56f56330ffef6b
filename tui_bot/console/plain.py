"""Nothing but ASCII leaves the screen, whoever drew it."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui_bot.console.glyphs import ASCII


class AsciiFilter(LineFilter):
    """Our signs become their plain ones, all else a mark as wide as it was."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - the base's
        """The segments, each as wide as before."""
        return [
            segment if segment.text.isascii() else Segment(_plain(segment.text), segment.style)
            for segment in segments
        ]


def _plain(text: str) -> str:
    return "".join(letter if letter.isascii() else _mark(letter) for letter in text.translate(ASCII))


def _mark(letter: str) -> str:
    """A dot pattern is a dot; anything else a question, as wide as it was."""
    if "\u2800" <= letter <= "\u28ff":
        return " " if letter == "\u2800" else "*"
    return "?" * cell_len(letter)
