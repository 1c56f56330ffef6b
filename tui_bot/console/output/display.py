"""The one place where Textual's way to the terminal is changed.

Written for the versions in ``tui_bot.textual_version``. With others, and after any surprise, Textual's own
output is used; what was sent until then is right, so that can happen between any two frames.
"""

from __future__ import annotations

from typing import Any

from rich.console import Console, RenderableType
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from tui_bot.console.output.lean import Lean, Update

Drawn = RenderableType | CompositorUpdate | None


class Output:
    """Lean or stock. ``surprise`` says why it fell back to stock for good, empty when it did not."""

    def __init__(self) -> None:
        self._lean = Lean()
        self.is_lean = False
        self.surprise = ""
        self._told = False

    def news(self) -> str:
        """The surprise, once."""
        if self._told or not self.surprise:
            return ""
        self._told = True
        return self.surprise

    def choose(self, *, lean: bool) -> None:
        """Lean or stock from now on; after a surprise it stays stock."""
        if lean is not self.is_lean:
            self._lean.forget()
            self.is_lean = lean and not self.surprise

    def forget(self) -> None:
        """The terminal may show anything: every cell of the next updates is sent."""
        self._lean.forget()

    def prepare(self, renderable: Drawn) -> Drawn:
        """What is to be displayed in place of what Textual would display."""
        if self.is_lean and isinstance(renderable, LayoutUpdate | ChopsUpdate):
            return _LeanUpdate(renderable, self)
        if renderable is not None:
            self._lean.forget()
        return renderable

    def sequence(self, update: Update, console: Console) -> str:
        """The lean sequence of an update, or the stock one from the first surprise on."""
        try:
            return self._lean.sequence(update, console)
        except Exception as error:
            self.surprise = f"{type(error).__name__}: {error}"
            self.is_lean = False
            return update.render_segments(console)


class _LeanUpdate(CompositorUpdate):
    """What the compositor found to be drawn; made lean when it is on its way, not before."""

    def __init__(self, update: Update, output: Output) -> None:
        self._update, self._output = update, output

    def render_segments(self, console: Console) -> str:
        """The sequence for the terminal."""
        return self._output.sequence(self._update, console)


class LeanApp(App[None]):
    """An app whose ``output`` may send only the cells that changed."""

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self.output = Output()

    @property
    def driver(self) -> Driver | None:
        """The way to the terminal; None before it is open."""
        return self._driver

    def write(self, text: str) -> None:
        """Put a sequence on the terminal that draws nothing: a bell, a title."""
        if self._driver is not None:
            self._driver.write(text)

    def repaint(self) -> None:
        """Send every cell, whatever the terminal shows now."""
        self.output.forget()
        self.screen.refresh()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, self.output.prepare(renderable))  # type: ignore[arg-type]
