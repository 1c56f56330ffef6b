"""A panel of more lines than there may be room for; while it has the keys they scroll it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui_bot.console.canvas import Panel
from tui_bot.console.mouse import Wheel
from tui_bot.console.rows import Row, fit, width_of
from tui_bot.console.watch import View

#: Rows that a notch of the wheel moves.
NOTCH = 3


class ListPanel(Wheel, Panel):
    """Draws as many lines as it needs and shows those from ``first`` on, under their heading."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "roll(1)", "Down", id="list.down", show=False),
        Binding("k,up", "roll(-1)", "Up", id="list.up", show=False),
        Binding("pagedown", "roll(10)", "Page down", id="list.page_down", show=False),
        Binding("pageup", "roll(-10)", "Page up", id="list.page_up", show=False),
        Binding("home", "roll(-9999)", "Top", id="list.top", show=False),
        Binding("end", "roll(9999)", "Bottom", id="list.bottom", show=False),
    ]

    def __init__(
        self,
        draw: Callable[[View, int, int], Sequence[Row]],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(self._window, id=id, can_focus=True)
        self._lines = draw
        self.first = 0
        self._last_first = 0

    def roll(self, notches: int) -> None:
        """The wheel."""
        self.action_roll(NOTCH * notches)

    def action_roll(self, by: int) -> None:
        """Move the lines under the heading."""
        whole = len(self._lines(self._view, self.size.width, _MANY)) if self._view else 0
        self._last_first = max(whole - self.size.height, 0)
        self.first = min(max(self.first + by, 0), self._last_first)
        self.again()

    def _window(self, view: View, width: int, height: int) -> list[Row]:
        """The heading, the lines from the first on, and in the heading that there are more."""
        lines = self._lines(view, width, self.first + height + 1)
        self.first = min(self.first, max(len(lines) - height, 0))
        heading, *rest = lines
        more = len(rest) - self.first - height + 1 > 0
        if more or self.first:
            signs = f" {'↑' if self.first else ''}{'↓' if more else ''} "
            heading = marked(heading, (signs, "key bold"), width)
        return [heading, *rest[self.first : self.first + height - 1]]


_MANY = 10_000


def marked(heading: Row, sign: tuple[str, str], width: int) -> Row:
    """The heading with a sign in its line, before what stands at its right end."""
    for place in range(len(heading) - 1, -1, -1):
        text, ink = heading[place]
        if ink == "rule" and len(text) > len(sign[0]):
            line = (text[: -len(sign[0])], ink), sign
            return fit((*heading[:place], *line, *heading[place + 1 :]), width)
    return heading if width_of(heading) == width else fit(heading, width)
