"""A scene: what the engine says, and which keys lead where."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from textual.widgets import Input

from tests.console.play import Play, console
from tui_bot.console.theme import Colours
from tui_bot.console.theme_files import load_all, shipped_dir

Size = tuple[int, int]
Stage = Callable[[Size], AbstractAsyncContextManager[Play]]


@dataclass(frozen=True, slots=True)
class Scene:
    """``name`` is the frame's file, ``words`` what a reader of the page should see in it.

    ``first`` happens first, then ``keys`` are pressed one after the other; ``changes`` are made to the
    stage's snapshot. ``then`` are keys that are pressed once what is computed beside the screen is there
    and ``until`` can be read. ``more`` are sizes beyond the four. ``stage`` is another console than the
    usual one. A key ``@review`` goes to that answer and presses it. Of a dialog that is ``whole`` its
    surroundings are held too.
    """

    name: str
    words: str
    keys: tuple[str, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)
    more: tuple[Size, ...] = ()
    first: Callable[[Play], Awaitable[None]] | None = None
    until: str = ""
    then: tuple[str, ...] = ()
    stage: Stage | None = None
    whole: bool = False

    @asynccontextmanager
    async def play(self, size: Size) -> AsyncIterator[Play]:
        """The console at this size, on this scene."""
        async with self.stage(size) if self.stage else console(size, **self.changes) as play:
            play.app.wardrobe._themes = dict(_themes())
            if self.first is not None:
                await self.first(play)
            await _do(play, self.keys)
            await play.computed()
            if self.until:
                await play.read(self.until)
            if self.then:
                await _do(play, self.then)
                await play.computed()
            for entry in play.app.screen.query(Input):
                entry.cursor_blink = False
            play.app.tick()
            await play.drain()
            yield play


async def _do(play: Play, keys: tuple[str, ...]) -> None:
    for key in keys:
        await (play.answer(key[1:]) if key.startswith("@") else play.hurry(key))


@cache
def _themes() -> dict[str, Colours]:
    """The shipped themes, read once for all scenes."""
    return load_all((shipped_dir(),))[0]
