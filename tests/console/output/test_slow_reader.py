"""A terminal that stops reading: each key typed meanwhile has its effect, and in the end all is shown."""

from __future__ import annotations

import asyncio
import re
import threading
import time

import pytest
from textual._xterm_parser import XTermParser
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from tests.console.output.emulator import Emulator, differences
from tests.console.play import Play, console

KEYS = 2 * MAX_QUEUED_WRITES
OLDER = "\x1b[D"
READ_OUT = re.compile(r"^ (\d\d):(\d\d)  O ")


class Terminal:
    """Reads what is written while its ``gate`` is open."""

    def __init__(self, emulator: Emulator) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.read = 0
        self._emulator = emulator

    def write(self, data: str) -> None:
        """Draw, once the gate is open."""
        self.gate.wait()
        Emulator.write(self._emulator, data)
        self.read += 1

    def flush(self) -> None:
        """Nothing is held back."""


class Sluice(Emulator):
    """The driver, with Textual's own queue of writes between the app and the terminal."""

    def start_application_mode(self) -> None:
        """The gate is open."""
        self.terminal, self.written = Terminal(self), 0
        self._queue = WriterThread(self.terminal)  # type: ignore[arg-type]
        self._queue.start()
        self._parser = XTermParser()
        super().start_application_mode()

    def stop_application_mode(self) -> None:
        """Let go of what is queued."""
        self.terminal.gate.set()
        self._queue.stop()
        super().stop_application_mode()

    def write(self, data: str) -> None:
        """Queue it; a full queue holds the app's loop."""
        self.written += 1
        self._queue.write(data)

    def type(self, text: str) -> None:
        """What the thread that reads the keyboard does with it."""
        for event in self._parser.feed(text):
            self.process_message(event)

    @property
    def is_full(self) -> bool:
        """Whether the next write holds the loop."""
        return self._queue._queue.full()


def type_at_a_stalled_terminal(driver: Sluice) -> int:
    """Each key once the one before is on its way to the screen, until the loop is held; the rest at once.

    How many were typed while the loop was held.
    """
    driver.terminal.gate.clear()
    held = 0
    for _ in range(KEYS):
        before, end = driver.written, time.monotonic() + 5
        driver.type(OLDER)
        while not driver.is_full and driver.written == before and time.monotonic() < end:
            time.sleep(0.001)
        held += driver.is_full
    driver.terminal.gate.set()
    return held


async def drained(play: Play, driver: Sluice) -> None:
    """All that was written is read."""
    for _ in range(500):
        await play.pilot.pause(0.01)
        if driver.terminal.read == driver.written and not differences(play.app):
            return


def minute(driver: Sluice) -> int:
    """The minute of the day that the chart's cursor stands on, as the terminal shows it."""
    found = next(found for row in driver.screen.display if (found := READ_OUT.match(row)))
    return int(found[1]) * 60 + int(found[2])


@pytest.mark.anyio
async def test_no_key_is_lost_at_a_terminal_that_stops_reading() -> None:
    async with console((100, 30), driver=Sluice) as play:
        driver = play.app._driver
        assert isinstance(driver, Sluice)
        assert play.app.output.is_lean
        await play.press("left")
        await drained(play, driver)
        before = minute(driver)
        held = await asyncio.to_thread(type_at_a_stalled_terminal, driver)
        await drained(play, driver)
        assert held > 10, "the loop was held while keys were typed"
        assert before - minute(driver) == KEYS
        assert not differences(play.app)
        assert not play.app.output.surprise
