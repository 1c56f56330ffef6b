"""Theme files: the shipped ones and a person's own. A bad one is reported, never fatal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError

from tui_bot.console import legible
from tui_bot.console.theme import COLOURS, DARK, Colours
from tui_bot.sanitise import sanitise

LARGEST = 64 * 1024

#: How many faults of one file are told.
MOST = 12
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class ThemeFault(Exception):
    """What is wrong with a theme file: ``str`` names file and line of each fault, one a line."""


def shipped_dir() -> Path:
    """Where the themes that come with the program are: in the wheel, or in the source tree."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def load_all(directories: Iterable[Path | None]) -> tuple[dict[str, Colours], list[str]]:
    """Every theme by name, and the faults of the files that are none. Earlier directories win names."""
    themes: dict[str, Colours] = {DARK.name: DARK}
    faults: list[str] = []
    origin: dict[str, Path] = {}
    for directory in directories:
        if directory is None or not directory.is_dir():
            continue
        for path in sorted((*directory.glob("*.yaml"), *directory.glob("*.yml"))):
            try:
                colours = load(path)
            except ThemeFault as fault:
                faults.append(str(fault))
                continue
            taken = origin.get(colours.name)
            if taken is not None:
                faults.append(f"{_shown(path)}: the name {colours.name!r} is taken by {_shown(taken)}")
                continue
            themes[colours.name], origin[colours.name] = colours, path
    return themes, faults


def load(path: Path) -> Colours:
    """Read and check one file. Raises ``ThemeFault``."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        if path.stat().st_size > LARGEST:
            raise ThemeFault(f"{_shown(path)}: too large for a theme")
        found = YAML(typ="rt").load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ThemeFault(f"{_shown(path)}: cannot be read ({type(error).__name__})") from None
    except (YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark is not None else ""
        raise ThemeFault(f"{_shown(path)}{line}: not YAML") from None
    return _checked(path, found)


def _checked(path: Path, found: Any) -> Colours:
    if not isinstance(found, Mapping):
        raise ThemeFault(f"{_shown(path)}: a theme has name, dark and colours")
    faults = list(_unknown(path, found, ("name", "dark", "colours")))
    name, dark, colours = found.get("name"), found.get("dark", True), found.get("colours")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        faults.append(f"{_where(path, found, 'name')}: name: lower-case letters, digits, - and _")
    if not isinstance(dark, bool):
        faults.append(f"{_where(path, found, 'dark')}: dark: true or false")
    if not isinstance(colours, Mapping):
        faults.append(f"{_where(path, found, 'colours')}: colours: missing")
        colours = {}
    values = _values(path, colours, faults)
    if faults:
        raise ThemeFault(_joined(faults))
    return Colours(str(name), bool(dark), values)


def _values(path: Path, colours: Any, faults: list[str]) -> dict[str, str]:
    """Every colour, those of the dark theme where the file names none; what is wrong goes to ``faults``."""
    faults += _unknown(path, colours, COLOURS)
    values = dict(DARK.values)
    for key in (key for key in colours if key in COLOURS):
        colour = _colour(colours[key])
        if isinstance(colour, Color):
            values[key] = colour.hex.lower()
        else:
            faults.append(f"{_where(path, colours, key)}: {key}: {colour.sentence}")
    terminal = {key for key in COLOURS if values[key].startswith("ansi_")}
    if terminal and len(terminal) < len(COLOURS):
        least = min(set(COLOURS) - terminal)
        faults.append(f"{_where(path, colours, least)}: {least}: with ansi_ colours all of them must be such")
    elif not faults:
        faults += [f"{_where(path, colours, key)}: {key}: {said}" for key, said in legible.faults(values)]
    return values


@dataclass(frozen=True, slots=True)
class _NoColour:
    sentence: str


def _colour(text: Any) -> Color | _NoColour:
    try:
        if not isinstance(text, str):
            raise ColorParseError("not a text")
        colour = Color.parse(text)
    except ColorParseError:
        hint = " (write it in quotes)" if text is None else ""
        return _NoColour(f"{sanitise(text, 30)!r} is no colour{hint}")
    return colour if colour.a == 1 else _NoColour("a colour one can see through")


def _unknown(path: Path, found: Any, known: Iterable[str]) -> Iterator[str]:
    for key in found:
        if key not in known:
            yield f"{_where(path, found, key)}: unknown key {sanitise(key, 40)!r}"


def _joined(faults: list[str]) -> str:
    """All of them, up to a number that can still be read."""
    more = len(faults) - MOST
    return "\n".join([*faults[:MOST], f"and {more} more"] if more > 0 else faults)


def _where(path: Path, found: Any, key: Any) -> str:
    places = getattr(getattr(found, "lc", None), "data", None) or {}
    return f"{_shown(path)} line {places[key][0] + 1}" if key in places else _shown(path)


def _shown(path: Path) -> str:
    return sanitise(path.name, 60)
