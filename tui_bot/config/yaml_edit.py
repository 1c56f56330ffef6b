"""Changing values in a config file's text: nothing but the value's own characters is touched."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui_bot.config.problem import ConfigError, Problem
from tui_bot.config.yaml_text import Document, Entry, read

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/:-]*[A-Za-z0-9._/-])?")


def edit(document: Document, changes: Mapping[str, str], sections: frozenset[str]) -> str:
    """The text with these values (path to text; an empty one is written as null).

    A missing key goes to the end of its section, a missing section to the end of the file. The
    result is read again: raises ConfigError if it does not say exactly what was wanted.
    """
    text = document.text
    held = [(document.entries[path], value) for path, value in changes.items() if path in document.entries]
    for entry, value in sorted(held, key=lambda pair: pair[0].start, reverse=True):
        gap = " " if entry.start == entry.end else ""
        text = text[: entry.start] + gap + scalar(value, entry.quote) + text[entry.end :]
    for path, value in changes.items():
        if path not in document.entries:
            text = _insert(read(text, sections), path, scalar(value))
    wanted = document.values | {path: value or "null" for path, value in changes.items()}
    if read(text, sections).values != wanted:
        problem = Problem(None, "", "its layout does not allow this edit", "change the value in an editor")
        raise ConfigError([problem])
    return text


def scalar(value: str, quote: str = "") -> str:
    """How a value is written: plain if that is safe, else quoted; a ``quote`` in use is kept."""
    if not value:
        return "null"
    if quote == '"' and not re.search(r'["\\]', value):
        return f'"{value}"'
    if not quote and _PLAIN.fullmatch(value) and ": " not in value:
        return value
    return "'" + value.replace("'", "''") + "'"


def _insert(document: Document, path: str, written: str) -> str:
    section, _, key = path.rpartition(".")
    if not section:
        column = min((entry.column for entry in _top(document)), default=0)
        return _append(document.text, f"{' ' * column}{key}: {written}")
    siblings = [entry for entry in document.entries.values() if entry.path.startswith(f"{section}.")]
    if siblings:
        last = max(siblings, key=lambda entry: entry.end)
        return _below(document.text, last, f"{' ' * last.column}{key}: {written}")
    if head := document.sections.get(section):
        return _below(document.text, head, f"{' ' * (head.column + 2)}{key}: {written}")
    column = min((entry.column for entry in _top(document)), default=0)
    indent = " " * column
    return _append(document.text, f"{indent}{section}:", f"{indent}  {key}: {written}")


def _top(document: Document) -> list[Entry]:
    return [entry for entry in (document.sections | document.entries).values() if "." not in entry.path]


def _below(text: str, entry: Entry, line: str) -> str:
    """The text with ``line`` after the line on which the entry ends."""
    newline = _newline(text)
    end = text.find("\n", entry.end)
    if end < 0:
        return f"{text}{newline}{line}{newline}"
    return f"{text[: end + 1]}{line}{newline}{text[end + 1 :]}"


def _append(text: str, *lines: str) -> str:
    newline = _newline(text)
    gap = newline if text and not text.endswith("\n") else ""
    return text + gap + "".join(line + newline for line in lines)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
