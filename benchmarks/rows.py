"""Processor time and memory of ten thousand log lines, and of a 25-level book, headless at 160x50.

Composed, made lean and written to nowhere: all but the terminal itself. Textual's table beside our rows.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen
from textual.widgets import DataTable

from benchmarks.figures import spread, verdict
from tests.console.play import console
from tests.console.stage import NOW_MS
from tui_bot.console.canvas import Canvas
from tui_bot.console.rows import Row
from tui_bot.engine.records import Note, Record

SIZE = (160, 50)
LINES, BATCH = 10_000, 100
LEVELS, REFRESHES = 25, 200


class Nowhere(HeadlessDriver):
    """A terminal that takes everything and shows nothing."""

    @property
    def is_headless(self) -> bool:
        """No: what is drawn is composed and written."""
        return False


class Book(Screen[None]):
    """The book in rows of ours."""

    def compose(self) -> ComposeResult:
        """One canvas."""
        yield Canvas(id="book")


class Table(App[None]):
    """The book in Textual's table."""

    def compose(self) -> ComposeResult:
        """One table."""
        yield DataTable()


def main() -> None:
    """Print the figures, then the goals."""
    line_ms, grown_mb = asyncio.run(_log())
    ours, theirs = asyncio.run(_book()), asyncio.run(_table())
    print(f"log, a line of {LINES}           {line_ms:.3f} ms CPU, RSS {grown_mb:+.1f} MB")
    print(f"book, rows of ours          {spread(ours, 'ms')}")
    print(f"book, Textual's table       {spread(theirs, 'ms')}")
    print(verdict("G9", "log line", line_ms, "ms CPU", 0.4))
    print(verdict("G9", f"RSS after {LINES} log lines", grown_mb, "MB", 12))
    print(verdict("G9", f"book of {LEVELS} levels, a refresh", median(ours), "ms CPU", 5))
    print(verdict("G9", "the same, to Textual's table", median(ours) / median(theirs), "x", 0.5))


async def _log() -> tuple[float, float]:
    texts = (
        "no trade: the slope keeps its sign",
        "FILLED SELL 0.0010 @ 66,871.2, fee 0.27",
        "the feed is back",
    )
    async with console(SIZE, driver=Nowhere) as play:
        snap = play.engine.newest
        assert snap is not None
        log, before, spent = snap.log, _resident_mb(), 0.0
        for number in range(LINES // BATCH):
            new = (
                Record(NOW_MS + number * BATCH + place, Note("info", texts[place % len(texts)]))
                for place in range(BATCH)
            )
            log = (*log, *new)[-500:]
            play.engine.publish(log=log)
            begin = time.process_time()
            play.app.tick()
            await play.pilot.pause()
            spent += time.process_time() - begin
        return spent / LINES * 1000, _resident_mb() - before


async def _book() -> list[float]:
    dice, times = random.Random(1), []
    async with console(SIZE, driver=Nowhere) as play:
        await play.app.push_screen(Book())
        await play.pilot.pause()
        canvas = play.app.screen.query_one(Canvas)
        canvas.styles.height = LEVELS
        await play.pilot.pause()
        for _ in range(REFRESHES):
            levels = _levels(dice)
            begin = time.process_time()
            canvas.show([_level(level) for level in levels])
            await play.pilot.pause()
            times.append((time.process_time() - begin) * 1000)
    return times


async def _table() -> list[float]:
    dice, times = random.Random(1), []
    app = Table(driver_class=Nowhere)
    async with app.run_test(headless=False, size=SIZE) as pilot:
        table = app.query_one(DataTable)
        columns = table.add_columns("price", "volume", "sum")
        keys = [table.add_row("", "", "") for _ in range(LEVELS)]
        await pilot.pause()
        for _ in range(REFRESHES):
            levels = _levels(dice)
            begin = time.process_time()
            for key, level in zip(keys, levels, strict=True):
                for column, text in zip(columns, level, strict=True):
                    table.update_cell(key, column, text)
            await pilot.pause()
            times.append((time.process_time() - begin) * 1000)
    return times


def _levels(dice: random.Random) -> list[tuple[str, str, str]]:
    total, levels = 0.0, []
    for number in range(LEVELS):
        volume = dice.random() * 3
        total += volume
        levels.append((f"{67_000 + number / 10:,.1f}", f"{volume:.4f}", f"{total:.4f}"))
    return levels


def _level(level: Sequence[str]) -> Row:
    price, volume, total = level
    return (price.rjust(12), "up"), (volume.rjust(12), "text"), (total.rjust(12), "dim")


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
