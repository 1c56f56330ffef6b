"""The what-if of the settings form: computed beside it, shown when it is there, never waited for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.worker import Worker, WorkerState

from tui_bot.console.rows import Row, row
from tui_bot.console.whatif import Comparison, brief_row, compare, concerns

if TYPE_CHECKING:
    from tui_bot.console.settings_form import SettingsForm

#: So long nothing may be typed before the candles are run again.
QUIET_S = 0.15

_GROUP = "what-if"


class Trial:
    """Follows the changes of a form; ``found`` is what the newest of them come to, None until it is known."""

    def __init__(self, form: SettingsForm) -> None:
        self._form = form
        self._wanted: dict[str, str] = {}
        self._due: Timer | None = None
        self._failed = ""
        self.found: Comparison | None = None

    def follow(self, changes: Mapping[str, str]) -> None:
        """The form holds these changes now, none where something is wrong with them."""
        if changes == self._wanted:
            return
        self._wanted, self.found, self._failed = dict(changes), None, ""
        if self._due is not None:
            self._due.stop()
        if concerns(changes):
            self._due = self._form.set_timer(QUIET_S, self._begin)

    @property
    def rows(self) -> list[Row]:
        """What is to be said of it."""
        if not concerns(self._wanted):
            return []
        if self._failed:
            return [row(("what-if ", "title"), (f"? {self._failed}", "dim"))]
        return [row(("what-if ", "title"), ("… ", "dim")) if self.found is None else brief_row(self.found)]

    def heard(self, event: Worker.StateChanged) -> None:
        """A worker of the form has come to its end, or to something else."""
        worker = event.worker
        if worker.group != _GROUP or worker.description != _name(self._wanted):
            return
        if event.state is WorkerState.SUCCESS and isinstance(worker.result, Comparison):
            self.found = worker.result
        elif event.state is WorkerState.ERROR:
            self._failed = "the candles could not be run again with these"

    def _begin(self) -> None:
        snap = self._form.view.snap
        if snap is not None:
            self._form.run_worker(
                partial(compare, snap, dict(self._wanted)),
                group=_GROUP,
                description=_name(self._wanted),
                exit_on_error=False,
                exclusive=True,
                thread=True,
            )


def _name(changes: Mapping[str, str]) -> str:
    return " ".join(f"{path}={text}" for path, text in sorted(changes.items()))
