"""Every action by each of its keys, by its name where it has none: what comes of it."""

from __future__ import annotations

import pytest
from textual.command import Command, CommandList, CommandPalette

from tests.console.deeds import DEEDS
from tests.console.play import Play, console
from tests.console.swift import make_swift
from tui_bot.keymap.actions import ACTIONS, BY_ID

BY_KEY = [(action.id, key) for action in ACTIONS for key in action.keys or ("",)]


@pytest.fixture(autouse=True)
def _swift(monkeypatch: pytest.MonkeyPatch) -> None:
    make_swift(monkeypatch)


def test_every_action_has_a_deed() -> None:
    assert set(DEEDS) == set(BY_ID), "tests/console/deeds.py says of each action what its key does"


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "key"), BY_KEY, ids=[f"{name}-{key or 'palette'}" for name, key in BY_KEY])
async def test_a_key_does_what_its_action_says(name: str, key: str) -> None:
    deed = DEEDS[name]
    async with console(**deed.changes) as play:
        deed.first(play)
        await play.hurry(*deed.before)
        assert not deed.holds(play), "it must come from the key"
        if key:
            await play.hurry(key)
        else:
            await by_name(play, BY_ID[name].label)
        assert deed.holds(play)


async def by_name(play: Play, label: str) -> None:
    """Type a name into the palette and take it once nothing else stands before it."""
    await play.hurry("ctrl+p", *(letter if letter != " " else "space" for letter in label))
    found = play.app.screen.query_one(CommandList)
    for _ in range(200):
        first = found.get_option_at_index(0) if found.option_count else None
        if isinstance(first, Command) and str(first.hit.text).startswith(label):
            break
        await play.pilot.pause(0.02)
    for _ in range(2):  # the first may only go from the input to the list
        if isinstance(play.app.screen, CommandPalette):
            await play.hurry("enter")
            await play.drain()
