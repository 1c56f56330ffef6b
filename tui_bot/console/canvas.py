"""Widgets that show rows and repaint only what changed in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from textual.color import Color
from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui_bot.console.flash import Flash
from tui_bot.console.inks import Inks
from tui_bot.console.rows import EMPTY, Row, lit, width_of
from tui_bot.console.watch import View

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp


#: Drawn so often a second the line is a slow one: then each byte is for what changed, none for a light.
SLOW = "1"


class Canvas(Widget):
    """Rows of spans. A changed row is repainted up to its last changed span."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._rows: tuple[Row, ...] = ()
        self._strips: dict[int, Strip] = {}
        self._ink_of_strips: Inks | None = None
        self._ground = Color(0, 0, 0)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows from now on."""
        before, self._rows = self._rows, tuple(rows)
        width = self.size.width
        for y in range(max(len(before), len(rows))):
            old = before[y] if y < len(before) else EMPTY
            new = self._rows[y] if y < len(self._rows) else EMPTY
            if old != new:
                self._strips.pop(y, None)
                self.refresh(Region(0, y, min(changed_to(old, new), width), 1))

    def render_line(self, y: int) -> Strip:
        """One row, from the cache when it did not change."""
        inks = cast("ConsoleApp", self.app).inks
        if inks is not self._ink_of_strips:
            self._ink_of_strips = inks
            self._ground = self.background_colors[1]
            self._strips.clear()
        strip = self._strips.get(y)
        if strip is None or strip.cell_length != self.size.width:
            line = self._rows[y] if y < len(self._rows) else EMPTY
            strip = self._strips[y] = inks.strip(line, self.size.width, self._ground)
        return strip


class Panel(Canvas):
    """A canvas drawn from the view by a pure function of (view, width, height).

    One that can have the focus begins with a heading.
    """

    def __init__(
        self,
        draw: Callable[[View, int, int], Sequence[Row]],
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
        can_focus: bool = False,
        flashes: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.can_focus = can_focus
        self._draw = draw
        self._view: View | None = None
        self._edge, self._top = False, False
        self._flash = Flash() if flashes else None

    def join(self, edge: bool, top: bool) -> None:
        """Draw a line at the left from now on, or none; ``top``: it begins at this panel's heading."""
        self._edge, self._top = edge, top

    def look(self, view: View) -> None:
        """Show what the view holds."""
        self._view = view
        width, height = self.size
        if width and height:
            rows = self._draw(view, width - self._edge, height)
            if self._flash is not None:
                rows = self._lit(self._flash, rows, view)
            if self.has_focus and rows:
                rows = [lit(rows[0]), *rows[1:]]
            self.show(edged(rows, height, self._top) if self._edge else rows)

    def _lit(self, flash: Flash, rows: Sequence[Row], view: View) -> Sequence[Row]:
        app = cast("ConsoleApp", self.app)
        lit = flash.lit(rows, app.watch_engine.now_s)
        unlit = view.setting("display.flash", "yes") == "no" or view.setting("display.refresh", "") == SLOW
        return rows if unlit or app.no_color else lit

    def again(self) -> None:
        """Draw what was last looked at."""
        if self._view is not None:
            self.look(self._view)

    def on_resize(self, _event: Resize) -> None:
        """Draw again for the new size."""
        self.again()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show the focus by shape, not only by colour; no style depends on it."""
        self.again()


def edged(rows: Sequence[Row], height: int, top: bool) -> list[Row]:
    """The rows of a panel with a line at its left; ``top``: it begins here."""
    heading, *body = (*rows, *([EMPTY] * (height - len(rows))))
    joint = "┬" if top else "├"
    return [((joint, "rule"), *heading), *((("│", "rule"), *line) for line in body)]


def changed_to(old: Row, new: Row) -> int:
    """The cell after the last one that differs; spans equal at both ends are left alone."""
    size = max(width_of(old), width_of(new))
    if width_of(old) != width_of(new):
        return size
    for before, after in zip(reversed(old), reversed(new), strict=False):
        if before != after:
            break
        size -= width_of((after,))
    return size
