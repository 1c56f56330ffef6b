"""Leaving: what is held, what stays, and three ways to go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui_bot.console import words
from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.keys import barred
from tui_bot.console.position import open_orders, remains, uncertain_orders, uncertain_words
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.commands import Contract, Flatten, Until
from tui_bot.engine.memory import Run
from tui_bot.engine.snapshot import Snapshot
from tui_bot.keymap.actions import BY_ID

#: After so long without getting flat, "flatten then quit" gives up and stays.
PATIENCE_MS = 60_000


class QuitDialog(Dialog[bool]):
    """True means leave. Stay is under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("n,q", "give_up", "Stay", id="quit.stay", show=False)]

    def __init__(self, view: View) -> None:
        super().__init__("Quit", view)
        self._words = Prose()
        self._since: int | None = None
        self._said = ""

    def parts(self) -> Sequence[Widget]:
        """What stays."""
        return (self._words,)

    def answers(self) -> Sequence[Answer]:
        """Stay first."""
        return (
            Answer("Stay", "cancel"),
            Answer("Leave as is", "leave"),
            Answer("Flatten, then quit", "flatten", danger=True),
        )

    def on_mount(self) -> None:
        """Say it."""
        self.look(self.view)

    def look(self, view: View) -> None:
        """Follow the way to flat, once asked for."""
        self.view = view
        if self._since is not None and view.snap is not None:
            if is_clear(view.snap):
                self.dismiss(True)
                return
            self._said = self._given_up(view, view.snap, self._since)
            if self._said:
                self._since = None
        self._words.say(self._lines(view))

    def chose(self, answer: str) -> None:
        """Leave now, or flatten first."""
        if answer == "leave":
            self.dismiss(True)
        elif answer == "flatten" and self._since is None:
            self._flatten()

    def _flatten(self) -> None:
        snap = self.view.snap
        if snap is None or self.view.pulse is Pulse.DEAD:
            self._said = "cannot flatten: the engine does not run; staying"
        elif is_clear(snap):
            self.dismiss(True)
            return
        elif why := barred(BY_ID["trade.flatten"], self.view):
            self._said = f"cannot flatten: {why}; staying"
        elif self.console_app.submit(Flatten(Contract(Until.RELEASED))):
            self._since, self._said = self.view.now_ms, ""
        self.look(self.view)

    def _given_up(self, view: View, snap: Snapshot, since: int) -> str:
        if view.pulse in (Pulse.DEAD, Pulse.SILENT):
            return "cannot flatten: the engine does not answer; staying"
        if snap.run.run is Run.HALTED and snap.run.since_ms >= since:
            return "cannot flatten: the bot halted meanwhile; staying"
        if view.now_ms - since > PATIENCE_MS * max(snap.rate, 1):
            return "not flat after 60 s; staying"
        return ""

    def _lines(self, view: View) -> list[Row]:
        snap = view.snap
        if snap is None:
            return [(("The engine has not started; nothing was traded.", "text"),)]
        position = snap.position
        held = (
            "FLAT"
            if position.is_flat
            else f"{position.word} {words.volume(abs(position.size))}"
            f" @ {words.number(position.average, view.decimals)}"
        )
        lines = [
            row(("position  ", "dim"), (held, f"{words.ink_of(position.size)} bold")),
            row(
                ("orders    ", "dim"),
                (f"{open_orders(snap)} resting", "text"),
                *((f"  {count} {word}", "alarm bold") for count, word in uncertain_words(snap)),
                (f"  {len(snap.foreign)} EXTERNAL, never touched" if snap.foreign else "", "warn bold"),
            ),
            row(("stays at the exchange  ", "dim"), (remains(snap), "text bold")),
        ]
        if self._since is not None:
            waited = words.age(view.now_ms - self._since)
            lines += [EMPTY, ((f"flattening… {waited}: {remains(snap)}", "warn bold"),)]
        elif self._said:
            lines += [EMPTY, ((self._said, "alarm bold"),)]
        return lines


def is_clear(snap: Snapshot) -> bool:
    """Flat, with no order resting and none of unknown fate."""
    return snap.position.is_flat and not open_orders(snap) and not uncertain_orders(snap)
