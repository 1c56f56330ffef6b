"""A console on the stage: a fake engine, a clock moved by hand, and keys."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import textual._wait
import textual.screen
from textual.driver import Driver
from textual.events import Key
from textual.pilot import Pilot

from tests.console.frames import frame
from tests.console.stage import FakeEngine, snapshot
from tui_bot.console.app import ConsoleApp
from tui_bot.console.dialog import Answer, Prose
from tui_bot.console.rows import text_of
from tui_bot.console.stall import Stall

#: Textual's pilot waits in steps of 20 ms until all is idle, as the screen is drawn 60 times a second for a
#: person's eyes. Tests wait for the same things in shorter steps.
HASTE = 8

textual._wait.SLEEP_GRANULARITY /= HASTE
textual._wait.SLEEP_IDLE /= HASTE
textual.screen.UPDATE_PERIOD /= HASTE  # type: ignore[misc]


class HandClock:
    """Monotonic seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.drawn = time.monotonic()
        self.is_read = True

    def __call__(self) -> float:
        return self.now

    def stall(self) -> Stall:
        """Of a screen that moves unless ``drawn`` passes, at a terminal that reads unless told not to."""
        return Stall(lambda: self.drawn, lambda: self.is_read)


class Play:
    """One running console."""

    def __init__(self, app: ConsoleApp, pilot: Pilot[None], engine: FakeEngine, clock: HandClock) -> None:
        self.app, self.pilot, self.engine, self.clock = app, pilot, engine, clock

    async def press(self, *keys: str) -> None:
        """Press keys one after the other and let the screen settle."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type into the field that has the focus."""
        await self.press(*(_KEYS.get(letter, letter) for letter in text))

    async def publish(self, **changes: Any) -> None:
        """The engine's next snapshot, shown."""
        self.engine.publish(**changes)
        await self.settle()

    async def pass_time(self, seconds: float) -> None:
        """Time passes and the screen looks at it."""
        self.clock.now += seconds
        await self.settle()

    async def settle(self) -> None:
        """Look, and let every message be handled."""
        self.app.tick()
        await self.drain()

    async def drain(self) -> None:
        """Let every message be handled and what follows from it, without waiting for the clock."""
        for _ in range(_HOPS):
            await self.pilot._wait_for_screen()
            for screen in self.app.screen_stack:
                screen._on_timer_update()

    async def _handled(self) -> None:
        """What every part of every screen was sent so far is handled, below a dialog too."""
        stack = self.app.screen_stack
        pumps = [self.app, *(part for screen in stack for part in screen.walk_children(with_self=True))]
        done = [asyncio.Event() for _ in pumps]
        asked = [event for pump, event in zip(pumps, done, strict=True) if pump.call_later(event.set)]
        with contextlib.suppress(TimeoutError):  # a part that has just gone answers nothing
            async with asyncio.timeout(2):
                for event in asked:
                    await event.wait()

    async def hurry(self, *keys: str) -> None:
        """Press keys one after the other, each as soon as the one before has done its work."""
        for key in keys:
            typed = key if len(key) == 1 else _TYPED.get(key)
            assert self.app._driver is not None
            self.app._driver.send_message(Key(key, typed))
            await self.drain()
            await self.pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        """Another size, followed at once: for a person Textual waits a moment for more of them."""
        await self.pilot.resize_terminal(width, height)
        await self._handled()
        self.app._check_resize()
        await self.drain()
        self.app.tick()
        await self.drain()

    async def wear(self, theme: str) -> None:
        """Another theme, as far as a frame needs it."""
        if theme != self.app.theme:
            self.app.wardrobe.wear(theme)
            for _ in range(2):  # the app tells its widgets, and those their parts
                await self._handled()

    async def computed(self) -> None:
        """Wait for what is computed beside the screen."""
        beside = [worker for worker in self.app.workers if worker.group != "engine"]
        if beside:
            await self.app.workers.wait_for_complete(beside)
        await self.settle()

    async def read(self, words: str) -> None:
        """Wait for words on the screen that time or a worker brings."""
        for _ in range(200):
            if words in self.text:
                return
            await self.pilot.pause(0.02)
        raise AssertionError(f"not on the screen: {words}")

    async def answer(self, name: str) -> None:
        """Go to an answer by tab and press it."""
        for _ in range(12):
            focused = self.app.focused
            if isinstance(focused, Answer) and focused.answer == name:
                await self.press("enter")
                return
            await self.press("tab")
        raise AssertionError(f"no answer {name}")

    @property
    def text(self) -> str:
        """The screen."""
        return frame(self.app)

    @property
    def prose(self) -> str:
        """The text of the dialog on top, unwrapped."""
        found = self.app.screen.query(Prose)
        return " ".join(" ".join(text_of(line) for each in found for line in each.rows).split())

    @property
    def notes(self) -> list[str]:
        """The short notes shown over the screen."""
        return [note.message for note in self.app._notifications]


#: From the app to the screen, its widget, back to the screen, to the app, a new screen and its parts.
_HOPS = 6

_KEYS = {".": "full_stop", "-": "minus", ",": "comma", " ": "space", "[": "left_square_bracket", "/": "slash"}

_TYPED = {name: letter for letter, name in _KEYS.items()}


@asynccontextmanager
async def console(
    size: tuple[int, int] = (80, 24),
    engine: FakeEngine | None = None,
    state_dir: Path | None = None,
    crash_dir: Path | None = None,
    theme_dir: Path | None = None,
    driver: type[Driver] | None = None,
    **changes: Any,
) -> AsyncIterator[Play]:
    """A console at this size; ``changes`` are made to the stage's snapshot."""
    actor = engine if engine is not None else FakeEngine(snapshot(**changes))
    clock = HandClock()
    app = ConsoleApp(
        lambda: actor, mode="demo", clock=clock, stall=clock.stall(),
        state_dir=state_dir, crash_dir=crash_dir, theme_dir=theme_dir,
    )  # fmt: skip
    if driver is not None:
        app.driver_class = driver
    async with app.run_test(headless=driver is None, size=size, notifications=True) as pilot:
        play = Play(app, pilot, actor, clock)
        for _ in range(200):
            await pilot.pause(0.01)
            if app.engine_thread.engine is not None:
                break
        await play.settle()
        await play.settle()
        try:
            yield play
        finally:
            app.engine_thread.stop()
            app.engine_thread.join(2)
