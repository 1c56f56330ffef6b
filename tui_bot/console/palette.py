"""Every action by name, found by typing a part of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.events import Key

from tui_bot.console import words
from tui_bot.console.keys import barred, offered_here
from tui_bot.console.watch import View
from tui_bot.keymap.action import Action
from tui_bot.keymap.actions import ACTIONS

if TYPE_CHECKING:
    from tui_bot.console.app import ConsoleApp


class Palette(CommandPalette):
    """Textual's palette, with the mode's word on its frame; the key that opened it closes it."""

    def __init__(self, view: View) -> None:
        super().__init__(placeholder="a part of a name", id="--command-palette")
        self._money = words.money_words(view.mode)
        self._own_keys = view.keymap.keys("view.palette")

    def on_mount(self) -> None:
        """Say whose money the actions are about."""
        self.query_one("#--input").border_title = Content(self._money)

    def on_key(self, event: Key) -> None:
        """Escape is not the only way out: it gets lost on some lines."""
        if event.key in self._own_keys:
            event.stop()
            self.dismiss(None)


class Actions(Provider):
    """The registry as commands; a barred one says why."""

    async def discover(self) -> Hits:
        """All that belong to what is shown, before anything is typed."""
        here = [action for action in ACTIONS if offered_here(action, self._app.view)]
        for action in here:
            run = partial(self._app.action_do, action.id)
            yield DiscoveryHit(self._app.view.keymap.title(action), run, help=self._help(action))

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for action in ACTIONS:
            title = self._app.view.keymap.title(action)
            score = matcher.match(f"{title} {action.description}")
            if score > 0:
                yield Hit(score, title, partial(self._app.action_do, action.id), help=self._help(action))

    @property
    def _app(self) -> ConsoleApp:
        return cast("ConsoleApp", self.app)

    def _help(self, action: Action) -> str:
        why = barred(action, self._app.view)
        return f"not now: {why}" if why else action.description
