"""The screen as text, compared with files that are read in a review like any other text.

``FRAMES=write pytest tests/console`` writes them anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from textual._context import visible_screen_stack
from textual.app import App
from textual.strip import Strip

FOLDER = Path(__file__).parent / "frames"


def strips(app: App[Any]) -> list[Strip]:
    """What is on the screen, what lies under a dialog with it. All this is private to Textual."""
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


def text_of(shown: Iterable[Strip]) -> str:
    """The text of these strips, without what is blank at their ends."""
    return "\n".join(strip.text.rstrip() for strip in shown) + "\n"


def frame(app: App[Any]) -> str:
    """What is on the screen as text."""
    return text_of(strips(app))


def expect_frame(app: App[Any], name: str) -> None:
    """The screen must look as the file says."""
    path, shown = FOLDER / f"{name}.txt", frame(app)
    if os.environ.get("FRAMES") == "write":
        path.write_text(shown, "utf-8")
    assert shown.splitlines() == path.read_text("utf-8").splitlines(), name
