"""Changing values in a config file's text: nothing but the value's own characters is touched."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui_bot.config.document import Document, Entry
from tui_bot.config.problem import ConfigError, Problem
from tui_bot.config.table import unfold
from tui_bot.config.yaml_text import read

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/:-]*[A-Za-z0-9._/-])?")


def edit(document: Document, changes: Mapping[str, str], sections: frozenset[str]) -> str:
    """The text with these values (path to text; an empty one is written as null).

    A missing key goes to the end of its section, a missing section to the end of the file. The
    result is read again: raises ConfigError if it does not say exactly what was wanted.
    """
    text = document.text
    wanted = document.values | {path: value or "null" for path, value in changes.items()}
    for path in document.tables.keys() & changes.keys():
        text = _edit_table(read(text, sections), path, changes[path])
        changes = {other: value for other, value in changes.items() if other != path}
    document = read(text, sections)
    held = [(document.entries[path], value) for path, value in changes.items() if path in document.entries]
    for entry, value in sorted(held, key=lambda pair: pair[0].start, reverse=True):
        gap = " " if entry.start == entry.end else ""
        text = text[: entry.start] + gap + scalar(value, entry.quote) + text[entry.end :]
    for path, value in changes.items():
        if path not in document.entries:
            text = _insert(read(text, sections), path, scalar(value))
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


def _edit_table(document: Document, path: str, value: str) -> str:
    """The text with the rows of a table as ``value`` has them, each on its own line."""
    head, rows = document.heads[path], document.tables[path]
    wanted = unfold(value)
    text = document.text
    for name, row in sorted(rows.items(), key=lambda item: item[1].start, reverse=True):
        if name not in wanted:
            begin = text.rfind("\n", 0, row.start) + 1
            end = text.find("\n", row.end)
            text = text[:begin] + (text[end + 1 :] if end >= 0 else "")
        elif row.text != wanted[name]:
            gap = " " if row.start == row.end else ""
            text = text[: row.start] + gap + _list(wanted[name]) + text[row.end :]
    if not wanted:
        return f"{text[: head.start]} null{text[head.start :]}"
    new = [name for name in wanted if name not in rows]
    if new:
        column = min((row.column for row in rows.values()), default=head.column + 2)
        lines = [f"{' ' * column}{name}: {_list(wanted[name])}" for name in new]
        text = _below(text, head, _newline(text).join(lines))
    return text


def _list(value: str) -> str:
    """The words of a row: one plain, more in brackets."""
    words = [scalar(word) for word in value.split(",")]
    return words[0] if len(words) == 1 else f"[{', '.join(words)}]"


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
