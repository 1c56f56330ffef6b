"""The one file the console keeps: colours and layout it had last, for the first frame of the next start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tui_bot.console.presets import Preset
from tui_bot.console.theme import COLOURS, DARK, Colours

NAME = "console.json"
LARGEST = 16 * 1024


def recall(directory: Path | None) -> Colours:
    """The last colours, or the dark theme when there are none that can be trusted."""
    from textual.color import Color, ColorParseError

    found = _read(directory)
    try:
        values = {name: str(found["colours"][name]) for name in COLOURS}
        for text in values.values():
            Color.parse(text)
        return Colours(str(found["name"])[:32], bool(found["dark"]), values)
    except (KeyError, TypeError, ColorParseError):
        return DARK


def remember(directory: Path | None, colours: Colours) -> None:
    """Keep these colours; that it cannot be done is no reason to disturb anyone."""
    _keep(directory, {"name": colours.name, "dark": colours.dark, "colours": dict(colours.values)})


def recall_preset(directory: Path | None) -> Preset:
    """The last layout, or the balanced one."""
    try:
        return Preset(_read(directory).get("layout"))
    except ValueError:
        return Preset.BALANCED


def remember_preset(directory: Path | None, preset: Preset) -> None:
    """Keep this layout, as ``remember`` does."""
    _keep(directory, {"layout": preset.value})


def _read(directory: Path | None) -> dict[str, Any]:
    """What was kept, empty when there is nothing that can be read."""
    if directory is None:
        return {}
    import json

    try:
        path = directory / NAME
        if path.stat().st_size > LARGEST:
            return {}
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _keep(directory: Path | None, news: dict[str, Any]) -> None:
    if directory is None:
        return
    import json

    known = {name: value for name, value in _read(directory).items() if name in _NAMES}
    text = json.dumps({**known, **news}, indent=1)
    aside = directory / f".{NAME}.{os.getpid()}"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.write_text(text, "utf-8")
        aside.chmod(0o600)
        aside.replace(directory / NAME)
    except OSError:
        aside.unlink(missing_ok=True)


_NAMES = ("name", "dark", "colours", "layout")
