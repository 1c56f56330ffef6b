"""What is wrong with a person's keys: all of it at once, nothing mended silently."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from tui_bot.keymap.actions import BY_ID
from tui_bot.keymap.key import EVERYWHERE, FORBIDDEN, KNOWN, TYPED, shown
from tui_bot.keymap.keymap import Keymap, keymap, pairs

#: Actions that must have a key: without it nobody finds the rest, or the way out.
INDISPENSABLE = ("view.palette", "view.help", "bot.quit", "bot.panic")

Fault = tuple[str, str, str]


def faults(text: str) -> list[Fault]:
    """Every fault as (action, what, remedy); empty when the keys can be used."""
    found: list[Fault] = []
    seen: set[str] = set()
    for name, keys in pairs(text):
        if name in seen:
            found.append((name, "stands twice", "keep one of them"))
        elif name not in BY_ID:
            found.append((name, "is no action", _advice(name)))
        else:
            found += [(name, *fault) for fault in _of_keys(name, keys)]
        seen.add(name)
    return found + list(_conflicts(keymap(text)))


def _of_keys(name: str, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not keys and name in INDISPENSABLE:
        yield "must have a key", "give it one"
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield f"{_written(key)} stands twice", "keep one of them"
        if fault := _of_key(key):
            yield fault
        elif BY_ID[name].everywhere and key not in EVERYWHERE:
            yield (
                f"{_written(key)} does not reach it while text is typed or a dialog is open",
                f"use {EVERYWHERE[0]} to {EVERYWHERE[-1]}",
            )


def _of_key(key: str) -> tuple[str, str] | None:
    if not key:
        return "an empty key", "write key,key; the comma itself is `comma`; no key at all is `none`"
    if key in FORBIDDEN:
        return f"{_written(key)} cannot be given: {FORBIDDEN[key]}", "choose another key"
    if key not in KNOWN:
        near = difflib.get_close_matches(key.lower(), KNOWN, 1, 0.6)
        usual = "use a letter, digit or sign, f1 to f12, ctrl+letter, or a key that moves"
        return f"{_written(key)} is no key that every terminal sends", (
            f"did you mean {near[0]}?" if near else usual
        )
    return None


def _conflicts(keys: Keymap) -> Iterator[Fault]:
    """One fault for each key of two actions, blamed on what was changed."""
    owner: dict[str, str] = {}
    unchanged = [name for name in BY_ID if name not in keys.changed]
    for name in (*unchanged, *keys.changed):
        for key in dict.fromkeys(keys.keys(name)):
            if not key:
                continue
            first = owner.setdefault(key, name)
            if first != name:
                usual = "" if first in keys.changed else " as usual"
                yield (
                    name,
                    f"{_written(key)} is the key of {first}{usual}",
                    f"choose another, or give {first} another too",
                )


def _written(key: str) -> str:
    return shown(key) if key in TYPED else key


def _advice(name: str) -> str:
    near = difflib.get_close_matches(name, BY_ID, 1, 0.6)
    last = name.rpartition(".")[2]
    near = near or [known for known in BY_ID if known.endswith(f".{last}")]
    return f"did you mean {near[0]}?" if near else "`tui-bot actions` lists them"
