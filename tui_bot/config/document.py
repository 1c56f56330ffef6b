"""A config file taken apart: its keys, each with its raw value and its place in the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_bot.config.table import fold


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value. Places are character offsets; ``quote`` is ``'``, ``"`` or empty.

    ``start == end`` where the value is empty; it then stands right behind the colon.
    """

    path: str
    text: str
    line: int
    column: int
    start: int
    end: int
    quote: str


@dataclass(slots=True)
class Document:
    """What a config file says, in its order. ``sections`` are the lines of the section keys.

    ``tables`` are the settings with rows on lines of their own, by path and name; ``heads`` their keys.
    """

    text: str
    entries: dict[str, Entry] = field(default_factory=dict)
    sections: dict[str, Entry] = field(default_factory=dict)
    tables: dict[str, dict[str, Entry]] = field(default_factory=dict)
    heads: dict[str, Entry] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, str]:
        """Path to raw text; a table folded to one."""
        folded = {path: fold(texts(rows)) for path, rows in self.tables.items()}
        return {path: entry.text for path, entry in self.entries.items()} | folded

    @property
    def lines(self) -> dict[str, int]:
        """Path to line, counted from 1; sections and the rows of tables too."""
        keys = self.sections | self.entries | self.heads
        rows = {f"{path}.{name}": row for path, table in self.tables.items() for name, row in table.items()}
        return {path: entry.line for path, entry in (keys | rows).items()}


def texts(rows: Mapping[str, Entry]) -> dict[str, str]:
    """The rows of a table without their places."""
    return {name: row.text for name, row in rows.items()}
