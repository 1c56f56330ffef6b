"""Which keys lead to which action: the usual ones, and what a person's config puts in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_bot.keymap.action import Action
from tui_bot.keymap.actions import ACTIONS, BY_ID
from tui_bot.keymap.key import canonical, shown

#: Written instead of keys: the action is found by its name only.
NONE = "none"


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of each action. ``changed`` holds those that are not the usual ones, by the action's id."""

    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, name: str) -> tuple[str, ...]:
        """All keys of an action, in Textual's names."""
        return self.changed.get(name, BY_ID[name].keys)

    def key(self, name: str) -> str:
        """The key to show for an action, empty without one."""
        keys = self.keys(name)
        return shown(keys[0]) if keys else ""

    def way(self, name: str) -> str:
        """All keys that lead to an action, or the palette's."""
        return " ".join(shown(key) for key in self.keys(name) or self.keys("view.palette"))

    def title(self, action: Action) -> str:
        """Its name in the palette."""
        key = self.key(action.id)
        return f"{action.label}  ({key})" if key else action.label

    @property
    def owners(self) -> dict[str, str]:
        """The action of each key."""
        return {key: action.id for action in ACTIONS for key in self.keys(action.id)}


DEFAULT = Keymap()


def pairs(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """What ``action=key,key action=key`` says, in its order and unchecked; characters become names."""
    return [(name, _keys(keys)) for name, _, keys in (part.partition("=") for part in text.split())]


def keymap(text: str) -> Keymap:
    """The keymap of a text that has no faults (see ``faults``)."""
    return Keymap({name: keys for name, keys in pairs(text) if name in BY_ID and keys != BY_ID[name].keys})


def _keys(text: str) -> tuple[str, ...]:
    return () if text == NONE else tuple(canonical(key) for key in text.split(","))
