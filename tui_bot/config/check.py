"""Texts to settings: all faults found at once, each with its line and what to write instead."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tui_bot.config.contradictions import Contradiction
from tui_bot.config.field import BY_PATH, FIELDS, SECTIONS, Field
from tui_bot.config.problem import ConfigError, Problem
from tui_bot.config.scalar import text_of
from tui_bot.config.schema import Settings
from tui_bot.sanitise import sanitise

_SECRET = re.compile(r"secret|passw|token|api.?key|private|credential|(^|[._-])key($|[._-])", re.IGNORECASE)

#: The limits that keep a slip of a key from becoming a loss: they are raised on their own.
CAPS = ("limits.max_position", "limits.max_notional")


def values_of(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Every setting as (path, text), in the order of the config file; an unset one is an empty text."""
    return tuple((field.path, text_of(_value(settings, field.path))) for field in FIELDS)


def digest_of(settings: Settings) -> str:
    """Twelve hex digits that name these settings, however they are written or commented."""
    text = "\n".join(f"{path}={value}" for path, value in values_of(settings))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def check_values(values: Mapping[str, str], current: Settings | None = None) -> tuple[Problem, ...]:
    """What is wrong with these texts (path to text) beside the ``current`` settings (or the defaults).

    Reads and writes nothing; the problems carry no lines.
    """
    try:
        after = settings_of(values, current)
    except ConfigError as error:
        return error.problems
    return raised_caps(current, after) if current else ()


def settings_of(
    values: Mapping[str, str],
    base: Settings | None = None,
    lines: Mapping[str, int] | None = None,
    name: str = "config.yaml",
) -> Settings:
    """The settings these texts (path to text) say, the others as in ``base`` (or the defaults).

    ``lines`` are the lines to blame, by path. Raises ConfigError with every fault.
    """
    lines = lines or {}
    problems = [_unknown(path, lines.get(path)) for path in values if path not in BY_PATH]
    known = {path: text for path, text in values.items() if path in BY_PATH}
    texts = dict(values_of(base)) | known if base else known
    settings, faults = _build(texts, lines)
    if settings is None or problems or faults:
        raise ConfigError(sorted(problems + faults, key=lambda problem: problem.line or 0), name)
    return settings


def raised_caps(before: Settings, after: Settings) -> tuple[Problem, ...]:
    """The caps that an edit raises together with anything else: a cap is raised by an edit of its own."""
    old, new = dict(values_of(before)), dict(values_of(after))
    changed = [path for path in new if new[path] != old[path]]
    raised = [path for path in CAPS if _value(after, path) > _value(before, path)]
    if not raised or len(changed) == 1:
        return ()
    text = "a limit on size is raised in an edit of its own"
    return tuple(Problem(None, path, text, "save this one alone, then the rest") for path in raised)


def _value(settings: Settings, path: str) -> Any:
    value: Any = settings
    for name in path.split("."):
        value = getattr(value, name)
    return value


def _build(texts: Mapping[str, str], lines: Mapping[str, int]) -> tuple[Settings | None, list[Problem]]:
    """The settings, or their faults. Faulty values give way to the defaults to find contradictions too."""
    try:
        return Settings.model_validate(_nested(texts)), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    clashes = [found for detail in details for found in _found(detail)]
    faulty = {path: detail for detail in details if (path := ".".join(map(str, detail["loc"])))}
    problems = [_fault(BY_PATH[path], texts[path], detail, lines) for path, detail in faulty.items()]
    if faulty:
        clashes = _clashes({path: text for path, text in texts.items() if path not in faulty})
    problems += [
        Problem(_line(paths, lines), paths[0], text, remedy)
        for paths, text, remedy in clashes
        if faulty.keys().isdisjoint(paths)
    ]
    return None, problems


def _clashes(texts: Mapping[str, str]) -> list[Contradiction]:
    try:
        Settings.model_validate(_nested(texts))
    except ValidationError as error:
        return [found for detail in error.errors(include_url=False) for found in _found(detail)]
    return []


def _found(detail: ErrorDetails) -> tuple[Contradiction, ...]:
    found: tuple[Contradiction, ...] = detail["ctx"]["found"] if detail["type"] == "contradiction" else ()
    return found


def _line(paths: tuple[str, ...], lines: Mapping[str, int]) -> int | None:
    return next((lines[path] for path in paths if path in lines), None)


def _nested(texts: Mapping[str, str]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for path, text in texts.items():
        section, _, key = path.rpartition(".")
        (nested.setdefault(section, {}) if section else nested)[key] = text
    return nested


def _fault(field: Field, text: str, detail: ErrorDetails, lines: Mapping[str, int]) -> Problem:
    shown = sanitise(text, 40) if text else "an empty value"
    unit = f" {field.unit}" if field.unit else ""
    remedy = f"use {field.range}{unit}"
    match detail["type"]:
        case "greater_than_equal":
            said = f"{shown} is below {text_of(field.low)}"
        case "less_than_equal":
            said = f"{shown} is above {text_of(field.high)}"
        case "literal_error":
            said, remedy = f"{shown} is not one of the choices", f"use one of {field.range}{unit}"
        case "value_error":
            said = f"{shown} {detail['ctx']['error']!s}"
        case _:
            said = f"{shown} does not fit"
    return Problem(lines.get(field.path), field.path, said, remedy)


def _unknown(path: str, line: int | None) -> Problem:
    shown = sanitise(path, 60)
    if _SECRET.search(path):
        text = "secrets never go into config.yaml"
        return Problem(
            line, shown, text, "remove the line; if it held a real key, replace that key at Kraken"
        )
    if path in SECTIONS:
        return Problem(line, shown, "is a section", "write its keys on the lines below it, indented")
    head = path.partition(".")[0]
    if head in BY_PATH:
        return Problem(line, shown, f"{head} is one value, not a section", f"write {head}: VALUE on one line")
    return Problem(line, shown, "is no setting", _advice(path))


def _advice(path: str) -> str:
    """The setting most like ``path``: a slip of the key, or the right key in the wrong section."""
    near = difflib.get_close_matches(path, [*BY_PATH, *SECTIONS], 1, 0.7)
    if not near:
        last = path.rpartition(".")[2]
        by_key = {field.rpartition(".")[2]: field for field in BY_PATH}
        near = [by_key[key] for key in difflib.get_close_matches(last, by_key, 1, 0.75)]
    return f"did you mean {near[0]}?" if near else "remove it"
