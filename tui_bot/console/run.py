"""Start the console, and end it in order whatever happens to the terminal.

Textual's loop blocks when the terminal stops reading, and knows nothing of SIGTERM and SIGHUP. So
signals are taken here, and a thread of our own sees the stop through: engine first, then the
screen, then, when the screen does not end, the process.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from tui_bot.engine.farewell import farewell
from tui_bot.engine.handle import Launch
from tui_bot.sanitise import sanitise

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp
    from tui_bot.console.setup import Setup

#: The engine computes in a thread beside the screen; a key waits no longer than this for its turn.
TURN_S = 0.0005

#: Together below the five seconds an orderly stop may take.
ENGINE_WAIT_S = 3.0
SCREEN_WAIT_S = 1.0

_LONGEST = 1000  # characters of the farewell

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)

_RESTORE = (
    b"\x1b[<u\x1b[?1004l\x1b[?2004l\x1b[?1003l\x1b[?1006l\x1b[?1000l\x1b[?1015l\x1b[?2048l\x1b[?7h"
    b"\x1b[0m\x1b[?1049l\x1b[?25h\r\n"
)


def run_console(
    launch: Launch,
    *,
    mode: str = "",
    theme_dir: Path | None = None,
    state_dir: Path | None = None,
    crash_dir: Path | None = None,
    setup: Setup | None = None,
) -> int:
    """Show the console until a person or a signal ends it; returns the exit code.

    ``mode`` is shown until the engine's first snapshot says its own. ``theme_dir`` holds a person's
    own themes, ``state_dir`` the one file of preferences, ``crash_dir`` (``state_dir`` if not given)
    the report of a crash. ``setup`` are questions to be asked before the engine starts.
    """
    _prepare_environment()
    sys.setswitchinterval(TURN_S)
    from tui_bot.console.app import ConsoleApp
    from tui_bot.console.preference import recall
    from tui_bot.console.terminal import environment, shows_only_ascii

    app = ConsoleApp(
        launch,
        mode=mode,
        first_theme=recall(state_dir),
        theme_dir=theme_dir,
        state_dir=state_dir,
        crash_dir=crash_dir if crash_dir is not None else state_dir,
        only_ascii=shows_only_ascii(environment()),
        setup=setup,
    )
    stop = Stop(app)
    stop.watch_terminal()
    handlers = {number: signal.signal(number, stop.on_signal) for number in SIGNALS}
    try:
        app.run(mouse=False)
        stop.screen_ended.set()
        app.engine_thread.stop()
        app.engine_thread.join(ENGINE_WAIT_S)
        stop.say_farewell()
        return stop.exit_code
    finally:
        stop.finished.set()
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _prepare_environment() -> None:
    """What Textual reads while it is imported."""
    os.environ.setdefault("TEXTUAL_FPS", "120")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    if sys.stdout.isatty():
        # Exported by some shells; they would pin the size for ever.
        os.environ.pop("COLUMNS", None)
        os.environ.pop("LINES", None)


class Stop:
    """The way out. ``screen_ended`` and ``finished`` tell the watching thread how far it got."""

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app
        self._signal = 0
        self._terminal = _terminal_settings()
        self.screen_ended = threading.Event()
        self.finished = threading.Event()

    @property
    def exit_code(self) -> int:
        """128 and the signal's number after a signal, else what the app returned."""
        return 128 + self._signal if self._signal else self._app.return_code or 0

    def watch_terminal(self) -> None:
        """A terminal that is gone ends the console as SIGHUP does, which a parent may keep to itself."""
        if os.isatty(0):
            threading.Thread(target=self._await_hangup, name="terminal", daemon=True).start()

    def _await_hangup(self) -> None:
        terminal = select.poll()
        terminal.register(0, 0)  # asked for nothing, poll still tells of a hang-up, and only of that
        terminal.poll()
        if not self.finished.is_set():
            os.kill(os.getpid(), signal.SIGHUP)

    def on_signal(self, number: int, _frame: FrameType | None) -> None:
        """Runs in the main thread, even while that waits for a lock; the rest is the watcher's."""
        if not self._signal:
            self._signal = number
            threading.Thread(target=self._see_through, name="stop", daemon=True).start()

    def say_farewell(self) -> None:
        """One line, when anybody can still read it."""
        view = self._app.view
        if view.snap is None and self._app.engine_thread.refusal is not None:
            return
        old = "" if view.pulse.is_live else " (as last seen: the engine had stopped answering)"
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(f"tui-bot {sanitise(farewell(view.snap), _LONGEST)}{old}\n")
            sys.stdout.flush()

    def _see_through(self) -> None:
        thread = self._app.engine_thread
        thread.stop()
        thread.join(ENGINE_WAIT_S)
        self._app.leave_from_thread()
        if not self.finished.wait(SCREEN_WAIT_S):
            self._break_off()

    def _break_off(self) -> None:
        """The terminal holds the loop: leave without it."""
        view = self._app.view
        line = f"tui-bot {sanitise(farewell(view.snap), _LONGEST)}\r\n".encode()
        for handle in {2, 1}:
            with contextlib.suppress(OSError):
                os.set_blocking(handle, False)
                os.write(handle, _RESTORE + line if handle == 2 or not os.isatty(1) else b"")
        _restore(self._terminal)
        os._exit(self.exit_code)


def _terminal_settings() -> list[object] | None:
    with contextlib.suppress(Exception):
        import termios

        return list(termios.tcgetattr(0))
    return None


def _restore(settings: list[object] | None) -> None:
    if settings is not None:
        with contextlib.suppress(Exception):
            import termios

            termios.tcsetattr(0, termios.TCSANOW, settings)  # type: ignore[arg-type]
