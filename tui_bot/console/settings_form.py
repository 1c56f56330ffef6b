"""The settings, edited while the bot runs: every keystroke is checked, nothing bad can be handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker

from tui_bot.console.confirm import Confirm
from tui_bot.console.dialog import Answer, Dialog, Prose
from tui_bot.console.field_list import FieldList, Setting
from tui_bot.console.rows import Row, row
from tui_bot.console.settings_check import by_setting, check_changes
from tui_bot.console.settings_history import SettingsHistory
from tui_bot.console.transport import is_replay
from tui_bot.console.trial import Trial
from tui_bot.console.watch import View
from tui_bot.console.whatif_page import WhatIfPage
from tui_bot.engine.commands import Edit
from tui_bot.sanitise import sanitise

#: What is wrong with a set of values, as (path, sentence).
Check = Callable[[Mapping[str, str], Mapping[str, str]], Sequence[tuple[str, str]]]


class SettingsForm(Dialog[Edit]):
    """Arrows choose a setting, typing changes it, Review shows the differences and asks.

    ``proposed`` are values by path that it opens with, their differences shown at once.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Before", id="form.up", show=False, priority=True),
        Binding("down", "move(1)", "Next", id="form.down", show=False, priority=True),
        Binding("pageup", "move(-8)", "Page up", id="form.page_up", show=False, priority=True),
        Binding("pagedown", "move(8)", "Page down", id="form.page_down", show=False, priority=True),
        Binding("f2", "undo", "Undo", id="form.undo", show=False, priority=True),
        Binding("f3", "turn", "Choice", id="form.choice", show=False, priority=True),
        Binding("f4", "what_if", "What if", id="form.what_if", show=False, priority=True),
        Binding("f5", "history", "History", id="form.history", show=False, priority=True),
    ]
    AUTO_FOCUS = "#value"

    def __init__(
        self,
        view: View,
        fields: Sequence[Setting] | None = None,
        check: Check | None = None,
        title: str = "Settings",
        proposed: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title, view)
        known = dict(view.snap.values) if view.snap else {}
        self._list = FieldList(
            [each for each in (fields if fields is not None else _fields()) if each.path in known]
        )
        self._before = {each.path: known[each.path] for each in self._list.fields}
        self._now = dict(self._before)
        self._check = check if check is not None else partial(check_changes, caps=_caps(view))
        self._known = known
        self._faulty: dict[str, str] = {}
        self._entry = Input(id="value")
        self._about = Prose()
        self._trial = Trial(self)
        self._proposed = proposed

    def parts(self) -> Sequence[Widget]:
        """The list, the line to type in, and what is to be known of it."""
        return self._list, self._entry, self._about

    def answers(self) -> Sequence[Answer]:
        """Nothing is handed in from here."""
        return Answer("Cancel", "cancel"), Answer("Review changes", "review")

    def on_mount(self) -> None:
        """Start at the first setting."""
        self.query_one(".dialog").add_class("-tall", "-form")
        if not self._list.fields:
            self._about.say([(("the engine gave no settings to edit", "warn"),)])
            return
        self.action_move(0)
        if self._proposed:
            self._take_back(self._proposed)
            self.call_after_refresh(self.chose, "review")

    def on_resize(self) -> None:
        """The list has another height."""
        self.call_after_refresh(self._draw)

    @property
    def paths(self) -> tuple[str, ...]:
        """The settings in their order."""
        return tuple(each.path for each in self._list.fields)

    @property
    def _here(self) -> Setting:
        return self._list.fields[self._list.cursor]

    def action_move(self, by: int) -> None:
        """Another setting."""
        if not self._list.fields:
            return
        self._list.cursor = min(max(self._list.cursor + by, 0), len(self._list.fields) - 1)
        with self._entry.prevent(Input.Changed):
            self._entry.value = self._now[self._here.path]
        self._entry.cursor_position = len(self._entry.value)
        self._entry.focus()
        self._draw()

    def action_turn(self) -> None:
        """The next of a setting's choices."""
        if self._list.fields and self._here.choices:
            choices, now = self._here.choices, self._now[self._here.path]
            place = choices.index(now) if now in choices else -1
            self._entry.value = choices[(place + 1) % len(choices)]

    def action_undo(self) -> None:
        """The value in effect."""
        if self._list.fields:
            self._entry.value = self._before[self._here.path]

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every keystroke is checked."""
        if self._list.fields:
            self._now[self._here.path] = event.value.strip()
            self._look_again()

    def _look_again(self) -> None:
        self._validate()
        self._trial.follow({} if self._faulty else self._changes())
        self._draw()

    def action_what_if(self) -> None:
        """Both runs on a page of their own."""
        if self._trial.found is None:
            self.console_app.tell("change something of strategy or trading first; then f4 shows what if")
        else:
            self.app.push_screen(WhatIfPage(self.view, self._trial.found))

    def action_history(self) -> None:
        """Every change so far, and one to be taken back."""
        self.app.push_screen(SettingsHistory(self.view), self._take_back)

    def _take_back(self, values: Mapping[str, str] | None) -> None:
        """Earlier values become this form's, and are checked as if they had been typed."""
        for path, text in (values or {}).items():
            if path in self._now:
                self._now[path] = text
        self._look_again()
        self.action_move(0)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The candles have been run again."""
        self._trial.heard(event)
        self._draw()

    def on_input_submitted(self) -> None:
        """Enter goes on to the next setting."""
        self.action_move(1)

    def chose(self, answer: str) -> None:
        """Show the differences and ask, unless there are none or something is wrong."""
        self._validate()
        changes = self._changes()
        if answer != "review":
            return
        if self._faulty:
            path, text = next(iter(self._faulty.items()))
            self.console_app.tell(f"not yet: {path}: {text}", "warning")
        elif not changes:
            self.console_app.tell("nothing was changed")
        else:
            differences = self._diff(changes)
            asked = (
                ("Fork with these settings?", "Fork")
                if is_replay(self.view)
                else ("Save these settings?", "Save")
            )
            question = Confirm(
                asked[0], self.view, lambda _view: [*differences, *self._trial.rows], asked[1], danger=False
            )
            self.app.push_screen(question, self._answered)

    def _answered(self, yes: bool | None) -> None:
        if yes and not self._faulty:
            self.dismiss(Edit(tuple(self._changes().items())))

    def _changes(self) -> dict[str, str]:
        return {path: text for path, text in self._now.items() if text != self._before[path]}

    def _validate(self) -> None:
        changes = self._changes()
        self._faulty = by_setting(self._check(self._known, changes)) if changes else {}

    def _diff(self, changes: Mapping[str, str]) -> list[Row]:
        return [
            row(
                (f"{each.path}: ", "text bold"),
                (_shown(self._before[each.path]), "dim"),
                (" → ", "dim"),
                (_shown(changes[each.path]), "flip bold"),
                (f" {each.unit}  · {_when(each)}", "dim"),
            )
            for each in self._list.fields
            if each.path in changes
        ]

    def _draw(self) -> None:
        if not self._list.fields:
            return
        self._list.draw(self._before, self._now, self._faulty)
        each = self._here
        choices = f"  F3: {' / '.join(each.choices)}" if each.choices else ""
        fault = self._faulty.get(each.path)
        other = next(((path, text) for path, text in self._faulty.items() if path != each.path), None)
        verdict: Row = (("F5 history", "dim"),)
        if fault:
            verdict = row(("✗ ", "alarm bold"), (fault, "alarm"))
        elif other:
            verdict = row(("✗ ", "alarm bold"), (f"{other[0]}: {other[1]}", "alarm"))
        elif self._changes():
            verdict = row(
                (f"● {len(self._changes())} changed", "flip bold"),
                ("  tab to Review · F2 undo · F4 what-if · F5 history", "dim"),
            )
        self._about.say(
            [
                row((each.title, "text bold"), (f"  {each.help}", "text")),
                row(
                    (f"allowed: {each.range or 'any text'} {each.unit}".rstrip(), "dim"),
                    (f"  · {_when(each)}{choices}", "dim"),
                ),
                verdict,
                *self._trial.rows,
            ]
        )


def _shown(text: str) -> str:
    return sanitise(text, 60) or "(none)"


def _when(each: Setting) -> str:
    return {
        "now": "counts at once",
        "next candle": "counts from the next candle",
        "restart": "counts after a restart",
    }.get(each.effect, each.effect)


def _fields() -> Sequence[Setting]:
    from tui_bot.config import FIELDS

    return FIELDS


def _caps(view: View) -> tuple[Mapping[str, str], str]:
    """The hard caps of the start and the file they stand in."""
    return (dict(view.snap.caps), view.snap.caps_file) if view.snap else ({}, "")
