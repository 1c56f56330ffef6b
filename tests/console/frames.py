"""The screen as text, compared with files that are read in a review like any other text.

``FRAMES=write pytest tests/console`` writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from textual.app import App

FOLDER = Path(__file__).parent / "frames"


def frame(app: App[Any]) -> str:
    """What is on the screen. The compositor is private to Textual; nothing else here touches it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


def expect_frame(app: App[Any], name: str) -> None:
    """The screen must look as the file says."""
    path, shown = FOLDER / f"{name}.txt", frame(app)
    if os.environ.get("FRAMES") == "write":
        path.write_text(shown, "utf-8")
    assert shown.splitlines() == path.read_text("utf-8").splitlines(), name
