"""The screen as text, compared with files that are read in a review like any other text.

``FRAMES=write pytest tests/console`` writes them anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.segment import Segment
from textual._context import visible_screen_stack
from textual.app import App
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

FOLDER = Path(__file__).parent / "frames"


def strips(app: App[Any], *, beneath: bool = True) -> list[Strip]:
    """What is on the screen, with what lies ``beneath`` a dialog or without. Private to Textual."""
    visible_screen_stack.set(app._background_screens if beneath else [])
    return app.screen._compositor.render_strips()


def text_of(shown: Iterable[Strip]) -> str:
    """The text of these strips, without what is blank at their ends."""
    return "\n".join(strip.text.rstrip() for strip in shown) + "\n"


def box(app: App[Any], shown: Sequence[Strip]) -> list[Strip]:
    """Of a dialog its own box, everything around it blank; of a screen all."""
    if not isinstance(app.screen, ModalScreen):
        return list(shown)
    top, width = app.screen.children[-1], app.size.width
    region = top.region or Region.from_union(
        [part.region for part in top.walk_children(Widget) if part.region]
    )
    blank = Strip([Segment(" " * width)])
    left, right = Segment(" " * region.x), Segment(" " * (width - region.right))
    return [
        Strip([left, *strip.crop(region.x, region.right), right]) if region.y <= y < region.bottom else blank
        for y, strip in enumerate(shown)
    ]


def frame(app: App[Any]) -> str:
    """What is on the screen as text."""
    return text_of(strips(app))


def expect_frame(shown: str, name: str) -> None:
    """This must be what the file says."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("FRAMES") == "write":
        path.write_text(shown, "utf-8")
    assert shown.splitlines() == path.read_text("utf-8").splitlines(), name
