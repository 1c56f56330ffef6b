"""What the keys of a recording do: play, hold, step, seek, fork."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_bot.console import words
from tui_bot.engine.commands import Submission
from tui_bot.engine.transport import Pace, SeekTrade, Step, Toggle, Unfork

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp


class Steering:
    """One method a registered action of a recording."""

    _app: ConsoleApp

    def play(self) -> None:
        """Play or hold."""
        self._steer(Toggle())

    def forth(self) -> None:
        """An entry on."""
        self._steer(Step(1))

    def back(self) -> None:
        """An entry back."""
        self._steer(Step(-1))

    def next_candle(self) -> None:
        """A close on."""
        self._steer(Step(1, candles=True))

    def last_candle(self) -> None:
        """A close back."""
        self._steer(Step(-1, candles=True))

    def faster(self) -> None:
        """A notch faster."""
        self._steer(Pace(1))

    def slower(self) -> None:
        """A notch slower."""
        self._steer(Pace(-1))

    def next_trade(self) -> None:
        """The next execution."""
        self._steer(SeekTrade(1))

    def last_trade(self) -> None:
        """The execution before."""
        self._steer(SeekTrade(-1))

    def seek(self) -> None:
        """Ask where to."""
        from tui_bot.console.seek import SeekDialog

        self._app.push_screen(SeekDialog(self._app.view), self._steer)

    def fork(self) -> None:
        """Other settings from here on, or back to what was recorded; a fork carries no position."""
        from tui_bot.console.settings_form import SettingsForm

        snap = self._app.view.snap
        if snap is None or snap.transport is None:
            return
        if snap.transport.fork_ms is not None:
            self._steer(Unfork())
            return
        held = snap.position
        left = "" if held.is_flat else f": {held.word} {words.volume(abs(held.size))} not carried"
        self._app.push_screen(SettingsForm(self._app.view, title=f"Fork, flat{left}"), self._steer)

    def _steer(self, wish: Submission | None) -> None:
        if wish is not None:
            self._app.submit(wish)
