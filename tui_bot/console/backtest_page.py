"""The loaded settings, or others, over candles on screen or a kept history; computed beside the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker, WorkerState, get_current_worker

from tui_bot.console.backtest import backtest_rows
from tui_bot.console.canvas import Canvas
from tui_bot.console.dialog import Answer, Choice, Dialog, Prose
from tui_bot.console.keys import barred
from tui_bot.console.rows import Row, row, wrap
from tui_bot.console.settings_check import by_setting, check_changes
from tui_bot.console.settings_form import SettingsForm
from tui_bot.console.ticket import field
from tui_bot.console.watch import View
from tui_bot.console.whatif import changed
from tui_bot.engine.commands import Edit
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.snapshot import Snapshot
from tui_bot.keymap.actions import BY_ID
from tui_bot.sanitise import sanitise
from tui_bot.strategy.sma_slope import Ties

if TYPE_CHECKING:
    from tui_bot.backtest.display import Report, Shown

ON_SCREEN = "the candles on screen"
NONE_KEPT = "No history is kept yet: tui-bot history import FILE reads one."

DIGITS = "0123456789."

_LIST, _RUN = "histories", "backtest"
_TIES = tuple(each.value for each in Ties)


class Left(Exception):
    """The page was closed, or another run was asked for."""


class Number(Input):
    """A line for digits and a point; letters are left to whoever has a use for them."""

    def check_consume_key(self, _key: str, character: str | None) -> bool:
        """Whether the key is typed here."""
        return character is not None and character in DIGITS


class BacktestPage(Dialog[Edit]):
    """Enter runs; "use these settings" leads to the settings form's differences. Nothing is changed here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "run", "Run", id="backtest.run", show=False),
        Binding("q", "give_up", "Close", id="backtest.close", show=False, priority=True),
    ]
    AUTO_FOCUS = "#period"

    def __init__(self, view: View, state_dir: Path | None) -> None:
        super().__init__("Backtest · enter runs · q closes", view)
        self._state_dir = state_dir
        self._names: tuple[str, ...] = ("",)
        known = dict(view.snap.values) if view.snap else {}
        self._before = {path: known.get(path, "") for path in _PATHS}
        self._source = Choice((ON_SCREEN,), id="source")
        self._note = Prose([(("…", "dim"),)], classes="note")
        self._period, self._slope = (
            Number(self._before[path], id=name, restrict=rf"[{DIGITS}]*", select_on_focus=False)
            for path, name in zip(_PATHS[:2], ("period", "slope"), strict=True)
        )
        ties = self._before[_PATHS[2]]
        self._ties = Choice(_TIES, _TIES.index(ties) if ties in _TIES else 0, id="ties")
        self._body = Canvas(classes="fill")
        self._aside = ""
        self._found: Shown | None = None
        self._fault = ""
        self._progress = ("running", 0, 0)
        self._newest: dict[str, Worker[object]] = {}

    def parts(self) -> Sequence[Widget]:
        """Which candles, which numbers, and what they come to."""
        return (
            field("candles", self._source, self._note),
            Horizontal(
                Prose([(("period", "dim"),)]), self._period,
                Prose([((" slope", "dim"),)]), self._slope,
                Prose([((" ties", "dim"),)]), self._ties,
                classes="field knobs",
            ),
            self._body,
        )  # fmt: skip

    def answers(self) -> Sequence[Answer]:
        """Nothing is handed in from here."""
        return Answer("Back", "cancel"), Answer("Run", "run"), Answer("Use these settings", "use")

    def on_mount(self) -> None:
        """Look for histories, and run over what is on the screen."""
        self.query_one(".dialog").add_class("-tall", "-broad")
        self.set_interval(0.1, self._draw)
        self._begin(partial(_offers, self._state_dir), _LIST)
        self.action_run()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self.workers.cancel_node(self)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._draw)

    def on_input_submitted(self) -> None:
        """Enter runs from everywhere."""
        self.action_run()

    def action_run(self) -> None:
        """Run what is chosen; a run that is still under way ends."""
        snap, changes = self.view.snap, self._changes()
        self._found, self._fault, self._progress = None, self._wrong(changes), ("running", 0, 0)
        if snap is not None and not self._fault:
            name, settings = self._names[self._source.chosen], changed(snap, changes)
            self._begin(partial(_run, snap, settings, name, self._state_dir, self._report), _RUN)
        else:
            self.workers.cancel_group(self, _RUN)
        self._draw()

    def chose(self, answer: str) -> None:
        """Run, or go on to the settings."""
        if answer == "run":
            self.action_run()
        elif answer == "use":
            self._use()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A list or a run has come to its end."""
        worker = event.worker
        if worker is not self._newest.get(worker.group):
            return
        if event.state is WorkerState.ERROR:
            what = type(worker.error).__name__
            self._fault = f"the run ended by an error of its own ({what}); the bot is not concerned by it"
        elif event.state is WorkerState.SUCCESS and worker.group == _LIST:
            self._offer(cast("tuple[tuple[str, str], ...]", worker.result))
        elif event.state is WorkerState.SUCCESS and worker.group == _RUN:
            self._found, self._fault = cast("tuple[Shown | None, str]", worker.result)
        self._draw()

    def _offer(self, kept: Sequence[tuple[str, str]]) -> None:
        self._names = ("", *(name for name, _ in kept))
        self._source.offer((ON_SCREEN, *(f"{sanitise(name, 24)} {words}"[:46] for name, words in kept)))
        self._note.say([((f"{len(kept)} kept: left, right" if kept else "none kept", "dim"),)])
        self._aside = "" if kept else NONE_KEPT

    def _use(self) -> None:
        changes = self._changes()
        why = barred(BY_ID["bot.edit"], self.view) or self._wrong(changes)
        if why or not changes:
            self.console_app.tell(f"not yet: {why}" if why else "these are in effect already", "warning")
        else:
            self.app.push_screen(SettingsForm(self.view, proposed=changes), self._edited)

    def _edited(self, edit: Edit | None) -> None:
        if edit is not None:
            self.dismiss(edit)

    def _changes(self) -> dict[str, str]:
        now = (self._period.value.strip(), self._slope.value.strip(), _TIES[self._ties.chosen])
        return {path: text for path, text in zip(_PATHS, now, strict=True) if text != self._before[path]}

    def _wrong(self, changes: dict[str, str]) -> str:
        snap = self.view.snap
        if snap is None or not changes:
            return ""
        found = by_setting(check_changes(dict(snap.values), changes))
        return "; ".join(f"{path}: {text}" for path, text in found.items())

    def _begin(self, work: Callable[[], object], group: str) -> None:
        self._newest[group] = self.run_worker(
            work, group=group, exit_on_error=False, exclusive=True, thread=True
        )

    def _report(self, what: str, done: int, of: int) -> None:
        """Called by the run, in its thread."""
        self._progress = (what, done, of)

    def _draw(self) -> None:
        width, height = self._body.size
        if not width:
            return
        if self._found is not None:
            self._body.show(backtest_rows(self._found, width, height, self._aside))
        elif self._fault:
            self._body.show(wrap((("✗ ", "alarm bold"),), ((sanitise(self._fault, 600), "alarm"),), width))
        else:
            self._body.show([progress_row(*self._progress)])


_PATHS = ("strategy.period", "strategy.min_slope", "strategy.ties")


def progress_row(what: str, done: int, of: int) -> Row:
    """What is being done, and how far it is, where that is known."""
    return row((f"{what} … ", "text"), (f"{100 * done // of}%" if of else "", "text bold"))


def _offers(state_dir: Path | None) -> tuple[tuple[str, str], ...]:
    from tui_bot.backtest.display import offers  # brings numpy, which no screen pays for unasked

    return offers(state_dir)


def _run(
    snap: Snapshot, settings: BotSettings, name: str, state_dir: Path | None, report: Report
) -> tuple[Shown | None, str]:
    """The run, or why there is none. It ends at the next word of progress once nobody waits for it."""
    from tui_bot.backtest.display import RefusedError, run

    worker = get_current_worker()

    def heard(what: str, done: int, of: int) -> None:
        if worker.is_cancelled:
            raise Left
        report(what, done, of)

    try:
        return run(snap, settings, name, state_dir, heard), ""
    except RefusedError as error:
        return None, str(error)
