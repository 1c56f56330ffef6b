"""Keys by name: which there are, how people read them, and which must not be given away."""

from __future__ import annotations

import string
import unicodedata

_SPOKEN = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


def canonical(key: str) -> str:
    """The name of a key that was written as its character: ``question_mark`` for ``?``."""
    if len(key) != 1 or key.isalnum() or not key.isprintable():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return _SPOKEN.get(name, name)


_SIGNS = {canonical(sign): sign for sign in string.punctuation}
_MOVES = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown")

#: Keys that put a character into a field.
TYPED = frozenset({*string.ascii_letters, *string.digits, *_SIGNS, "space"})

#: Keys that every usual terminal sends, plain, over SSH and in tmux.
KNOWN = frozenset(
    {
        *TYPED,
        *_MOVES,
        *(f"shift+{move}" for move in _MOVES),
        *(f"ctrl+{move}" for move in _MOVES),
        *(f"ctrl+{letter}" for letter in string.ascii_lowercase),
        *(f"f{number}" for number in range(1, 13)),
        "enter",
        "insert",
        "delete",
    }
)

#: Keys that no action gets, and why.
FORBIDDEN = {
    "escape": "it leaves dialogs, and is lost between some clients, SSH and tmux",
    "ctrl+left_square_bracket": "terminals send it as Escape",
    "ctrl+s": "it freezes the output of many terminals",
    "ctrl+q": "terminals take it to end a freeze",
    "ctrl+z": "it would suspend the bot together with the screen",
    "ctrl+c": "it interrupts programs by habit",
    "ctrl+i": "terminals send it as Tab",
    "ctrl+m": "terminals send it as Enter",
    "ctrl+j": "terminals send it as Enter",
    "ctrl+h": "terminals send it as Backspace",
    "tab": "it moves between the fields of a dialog",
    "shift+tab": "it moves between the fields of a dialog",
    "backspace": "it erases in fields",
}

#: Keys that reach an action from any screen: nothing is typed by them and no dialog uses them.
EVERYWHERE = tuple(f"f{number}" for number in (4, *range(9, 13)))

_SHORT = {"pageup": "pgup", "pagedown": "pgdn", "delete": "del", "insert": "ins"}


def shown(key: str) -> str:
    """The key as the footer and the help write it: ``?``, ``^l``, ``pgup``."""
    modifier, plus, plain = key.rpartition("+")
    plain = _SIGNS.get(plain, _SHORT.get(plain, plain))
    return f"^{plain}" if modifier == "ctrl" else f"{modifier}{plus}{plain}"
