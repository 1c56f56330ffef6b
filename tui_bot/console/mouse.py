"""The mouse where it helps: presses and the wheel. Its motion is never asked for: moving it costs nothing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from textual.drivers.linux_driver import LinuxDriver
from textual.events import MouseDown, MouseEvent, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp
    from tui_bot.console.watch import View

#: Presses, releases and the wheel (1000), with numbers of any size (1006). Source: xterm, "Mouse Tracking".
ON, OFF = "\x1b[?1000h\x1b[?1006h", "\x1b[?1006l\x1b[?1000l"


class MouseDriver(LinuxDriver):
    """Textual's own way to the terminal, which hears of the mouse while it ``listens``.

    Whatever ends the screen, also for a while (an exit, a crash, SIGTSTP), ends the listening first.
    """

    listens = False

    def listen(self, on: bool) -> None:
        """Hear presses and the wheel from now on, or leave them to the terminal."""
        if on is not self.listens:
            self.listens = on
            self.write(ON if on else OFF)

    def start_application_mode(self) -> None:
        """Begin, or come back."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self.listens:
            with suppress(AssertionError):  # in the background it has not begun
                self.write(ON)

    def stop_application_mode(self) -> None:
        """End, or go away for a while."""
        if self.listens:
            self.write(OFF)
        super().stop_application_mode()


class Pointer:
    """Sees every press and turn of the wheel before it does anything, as the keys are seen."""

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app
        self._is_down = False
        self._blind_s = 0.0

    def follow(self, view: View) -> None:
        """The settings say whether the mouse is heard; before they are known it is not."""
        driver = self._app.driver
        if isinstance(driver, MouseDriver):
            driver.listen(view.setting("ui.mouse", "no") == "yes")

    def takes(self, event: MouseEvent) -> bool:
        """Whether it goes no further: a motion, another button than the first, what the digest takes.

        A release is as blind as its press was (S23); one without a press that went on is nothing.
        """
        stall = self._app.stall
        if isinstance(event, MouseMove):
            return True
        if isinstance(event, MouseDown | MouseUp) and event.button != 1:
            return True
        stall.key(event.time)
        if isinstance(event, MouseUp):
            stall.blind_s = max(stall.blind_s, self._blind_s)
            was_down, self._is_down = self._is_down, False
            return not was_down
        taken = self._app.presence.takes(event)
        if isinstance(event, MouseDown):
            self._is_down, self._blind_s = not taken, stall.blind_s
        return taken


class Wheel:
    """For a widget that the wheel moves."""

    def roll(self, notches: int) -> None:
        """Back (below 0) or on."""
        raise NotImplementedError

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Away from the person."""
        event.stop()
        self.roll(-1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Towards the person."""
        event.stop()
        self.roll(1)
