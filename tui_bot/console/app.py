"""The app: owns the screen, the clock and the engine's thread; takes the newest snapshot at its own pace."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.events import Event, Key, MouseEvent
from textual.filter import LineFilter
from textual.timer import Timer

from tui_bot import garbage, textual_version
from tui_bot.console.crash import summary, write_report
from tui_bot.console.desk import Desk
from tui_bot.console.echo import Echo
from tui_bot.console.inks import DEFAULTS, Inks
from tui_bot.console.keys import barred
from tui_bot.console.looks import Looks, unbound
from tui_bot.console.main_screen import MainScreen
from tui_bot.console.mouse import MouseDriver, Pointer
from tui_bot.console.notifier import Notifier
from tui_bot.console.output.display import LeanApp
from tui_bot.console.palette import Actions
from tui_bot.console.preference import recall_preset
from tui_bot.console.presence import Presence
from tui_bot.console.setup import Setup
from tui_bot.console.stall import Stall
from tui_bot.console.supervise import EngineThread
from tui_bot.console.theme import DARK, Colours
from tui_bot.console.wardrobe import Wardrobe
from tui_bot.console.watch import View, Watch
from tui_bot.engine.commands import Edit, Submission, may_come_late
from tui_bot.engine.handle import Launch
from tui_bot.keymap.actions import ACTIONS, BY_ID
from tui_bot.sanitise import sanitise

_DEFAULT_RATE = 4

#: The first frame is on its way to the terminal for so long; building the engine would hold it up.
FIRST_FRAME_S = 0.05


class ConsoleApp(LeanApp):
    """See ``run_console`` for how it is started and ended."""

    CSS_PATH = "console.tcss"
    TITLE = "tui-bot"
    ENABLE_COMMAND_PALETTE = False  # its key would be Textual's; ours is an action like the others
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {Actions}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(action.keys) or unbound(action.id),
            f"do('{action.id}')",
            action.label,
            tooltip=action.description,
            id=action.id,
            show=False,
            priority=action.everywhere,
        )
        for action in ACTIONS
    ]

    def __init__(
        self,
        launch: Launch,
        *,
        mode: str = "",
        first_theme: Colours = DARK,
        theme_dir: Path | None = None,
        state_dir: Path | None = None,
        crash_dir: Path | None = None,
        only_ascii: bool = False,
        setup: Setup | None = None,
        clock: Callable[[], float] = time.monotonic,
        stall: Stall | None = None,
    ) -> None:
        super().__init__(driver_class=MouseDriver)
        self.animation_level = "none"
        self.engine_thread = EngineThread(launch)
        self.watch_engine = Watch(clock, mode)
        self.theme_dir, self.state_dir, self.crash_dir = theme_dir, state_dir, crash_dir
        self._setup = setup
        self.desk = Desk(self)
        self.echo = Echo()
        self.presence, self.pointer = Presence(self, clock), Pointer(self)
        self.main = MainScreen(recall_preset(state_dir))
        self.notifier = Notifier(self.write, os.environ, clock)
        self.stall = stall if stall is not None else Stall()
        self.wardrobe = Wardrobe(self, first_theme)
        self._wear_first(first_theme)
        self.looks = Looks(self, mode, only_ascii)
        self._ticker: Timer | None = None
        self.rate = _DEFAULT_RATE
        self._textual = ""
        self._loop_of_app: asyncio.AbstractEventLoop | None = None

    def _wear_first(self, theme: Colours) -> None:
        """Where only colours change, the styles are told of them before they are parsed, not after."""
        self.register_theme(theme.theme())
        if not theme.dark or theme.is_of_the_terminal:
            self.theme = theme.name
            return
        self.set_reactive(ConsoleApp.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())

    # -- what the widgets ask for ------------------------------------------------------------------

    @property
    def inks(self) -> Inks:
        """The styles of the theme in use."""
        return self.looks.inks

    @property
    def view(self) -> View:
        """The newest snapshot at this moment."""
        return self.watch_engine.view()

    def submit(self, command: Submission) -> bool:
        """Hand a command to the engine; False when there is none that lives."""
        engine = self.engine_thread.engine
        if engine is None or not self.engine_thread.is_alive:
            self.tell("not sent: the engine does not run", "error")
            return False
        if self.stall.blind_s and not may_come_late(command):
            text = f"not sent: the screen had stood still {self.stall.blind_s:.0f} s when you typed that"
            self.tell(f"{text}; look, then do it again", "warning")
            return False
        engine.submit(command)
        return True

    def submit_edit(self, edit: Edit | None) -> None:
        """Hand in what came out of the settings form."""
        if edit is not None and self.submit(edit):
            self.echo.expect(self.view)
            self.tell("settings handed to the engine")

    def tell(self, text: str, severity: str = "information", longest: int = 300) -> None:
        """A short note over the screen; never markup. Each line of ``text`` is one there."""
        level = "error" if severity == "error" else "warning" if severity == "warning" else "information"
        self.notify(
            "\n".join(sanitise(line, longest) for line in text.split("\n")),
            severity=level,  # type: ignore[arg-type]
            markup=False,
            timeout=4,
        )

    # -- life --------------------------------------------------------------------------------------

    def on_unmount(self) -> None:
        """Leave the terminal's title as it was."""
        self.notifier.restore()

    def get_default_screen(self) -> MainScreen:
        """The one screen that is always there."""
        return self.main

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's and ours."""
        return [*super().get_line_filters(), *self.looks.filters]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours, for themes that do not set them."""
        return DEFAULTS

    def on_mount(self) -> None:
        """Paint first; the engine is built after the first frame."""
        self._loop_of_app = asyncio.get_running_loop()
        self.theme_changed_signal.subscribe(self, self._on_new_theme)
        self.app_resume_signal.subscribe(self, lambda _app: self.repaint())
        self.main.look(self.view)
        self.call_after_refresh(self.set_timer, FIRST_FRAME_S, self._begin)

    def on_resize(self) -> None:
        """Paint every cell: what a terminal keeps at a new size, or at one it went to and came back from,
        is its own business."""
        self.repaint()

    def on_app_focus(self) -> None:
        """Whoever had the terminal meanwhile may have drawn on it."""
        self.repaint()

    async def on_event(self, event: Event) -> None:
        """Note what a key was typed at before it does anything."""
        if isinstance(event, Key):
            self.stall.key(event.time)
            if self.presence.takes(event):
                return
        elif isinstance(event, MouseEvent) and not event.is_forwarded and self.pointer.takes(event):
            return
        await super().on_event(event)

    def leave_from_thread(self) -> None:
        """End the app, asked for by another thread; does nothing when its loop does not run."""
        loop = self._loop_of_app
        if loop is not None and not loop.is_closed():
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self.exit)

    def _begin(self) -> None:
        """Start the engine, after the questions of a first start."""
        garbage.begin()
        self._textual = textual_version.installed()
        if self._setup is None:
            self._start(None)
            return
        from tui_bot.console.setup_dialog import SetupDialog

        self.push_screen(SetupDialog(self.view, self._setup), self._start)

    def _start(self, _answered: bool | None) -> None:
        self._supervise()
        self._ticker = self.set_interval(1 / self.rate, self.tick)

    @work(exit_on_error=False, group="engine", description="engine thread")
    async def _supervise(self) -> None:
        """Start the engine and wait for its end, whatever that is."""
        thread = self.engine_thread
        thread.start()
        while thread.is_alive:  # noqa: ASYNC110 - a thread's end wakes no event of this loop
            await asyncio.sleep(0.1)
        if thread.refusal is not None:
            refusal = "\n".join(sanitise(line, 1000) for line in str(thread.refusal).splitlines())
            self.exit(return_code=thread.refusal.exit_code, message=Text(refusal))
        elif not thread.was_asked_to_stop:
            self.watch_engine.died(thread.failure)
            self.tick()

    def tick(self) -> None:
        """Take the newest snapshot and show what it changed."""
        engine = self.engine_thread.engine
        if engine is not None:
            if self.watch_engine.snap is None:
                self.watch_engine.values = engine.values
            self.watch_engine.take(engine.latest())
        self.stall.beat()
        view = self.view
        self._apply_display(view)
        with self.batch_update():
            self.main.look(view)
        self.desk.look(view)
        if heard := self.echo.heard(view):
            self.tell(heard)
        self.notifier.look(view)
        self.presence.look(view)

    def _apply_display(self, view: View) -> None:
        """Follow the settings of the display."""
        self.looks.follow(view)
        self.pointer.follow(view)
        text = view.setting("display.refresh", str(_DEFAULT_RATE))
        rate = int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= 10 else _DEFAULT_RATE
        if rate != self.rate and self._ticker is not None:
            self.rate = rate
            self._ticker.stop()
            self._ticker = self.set_interval(1 / rate, self.tick)
        known = self._textual in textual_version.KNOWN
        self.output.choose(lean=known and view.setting("display.output", "lean") == "lean")
        if why := self.output.news():
            self.tell(f"the screen is sent in full from now on ({why}); nothing else changes", "warning")

    def _on_new_theme(self, _theme: object) -> None:
        self.looks.repaint()

    # -- actions -----------------------------------------------------------------------------------

    def action_do(self, name: str) -> None:
        """Do what a key, the palette or the help stands for, or say why not."""
        action = BY_ID[name]
        if why := barred(action, self.view):
            self.tell(f"{action.label}: {why}", "warning")
            return
        getattr(self.desk, action.handler)()

    async def action_quit(self) -> None:
        """Textual's own way out leads to our dialog."""
        self.action_do("bot.quit")

    def action_help_quit(self) -> None:
        """Ctrl+c ends nothing here; say what does."""
        self.tell(f"{self.view.keymap.key('bot.quit')} quits; it asks first")

    def _fatal_error(self) -> None:
        """Say where the report is instead of showing values of variables."""
        self.engine_thread.stop()
        error = self._exception
        path = (
            write_report(error, self.crash_dir) if error is not None and self.crash_dir is not None else None
        )
        where = f"the report is in {path}" if path else "no report could be written"
        what = summary(error) if error is not None else "unknown"
        self.panic(Text(f"the console crashed ({what}); the engine was stopped; {where}"))
