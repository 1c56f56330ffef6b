"""The choice of a fire drill."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from tui_bot.console.dialog import Answer, Choice, Dialog, Prose
from tui_bot.console.rows import EMPTY, row
from tui_bot.console.ticket import field
from tui_bot.console.watch import View
from tui_bot.engine.commands import Drill
from tui_bot.engine.drills import WAIT_S, offered


class DrillDialog(Dialog[Drill]):
    """One thing to go wrong, with its sentence. Cancel is under the cursor."""

    def __init__(self, view: View) -> None:
        super().__init__("Fire drill", view)
        self._faults = offered(view.mode)
        self._choice = Choice([fault.name for fault in self._faults], id="fault")
        self._words = Prose()

    def parts(self) -> Sequence[Widget]:
        """The choice, and what it means."""
        hint = Prose([(("left, right", "dim"),)], classes="note")
        return field("fault", self._choice, hint), Prose([EMPTY]), self._words

    def answers(self) -> Sequence[Answer]:
        """Cancel first."""
        return Answer("Cancel", "cancel"), Answer("Let it happen", "start")

    def on_mount(self) -> None:
        """Say what the first one means."""
        self.on_choice_changed()

    def on_choice_changed(self) -> None:
        """Another one."""
        fault = self._faults[self._choice.chosen]
        buy, sell = (self.view.keymap.way(name) for name in ("trade.buy", "trade.sell"))
        order = f"{buy} and {sell} send one by hand"
        wait = f"the next order, for {WAIT_S // 60} minutes of exchange time; {order}"
        self._words.say(
            [
                row(("happens   ", "dim"), (fault.sentence, "text bold")),
                row(("waits for ", "dim"), (wait if fault.awaits_order else "nothing: at once", "text")),
                row(
                    ("then      ", "dim"),
                    ("the log says, by the exchange's own books, whether every promise held", "text"),
                ),
            ]
        )

    def chose(self, answer: str) -> None:
        """Let it happen."""
        if answer == "start":
            self.dismiss(Drill(self._faults[self._choice.chosen].name))
