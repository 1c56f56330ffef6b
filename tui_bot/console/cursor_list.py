"""A list with one line under a cursor that its screen moves, by keys or by the mouse."""

from __future__ import annotations

from abc import abstractmethod

from textual.events import Click

from tui_bot.console.canvas import Canvas
from tui_bot.console.mouse import Wheel


class CursorList(Wheel, Canvas, can_focus=True):
    """The screen's ``move`` goes to another line; a click goes to the line it met."""

    @property
    @abstractmethod
    def under_cursor(self) -> int:
        """The row of the line under the cursor."""

    async def on_click(self, event: Click) -> None:
        """The line that was clicked."""
        await self.run_action(f"screen.move({event.y - self.under_cursor})")

    def roll(self, notches: int) -> None:
        """The wheel goes line by line."""
        self.call_next(self.run_action, f"screen.move({notches})")
