"""How the screen looks, and which keys it takes: what follows from mode, terminal and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.filter import LineFilter, NoColor

from tui_bot.console import words
from tui_bot.console.inks import Inks
from tui_bot.console.plain import AsciiFilter
from tui_bot.console.watch import View
from tui_bot.keymap.keymap import keymap

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp


class Looks:
    """Follows every view. ``only_ascii`` is what the terminal says of itself, whatever the settings."""

    def __init__(self, app: ConsoleApp, mode: str, only_ascii: bool) -> None:
        self._app = app
        self._ascii = self._only_ascii = only_ascii
        self._kind = words.frame_of(mode)
        self._keys = ""
        self._inks: Inks | None = None
        self._filters: list[LineFilter] = [AsciiFilter()]
        app.set_class(only_ascii, "ascii")
        app.add_class(f"mode-{self._kind}")

    @property
    def inks(self) -> Inks:
        """The styles of the theme in use."""
        if self._inks is None:
            self._inks = Inks(self._app.theme_variables, self._kind)
        return self._inks

    @property
    def filters(self) -> list[LineFilter]:
        """Where NO_COLOR asks for it one that lets no colour out, and in ASCII one for that."""
        return [*([NoColor()] if self._app.no_color else []), *(self._filters if self._ascii else [])]

    def follow(self, view: View) -> None:
        """Put into effect what has changed."""
        kind = words.frame_of(view.mode)
        ascii_only = self._only_ascii or view.setting("display.glyphs", "blocks") == "ascii"
        if (kind, ascii_only) != (self._kind, self._ascii):
            self._app.remove_class(f"mode-{self._kind}")
            self._app.add_class(f"mode-{kind}")
            self._app.set_class(ascii_only, "ascii")
            self._kind, self._ascii = kind, ascii_only
            self._app.refresh(repaint=True)
            self.repaint()
        self._app.wardrobe.follow(view.setting("display.theme", ""))
        self._follow_keys(view.setting("ui.keys", ""))

    def repaint(self) -> None:
        """Other colours or frames: draw every cell again."""
        self._inks = None
        self._app.main.refresh_all()

    def _follow_keys(self, text: str) -> None:
        """The settings name keys; the config's check has found no fault in them."""
        if text == self._keys:
            return
        self._keys = text
        self._app.watch_engine.keymap = keys = keymap(text)
        self._app.set_keymap({name: ",".join(found) or unbound(name) for name, found in keys.changed.items()})


def unbound(name: str) -> str:
    """The key of an action without one: no terminal sends it."""
    return f"unbound-{name}"
