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


#: What Textual's widgets mix by themselves, except from colours that the terminal decides.
_OF_TEXTUAL = {
    "ansi-background": "background",
    "ansi-foreground": "foreground",
    "border-blurred": "rule",
    "block-cursor-foreground": "background",
    "block-cursor-background": "key",
    "block-cursor-blurred-foreground": "background",
    "block-cursor-blurred-background": "text",
    "input-cursor-foreground": "background",
    "input-cursor-background": "mark",
    "input-selection-foreground": "background",
    "input-selection-background": "text",
}


@dataclass(frozen=True, slots=True)
class Colours:
    """A complete theme: every name of ``COLOURS`` has a value such as ``#0d1117``; or each has a name of the
    terminal's own palette, such as ``ansi_bright_red``."""

    name: str
    dark: bool
    values: Mapping[str, str]

    @property
    def is_of_the_terminal(self) -> bool:
        """Whether the terminal's palette decides how its colours look."""
        return self.values["background"].startswith("ansi_")

    def theme(self) -> Theme:
        """The theme as Textual takes it."""
        own = {name: self.values[name] for name in DEFAULTS}
        if self.is_of_the_terminal:
            own |= {name: self.values[value] for name, value in _OF_TEXTUAL.items()}
        theme = Theme(self.name, self.values["primary"], dark=self.dark, variables=own)
        theme.ansi = self.is_of_the_terminal
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
        "success": "#5bd49b",
        "warning": "#e3b341",
        "error": "#ff5f56",
        **DEFAULTS,
    },
)
