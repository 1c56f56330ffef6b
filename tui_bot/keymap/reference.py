"""The key reference, for people and for programs."""

from __future__ import annotations

import json

from tui_bot.keymap.actions import ACTIONS, AREAS, IN_DIALOGS
from tui_bot.keymap.key import shown
from tui_bot.keymap.keymap import DEFAULT, Keymap


def key_table(keys: Keymap = DEFAULT) -> str:
    """The keys as a Markdown table, for the documentation."""
    lines = ["| key | action | what it does |", "| --- | --- | --- |"]
    for action in ACTIONS:
        names = " ".join(f"`{key}`" for key in keys.way(action.id).split())
        lines.append(f"| {names} | {action.label} (`{action.id}`) | {action.description} |")
    return "\n".join(lines) + "\n"


def markdown(keys: Keymap = DEFAULT) -> str:
    """A page: a table for each area, then the keys of dialogs."""
    parts = []
    for area, title in AREAS.items():
        rows = ["| key | id | what it does |", "| --- | --- | --- |"]
        for action in ACTIONS:
            if action.area == area:
                names = " ".join(f"`{shown(key)}`" for key in keys.keys(action.id)) or "by name"
                rows.append(f"| {names} | `{action.id}` | {action.description} |")
        parts.append(f"## {title}\n\n" + "\n".join(rows) + "\n")
    rows = ["| key | what it does |", "| --- | --- |", *(f"| {name} | {text} |" for name, text in IN_DIALOGS)]
    return "\n".join([*parts, "## In dialogs\n\n" + "\n".join(rows) + "\n"])


def as_json(keys: Keymap = DEFAULT) -> str:
    """One JSON array; its members are a contract."""
    found = [
        {
            "id": action.id,
            "label": action.label,
            "description": action.description,
            "keys": list(keys.keys(action.id)),
            "usual": list(action.keys),
        }
        for action in ACTIONS
    ]
    return json.dumps(found, indent=1) + "\n"


def plain(keys: Keymap = DEFAULT) -> str:
    """Lines to read in a terminal: keys, id, what it does; ``*`` where they are not the usual ones."""
    lines = []
    for action in ACTIONS:
        mark = "*" if action.id in keys.changed else " "
        names = " ".join(shown(key) for key in keys.keys(action.id)) or "by name"
        lines.append(f"{mark} {names:<10} {action.id:<16} {action.description}")
    return "\n".join(lines) + "\n"
