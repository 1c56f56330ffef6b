"""Before real money: the list that must pass, and the pair's name to be typed. Escape leaves, unarmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Paste
from textual.widget import Widget
from textual.widgets import Input

from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.rows import Row, row
from tui_bot.console.ticket import field
from tui_bot.console.watch import View
from tui_bot.engine.commands import Arm, CheckAgain
from tui_bot.engine.preflight import Check, Verdict, passes
from tui_bot.engine.snapshot import Phase
from tui_bot.sanitise import sanitise

_MARK = {Verdict.PASS: "✓", Verdict.WARN: "!", Verdict.FAIL: "✗", Verdict.OPEN: "·"}
_INK = {
    Verdict.PASS: "ok",
    Verdict.WARN: "warn bold",
    Verdict.FAIL: "alarm bold reverse",
    Verdict.OPEN: "dim",
}
_NAME_WIDTH = 13

#: So long after the last keystroke in the field the word may be given: a terminal that hands a paste over as
#: keystrokes, line ends and all, is through with it by then (S24).
PAUSE_S = 1.0


class TypedInput(Input):
    """A field that takes keystrokes only: what is pasted has not been read by anybody."""

    def _on_paste(self, event: Paste) -> None:
        event.stop()
        event.prevent_default()

    def action_paste(self) -> None:
        """Neither from our own clipboard."""


class ArmingDialog(Dialog[None]):
    """The arming screen. It goes by itself once the engine is past it."""

    AUTO_FOCUS = "#typed"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "roll(8)", "Page down", id="arming.page_down", show=False, priority=True),
        Binding("pageup", "roll(-8)", "Page up", id="arming.page_up", show=False, priority=True),
    ]

    def __init__(self, view: View) -> None:
        super().__init__("Arm the bot?", view)
        self._list = Prose()
        self._roll = VerticalScroll(self._list, classes="fill", can_focus=False)
        self._said = Prose()
        self._typed = TypedInput(id="typed", select_on_focus=False)
        self._touched_s = 0.0

    def parts(self) -> Sequence[Widget]:
        """The list, what follows from it, and the word."""
        note = Prose([(("the pair's name, as in the list, arms", "dim"),)], classes="note")
        return self._roll, self._said, field("type", self._typed, note)

    def answers(self) -> Sequence[Answer]:
        """Leaving first."""
        return Answer("Leave", "cancel"), Answer("Check again", "again"), Answer("ARM", "arm", danger=True)

    def on_mount(self) -> None:
        """Take the whole height; say what is known."""
        self.query_one(".dialog").add_class("-tall")
        self.look(self.view)

    def look(self, view: View) -> None:
        """The list was asked again."""
        self.view = view
        snap = view.snap
        if snap is None or snap.phase is not Phase.ARMING:
            self.dismiss(None)
            return
        rows = [check_row(check) for check in sorted(snap.checks, key=_failing_first)]
        self._list.say(rows or [(("asking Kraken…", "dim"),)])
        self._said.say([_said(snap.checks, snap.remark)])

    def on_input_changed(self) -> None:
        """A keystroke: the pause before the word begins anew."""
        self._touched_s = self.console_app.watch_engine.now_s

    def on_input_submitted(self) -> None:
        """Enter goes on to the button; it arms nothing by itself."""
        self._touched_s = self.console_app.watch_engine.now_s
        self.query_one("#arm", Answer).focus()

    def chose(self, answer: str) -> None:
        """Ask again, or give the word."""
        snap = self.view.snap
        if snap is None:
            return
        if answer == "again":
            self.console_app.submit(CheckAgain())
        elif not passes(snap.checks):
            self.console_app.tell("not possible: a row of the list says no", "warning")
        elif self._is_hasty():
            self.console_app.tell(
                "not armed: read the list, then press again; a paste arms nothing", "warning"
            )
        else:
            self.console_app.submit(Arm(self._typed.value))

    def _is_hasty(self) -> bool:
        """Whether this press came right behind another keystroke; it counts as one itself."""
        before_s, self._touched_s = self._touched_s, self.console_app.watch_engine.now_s
        return self._touched_s - before_s < PAUSE_S

    def action_roll(self, lines: int) -> None:
        """Scroll the list."""
        self._roll.scroll_relative(y=lines, animate=False)

    def action_give_up(self) -> None:
        """Leave the program: there is nothing to do in it unarmed."""
        self.console_app.desk.leave()


def check_row(check: Check) -> Row:
    """Verdict, name, number, remedy."""
    ink = _INK[check.verdict]
    head = f"{_MARK[check.verdict]} {check.name:<{_NAME_WIDTH}} "
    value_ink = "text" if check.verdict is not Verdict.OPEN else "dim"
    remedy = f" → {sanitise(check.remedy, 200)}" if check.remedy else ""
    return row((head, ink), (sanitise(check.value, 200), value_ink), (remedy, "warn"))


def _failing_first(check: Check) -> bool:
    """What says no must not be out of sight."""
    return check.verdict is not Verdict.FAIL


def _said(checks: Sequence[Check], remark: str) -> Row:
    if remark:
        return ((sanitise(remark), "alarm bold"),)
    failing = sum(check.verdict is Verdict.FAIL for check in checks)
    if failing:
        rows = "1 row says" if failing == 1 else f"{failing} rows say"
        return ((f"Cannot be armed: {rows} no. Nothing was sent but reads.", "alarm bold"),)
    if not checks:
        return (("Nothing is sent but reads.", "dim"),)
    return (("Once armed the bot trades with REAL MONEY. Nothing was sent but reads.", "live bold"),)
