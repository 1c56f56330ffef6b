"""A theme as plain colours, and the one that is there before any file is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.theme import Theme

from tui_bot.console.inks import DEFAULTS

#: Colours Textual itself needs.
GROUND = (
    "primary",
    "secondary",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "success",
    "warning",
    "error",
)

COLOURS = (*GROUND, *DEFAULTS)


@dataclass(frozen=True, slots=True)
class Colours:
    """A complete theme: every name of ``COLOURS`` has a value such as ``#0d1117``."""

    name: str
    dark: bool
    values: Mapping[str, str]

    def theme(self) -> Theme:
        """The theme as Textual takes it."""
        own = {name: self.values[name] for name in DEFAULTS}
        theme = Theme(self.name, self.values["primary"], dark=self.dark, variables=own)
        for name in GROUND:
            setattr(theme, name, self.values[name])
        return theme


#: A copy of ``themes/dark.yaml``, so that the first frame waits for no file.
DARK = Colours(
    "dark",
    True,
    {
        "primary": "#58a6ff",
        "secondary": "#8fa1b5",
        "accent": "#79c0ff",
        "foreground": "#c8d0da",
        "background": "#0d1117",
        "surface": "#151b23",
        "panel": "#1d2530",
        "success": "#4cc38a",
        "warning": "#e3b341",
        "error": "#ff5f56",
        **DEFAULTS,
    },
)
