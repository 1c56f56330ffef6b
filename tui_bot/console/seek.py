"""Where to go in a recording: a time, a share of it, or so long from here."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget
from textual.widgets import Input

from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.rows import row
from tui_bot.console.watch import View
from tui_bot.engine.transport import Seek
from tui_bot.replay.place import FORMS, read_place, shown


class SeekDialog(Dialog[Seek]):
    """One line to type in; every keystroke says where it leads."""

    AUTO_FOCUS = "#place"

    def __init__(self, view: View) -> None:
        super().__init__("Go to", view)
        self._entry = Input(id="place")
        self._about = Prose()

    def parts(self) -> Sequence[Widget]:
        """The line, and where it leads."""
        return self._entry, self._about

    def answers(self) -> Sequence[Answer]:
        """Back, or there."""
        return Answer("Cancel", "cancel"), Answer("Go", "go")

    def on_mount(self) -> None:
        """Say what may be written."""
        self._say()

    def on_input_changed(self) -> None:
        """Say where it leads."""
        self._say()

    def on_input_submitted(self) -> None:
        """Enter goes there."""
        self.chose("go")

    def chose(self, answer: str) -> None:
        """Go there, if it is a place."""
        place = self._place()
        if isinstance(place, int) and answer == "go":
            self.dismiss(Seek(place))

    def _place(self) -> int | str:
        """Unix milliseconds, or why there are none."""
        at = self.view.snap.transport if self.view.snap is not None else None
        if at is None:
            return "no recording is shown"
        try:
            return read_place(self._entry.value, at.begin_ms, at.end_ms, at.position_ms)
        except ValueError as error:
            return str(error)

    def _say(self) -> None:
        at = self.view.snap.transport if self.view.snap is not None else None
        place = self._place()
        if not self._entry.value.strip():
            verdict = row((f"write {FORMS}", "dim"))
        elif isinstance(place, int):
            verdict = row(("→ ", "ok bold"), (f"{shown(place)} UTC", "text bold"))
        else:
            verdict = row(("✗ ", "alarm bold"), (place, "alarm"))
        ends = f"{shown(at.begin_ms)} to {shown(at.end_ms)} UTC" if at else "?"
        self._about.say([row(("recorded ", "dim"), (ends, "text")), verdict])
