"""Which theme is worn, and which others there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.drivers.linux_driver import LinuxDriver

from tui_bot.console.preference import remember
from tui_bot.console.theme import DARK, Colours

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp

#: The theme of the sixteen colours that every terminal has.
SIXTEEN = "sixteen"


def has_sixteen_colours(app: ConsoleApp) -> bool:
    """Whether it is drawn on a terminal that has no more."""
    return isinstance(app.driver, LinuxDriver) and app.console.color_system == "standard"


class Wardrobe:
    """Theme files are read when another theme than the first is asked for."""

    def __init__(self, app: ConsoleApp, first: Colours) -> None:
        self._app = app
        self._worn = first
        self._themes: dict[str, Colours] | None = None
        self._asked = ""

    @property
    def worn(self) -> Colours:
        """The theme that is worn."""
        return self._worn

    @property
    def all(self) -> tuple[Colours, ...]:
        """All themes, in order."""
        return tuple(self._all()[name] for name in self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(sorted(self._all()))

    def follow(self, name: str) -> None:
        """The settings name a theme. A name already followed is not followed again, so that t can differ.

        Where there are sixteen colours the usual theme gives way to the one made of those.
        """
        if not name or name == self._asked:
            return
        self._asked = name
        if name == DARK.name and has_sixteen_colours(self._app):
            self.try_on(SIXTEEN)
            return
        if name == self._worn.name:
            return
        if name in self._all():
            self.wear(name)
        else:
            self._app.tell(f"no theme named {name}; there are {', '.join(self.names)}", "warning")

    def next(self) -> None:
        """The one after the one worn."""
        names = self.names
        place = names.index(self._worn.name) if self._worn.name in names else -1
        name = names[(place + 1) % len(names)]
        self.wear(name)
        self._app.tell(f"theme {name} (to keep it: display.theme in the settings)")

    def wear(self, name: str) -> None:
        """Use this theme and remember it for the next first frame."""
        self.try_on(name)
        remember(self._app.state_dir, self._worn)

    def try_on(self, name: str) -> None:
        """Use this theme for now."""
        self._worn = self._all().get(name, self._worn)
        self._app.register_theme(self._worn.theme())
        self._app.theme = self._worn.name

    def _all(self) -> dict[str, Colours]:
        if self._themes is None:
            from tui_bot.console.theme_files import load_all, shipped_dir

            self._themes, faults = load_all((shipped_dir(), self._app.theme_dir))
            for fault in faults:
                self._app.tell(f"theme skipped: {fault}", "warning", longest=1500)
        return self._themes
