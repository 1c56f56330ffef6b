"""All themes in a list; the one under the cursor is worn, so that what is seen is what one gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui_bot.console.cursor_list import CursorList
from tui_bot.console.dialog import Answer, Dialog
from tui_bot.console.rows import Row, row
from tui_bot.console.theme import Colours
from tui_bot.console.watch import View
from tui_bot.engine.commands import Edit


class ThemeList(CursorList):
    """One theme a row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "screen.move(-1)", "Before", id="themes.up", show=False),
        Binding("down,j", "screen.move(1)", "Next", id="themes.down", show=False),
        Binding("home", "screen.move(-99)", "First", id="themes.first", show=False),
        Binding("end", "screen.move(99)", "Last", id="themes.last", show=False),
        Binding("enter", "screen.keep", "Keep", id="themes.keep", show=False),
    ]

    def __init__(self, themes: Sequence[Colours]) -> None:
        super().__init__(id="themes")
        self.themes = tuple(themes)
        self._cursor = 0

    @property
    def under_cursor(self) -> int:
        """Its row."""
        return self._cursor

    def draw(self, cursor: int) -> None:
        """Show where the cursor is."""
        self._cursor = cursor
        self.show([_row(theme, place == cursor) for place, theme in enumerate(self.themes)])


def _row(theme: Colours, here: bool) -> Row:
    kind = "terminal's own" if theme.is_of_the_terminal else "dark" if theme.dark else "light"
    return row(
        ("▸ " if here else "  ", "key bold"),
        (f"{theme.name:<16.16} ", "text bold" if here else "text"),
        (f"{kind:<15}", "dim"),
        ("▲ " if here else "", "up bold"),
        ("▼ " if here else "", "down bold"),
    )


class ThemePicker(Dialog[str]):
    """Arrows try a theme on, Enter keeps it, Escape returns to the one before."""

    AUTO_FOCUS = "#themes"

    def __init__(self, view: View) -> None:
        super().__init__("Theme", view)
        self._list: ThemeList | None = None
        self._cursor = 0
        self._before = ""

    def parts(self) -> Sequence[Widget]:
        """The list."""
        wardrobe = self.console_app.wardrobe
        self._before = wardrobe.worn.name
        self._list = ThemeList(wardrobe.all)
        self._list.styles.height = len(self._list.themes)
        self._cursor = wardrobe.names.index(self._before) if self._before in wardrobe.names else 0
        return (self._list,)

    def answers(self) -> Sequence[Answer]:
        """Back first."""
        return Answer("Back", "cancel"), Answer("Use now", "use"), Answer("Use and save", "save")

    def on_mount(self) -> None:
        """The theme that is worn is under the cursor."""
        self.query_one(".dialog").add_class("-narrow")
        self._draw()

    def action_move(self, by: int) -> None:
        """Try on another."""
        if self._list is None:
            return
        self._cursor = min(max(self._cursor + by, 0), len(self._list.themes) - 1)
        self.console_app.wardrobe.try_on(self._chosen)
        self._draw()

    def action_keep(self) -> None:
        """Enter in the list saves."""
        self.chose("save")

    def chose(self, answer: str) -> None:
        """Wear it from now on, and perhaps after the next start too."""
        self.console_app.wardrobe.wear(self._chosen)
        if answer == "save":
            self.console_app.submit_edit(Edit((("display.theme", self._chosen),)))
        self.dismiss(self._chosen)

    def action_give_up(self) -> None:
        """The one before."""
        self.console_app.wardrobe.try_on(self._before)
        self.dismiss(None)

    @property
    def _chosen(self) -> str:
        return self._list.themes[self._cursor].name if self._list else self._before

    def _draw(self) -> None:
        if self._list is not None:
            self._list.draw(self._cursor)
