"""One request from outside, from the command it becomes to the proof that it was carried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tui_bot.control.flattened import FlattenReport
from tui_bot.control.protocol import Answer, Outcome, Verb
from tui_bot.control.status import status_of
from tui_bot.engine.commands import CancelForeign, Command, Contract, Flatten, Pause, Release, Resume, Until
from tui_bot.engine.farewell import farewell, left
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.records import Body, RunChanged
from tui_bot.engine.snapshot import Phase, Snapshot

Submit = Callable[[Command], None]


class Errand(Protocol):
    """Hears the records (each is durable by then) and sees the snapshots, until it has an answer."""

    def hear(self, body: Body) -> Answer | None:
        """One more record of the journal."""
        ...

    def see(self, snap: Snapshot) -> Answer | None:
        """The newest snapshot; at first the one before anything was asked."""
        ...

    def give_up(self, snap: Snapshot | None) -> Answer:
        """What to say when patience has run out."""
        ...


def errand(verb: Verb, submit: Submit, leave: Callable[[], None]) -> Errand:
    """The errand of a verb other than STATUS. ``leave`` asks the whole program to end."""
    match verb:
        case Verb.PAUSE:
            return Pausing(submit)
        case Verb.RESUME:
            return Resuming(submit)
        case Verb.FLATTEN:
            return Flattening(submit)
        case Verb.FLATTEN_FOREIGN:
            return Flattening(submit, foreign=True)
        case _:
            return Stopping(leave)


def answer(outcome: Outcome, snap: Snapshot | None, *lines: str) -> Answer:
    """An answer with the status beside it."""
    return Answer(outcome, lines, status_of(snap) if snap is not None else None)


class Pausing:
    """Done when the pause is in the journal: it then holds over crash and restart (I12)."""

    def __init__(self, submit: Submit) -> None:
        self._snap: Snapshot | None = None
        self._run: Run | None = None
        submit(Pause())

    def hear(self, body: Body) -> Answer | None:
        """The pause was kept, or the bot halted instead."""
        if not isinstance(body, RunChanged):
            return None
        return self._judge(body.state, "paused")

    def see(self, snap: Snapshot) -> Answer | None:
        """It may have been paused or halted before."""
        self._snap, ready = snap, snap.phase is Phase.READY
        if self._run is None and ready:
            self._run = snap.run.run
            return self._judge(snap.run, "paused already") if self._run is not Run.RUN else None
        # A pause that the journal could not keep has halted the bot.
        return self._judge(snap.run, "paused") if ready and snap.run.run is Run.HALTED else None

    def give_up(self, snap: Snapshot | None) -> Answer:
        """It is queued, and may yet be carried out."""
        text = "the pause is not confirmed: the bot has not carried it out yet; look at its status"
        return answer(Outcome.TIMED_OUT, snap, text)

    def _judge(self, run: RunState, words: str) -> Answer | None:
        match run.run:
            case Run.PAUSED:
                text = f"{words}: no new exposure, also after a restart; exits go on"
                return answer(Outcome.DONE, self._snap, text)
            case Run.HALTED:
                was_halted = self._run is Run.HALTED
                text = f"the bot is HALTED{' already' * was_halted}, it does nothing by itself: {run.reason}"
                return answer(Outcome.DONE if was_halted else Outcome.FAILED, self._snap, text)
            case Run.RUN:
                return None


class Resuming:
    """Done when the bot trades again: neither paused nor halted nor taken over by a person."""

    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._before: Snapshot | None = None
        self._resumed = False

    def hear(self, body: Body) -> Answer | None:
        """A halt that comes back at once is told."""
        if isinstance(body, RunChanged):
            if body.state.run is Run.HALTED and self._resumed:
                return answer(Outcome.FAILED, self._before, f"HALTED again: {body.state.reason}")
            self._resumed = body.state.run is Run.RUN
        return None

    def see(self, snap: Snapshot) -> Answer | None:
        """Ask for what is needed, then wait until it shows."""
        if snap.phase is not Phase.READY:
            return None
        runs, free = snap.run.run is Run.RUN, snap.override is None
        if self._before is None:
            self._before = snap
            if not runs:
                self._submit(Resume())
            if not free:
                self._submit(Release())
        if not (runs and free):
            return None
        if snap is self._before:
            return answer(Outcome.DONE, snap, "the bot runs already")
        return answer(Outcome.DONE, snap, "resumed: the bot trades again" + self._ended())

    def give_up(self, snap: Snapshot | None) -> Answer:
        """Either it is not ready, or a person or a halt was quicker."""
        why = "the bot is still starting" if self._before is None else "the bot does not run yet"
        return answer(Outcome.TIMED_OUT, snap, f"not resumed: {why}; look at its status")

    def _ended(self) -> str:
        before = self._before
        if before is None or before.run.run is Run.RUN:
            return ", no longer overridden"
        return f"; it was {before.run.run.value}: {before.run.reason}"


class Flattening:
    """Done when the exchange's own view says flat; else what is left, and why.

    With ``foreign`` the orders on the pair that are not the bot's are cancelled too, and first.
    """

    def __init__(self, submit: Submit, *, foreign: bool = False) -> None:
        self._submit = submit
        self._foreign = foreign
        self._report: FlattenReport | None = None

    def hear(self, _body: Body) -> Answer | None:
        """What counts is in the snapshots too, and there even without a journal."""
        return None

    def see(self, snap: Snapshot) -> Answer | None:
        """Begin once the start is known; end when it has ended."""
        if self._report is None and snap.phase is Phase.READY:
            self._report = FlattenReport(snap)
            if self._foreign and snap.foreign:
                self._submit(CancelForeign(tuple(report.txid for report in snap.foreign)))
            self._submit(Flatten(Contract(Until.RELEASED)))
        elif self._report is not None:
            self._report.follow(snap)
        if self._report is not None and self._report.end is not None:
            outcome = Outcome.DONE if self._report.is_flat else Outcome.NOT_FLAT
            return answer(outcome, snap, *self._report.lines(snap))
        return None

    def give_up(self, snap: Snapshot | None) -> Answer:
        """The report as far as it has come."""
        if self._report is None or snap is None:
            text = "not flattened: the bot is still starting; try again"
            return answer(Outcome.TIMED_OUT, snap, text)
        self._report.follow(snap)
        return answer(Outcome.TIMED_OUT, snap, *self._report.lines(snap))


class Stopping:
    """Done when the engine has stopped in order."""

    def __init__(self, leave: Callable[[], None]) -> None:
        leave()

    def hear(self, _body: Body) -> Answer | None:
        """Nothing of the journal proves a stop."""
        return None

    def see(self, snap: Snapshot) -> Answer | None:
        """The last snapshot of a life says STOPPED."""
        return answer(Outcome.DONE, snap, farewell(snap)) if snap.phase is Phase.STOPPED else None

    def give_up(self, snap: Snapshot | None) -> Answer:
        """It was told, but something holds it up."""
        stays = f"; at the exchange: {left(snap)}" if snap is not None else ""
        return answer(Outcome.TIMED_OUT, snap, f"asked to stop, not stopped yet{stays}")
