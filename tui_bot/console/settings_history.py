"""Every change of the settings with time and author; one can be chosen to be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui_bot.console import words
from tui_bot.console.canvas import Canvas
from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.rows import Row, fit, row
from tui_bot.console.watch import View
from tui_bot.engine.records import Record, SettingsChanged
from tui_bot.sanitise import sanitise

_WHO = {"form": "form", "file": "file", "start": "start", "": "?"}


class SettingsHistory(Dialog[Mapping[str, str]]):
    """Newest first. Enter hands the values before a change to the form, which checks them as any other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Newer", id="history.up", show=False, priority=True),
        Binding("down,j", "move(1)", "Older", id="history.down", show=False, priority=True),
        Binding("enter", "take_back", "Take back", id="history.take_back", show=False, priority=True),
        Binding("q,f5", "give_up", "Close", id="history.close", show=False, priority=True),
    ]

    def __init__(self, view: View) -> None:
        super().__init__("Settings history", view)
        edits = view.snap.edits if view.snap is not None else ()
        self._edits = list(changes_of(edits))
        self._cursor = 0
        self._list = Canvas(classes="fill")
        self._about = Prose()

    def parts(self) -> Sequence[Widget]:
        """The list, and what the chosen change was."""
        return self._list, self._about

    def answers(self) -> Sequence[Answer]:
        """Only back; enter takes back."""
        return (Answer("Back", "cancel"),)

    def on_mount(self) -> None:
        """Take the whole height."""
        self.query_one(".dialog").add_class("-tall", "-form")
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._draw)

    def action_move(self, by: int) -> None:
        """Another change."""
        self._cursor = min(max(self._cursor + by, 0), max(len(self._edits) - 1, 0))
        self._draw()

    def action_take_back(self) -> None:
        """Hand over what stood before it."""
        if self._edits:
            _, changed = self._edits[self._cursor]
            self.dismiss({change.name: change.before for change in changed.changes})

    def _draw(self) -> None:
        if not self._edits:
            self._list.show([((" nothing was changed yet", "dim"),)])
            self._about.say(
                [(("Each change appears here with its time, and who made it: form or file.", "dim"),)]
            )
            return
        width, height = self._list.size.width, self._list.size.height
        first = max(min(self._cursor - height // 2, len(self._edits) - height), 0)
        shown = range(first, min(first + height, len(self._edits)))
        self._list.show([fit(edit_row(*self._edits[place], place == self._cursor), width) for place in shown])
        _, changed = self._edits[self._cursor]
        self._about.say(
            [
                *(_diff(change.name, change.before, change.after) for change in changed.changes),
                row(("enter ", "key bold"), ("puts what was before it into the form, to be reviewed", "dim")),
            ]
        )


def changes_of(edits: Sequence[Record]) -> Sequence[tuple[int, SettingsChanged]]:
    """Changes that changed something as (Unix ms, change), newest first."""
    found = [(one.at_ms, one.body) for one in edits if isinstance(one.body, SettingsChanged)]
    return [(at_ms, body) for at_ms, body in reversed(found) if body.changes]


def edit_row(at_ms: int, changed: SettingsChanged, here: bool) -> Row:
    """One change in a line."""
    told = ", ".join(f"{sanitise(c.name, 40)} {_text(c.before)} → {_text(c.after)}" for c in changed.changes)
    return row(
        ("▸ " if here else "  ", "key bold"),
        (f"{words.date_of(at_ms)} {words.time_of(at_ms)} ", "dim"),
        (f"{_WHO.get(changed.by, '?'):<5} ", "text"),
        (f"{words.digest(changed.digest):<7}", "dim"),
        (told, "text bold" if here else "text"),
    )


def _diff(name: str, before: str, after: str) -> Row:
    return row(
        (f"{sanitise(name, 40)}: ", "text bold"),
        (_text(before), "dim"),
        (" → ", "dim"),
        (_text(after), "text"),
    )


def _text(value: str) -> str:
    return sanitise(value, 60) or "(none)"
