"""The one file the console keeps: the colours it had last, for the first frame of the next start."""

from __future__ import annotations

import os
from pathlib import Path

from tui_bot.console.theme import COLOURS, DARK, Colours

NAME = "console.json"
LARGEST = 16 * 1024


def recall(directory: Path | None) -> Colours:
    """The last colours, or the dark theme when there are none that can be trusted."""
    if directory is None:
        return DARK
    import json

    from textual.color import Color, ColorParseError

    try:
        path = directory / NAME
        if path.stat().st_size > LARGEST:
            return DARK
        found = json.loads(path.read_text("utf-8"))
        values = {name: str(found["colours"][name]) for name in COLOURS}
        for text in values.values():
            Color.parse(text)
        return Colours(str(found["name"])[:32], bool(found["dark"]), values)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, ColorParseError):
        return DARK


def remember(directory: Path | None, colours: Colours) -> None:
    """Keep these colours; that it cannot be done is no reason to disturb anyone."""
    if directory is None:
        return
    import json

    text = json.dumps({"name": colours.name, "dark": colours.dark, "colours": dict(colours.values)}, indent=1)
    aside = directory / f".{NAME}.{os.getpid()}"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.write_text(text, "utf-8")
        aside.chmod(0o600)
        aside.replace(directory / NAME)
    except OSError:
        aside.unlink(missing_ok=True)
