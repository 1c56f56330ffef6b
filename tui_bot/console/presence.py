"""Whether somebody is at the keyboard: told to the engine, and met with a digest after a while away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.events import Key, MouseEvent

from tui_bot.console.absence import Absence
from tui_bot.console.transport import is_replay
from tui_bot.console.watch import View
from tui_bot.engine.commands import Attend
from tui_bot.engine.snapshot import Phase

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp

#: Keys in a row are told to the engine no more often than this.
TELL_S = 10.0

#: What takes risk away is done at once, digest or not.
_AT_ONCE = frozenset({"bot.pause", "trade.flatten", "bot.panic"})


class Presence:
    """Sees every key before it does anything. ``clock`` is monotonic, in seconds."""

    def __init__(self, app: ConsoleApp, clock: Callable[[], float]) -> None:
        self._app, self._clock = app, clock
        self._key_at = clock()
        self._told_at: float | None = None
        self._absence: Absence | None = None
        self._is_due = False

    def look(self, view: View) -> None:
        """Time passes."""
        if not self._counts(view):
            return
        if self._absence is None:
            self._absence = Absence(view)
        self._absence.see(view)
        if self._told_at is None:
            self._tell()
        if self._clock() - self._key_at >= quiet_after_s(view):
            self._is_due = True

    def takes(self, event: Key | MouseEvent) -> bool:
        """Whether a key or a click is for us alone: it opens the digest, or closes it."""
        from tui_bot.console.digest import Digest

        view, screen = self._app.view, self._app.screen
        now, self._key_at = self._clock(), self._clock()
        action = self._action_of(view, event.key) if isinstance(event, Key) else ""
        if isinstance(screen, Digest):
            screen.dismiss(None)
            return action not in _AT_ONCE
        if not self._counts(view):
            return False
        self._attend(now)
        if self._is_due and self._absence and action not in _AT_ONCE:
            self._app.push_screen(Digest(view, self._absence))
            self._is_due, self._absence = False, None
            return True
        if not self._is_due:
            self._absence = None
        return False

    def _attend(self, now: float) -> None:
        """A person is there, unless the key was typed at another time."""
        often = self._told_at is not None and now - self._told_at < TELL_S
        if (not often or self._is_due) and not self._app.stall.blind_s:
            self._tell()

    def _tell(self) -> None:
        engine = self._app.engine_thread.engine
        if engine is not None and self._app.engine_thread.is_alive:
            self._told_at = self._clock()
            engine.submit(Attend())

    def _action_of(self, view: View, key: str) -> str:
        return view.keymap.owners.get(key, "")

    def _counts(self, view: View) -> bool:
        """Whether there is a bot that somebody can be away from."""
        return view.snap is not None and view.snap.phase is Phase.READY and not is_replay(view)


def quiet_after_s(view: View) -> float:
    """After how many seconds without a key nobody is there."""
    text = view.setting("unattended.after", "10")
    return 60.0 * int(text) if text.isascii() and text.isdigit() else 600.0
