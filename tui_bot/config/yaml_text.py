"""YAML as plain text with places: which key stands where, with its raw characters.

Only the part of YAML that a settings file needs is accepted: one document, keys and values, one
level of sections, one line a value. A setting that is a table may have its rows on lines below it, each
value a word or a list in brackets. Nothing is typed here, so ``NO``, ``012`` and ``1:30`` stay what was
written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from tui_bot.config.document import Document, Entry
from tui_bot.config.problem import ConfigError, Problem
from tui_bot.sanitise import sanitise

LARGEST_FILE = 64 * 1024
LONGEST_LINE = 1000

# Controls, odd line breaks, and what turns the direction of the text: a reader must see what is read.
_CONTROL = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    "|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\r(?!\n)"
)


def read(text: str, sections: frozenset[str], name: str = "config.yaml") -> Document:
    """Take a config file's text apart; ``sections`` may be left empty without being values.

    A name with a dot among them is a setting that may be a table.

    Raises ConfigError with every fault that can be seen at once.
    """
    if problem := _unreadable(text):
        raise ConfigError([problem], name)
    reader = _Reader(text, sections)
    try:
        reader.read(YAML(typ="safe", pure=True).parse(text))
    except _Enough:
        pass
    except MarkedYAMLError as error:
        reader.problems.append(_broken(error))
    except (YAMLError, ValueError, RecursionError) as error:
        reader.problems.append(Problem(None, "", f"not YAML: {sanitise(error)}", "correct the file"))
    if reader.problems:
        raise ConfigError(sorted(reader.problems, key=lambda problem: problem.line or 0), name)
    return reader.document


def _unreadable(text: str) -> Problem | None:
    if len(text.encode(errors="replace")) > LARGEST_FILE:
        return Problem(None, "", "is larger than 64 KiB", "keep only settings and short comments in it")
    if text.startswith("\ufeff"):
        return Problem(1, "", "begins with a byte order mark", "save it as plain UTF-8")
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return Problem(line, "", f"holds the control character U+{ord(found[0]):04X}", "remove it")
    for line, written in enumerate(text.split("\n"), 1):
        if len(written) > LONGEST_LINE:
            return Problem(
                line, "", f"is longer than {LONGEST_LINE} characters", "write one `key: value` a line"
            )
    return None


def _broken(error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    said = sanitise(error.problem or "it cannot be read")
    if "'\\t'" in said:
        return Problem(line, "", "a tab where YAML wants spaces", "indent with spaces")
    return Problem(line, "", f"not YAML: {said}", "write one `key: value` a line and quote odd texts")


class _Enough(Exception):
    """Reading on is not worth it: thousands of nested brackets take the parser minutes."""


class _Reader:
    """Walks the events of one file, keeping what is allowed and naming what is not."""

    def __init__(self, text: str, sections: frozenset[str]) -> None:
        self.document = Document(text)
        self.problems: list[Problem] = []
        self._sections = sections
        self._seen: dict[str, int] = {}

    def read(self, events: Iterable[Event]) -> None:
        stream = iter(events)
        documents = 0
        for event in stream:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                self._start(event, documents)
            elif isinstance(event, DocumentEndEvent) and event.explicit:
                self._refuse(event, "an end-of-document mark", "remove the line `...`")
            elif isinstance(event, MappingStartEvent) and documents == 1:
                self._mapping(event, stream, "")
            elif isinstance(event, (ScalarEvent, SequenceStartEvent, AliasEvent)) and documents == 1:
                if not (isinstance(event, ScalarEvent) and not event.value and not event.style):
                    self._refuse(event, "is not keys and values", "write `key: value` lines")
                _skip(event, stream)

    def _start(self, event: DocumentStartEvent, count: int) -> None:
        if event.version or event.tags:
            self._refuse(event, "a YAML directive", "remove the line that begins with %")
        if count == 2:
            self._refuse(event, "a second document", "keep one document: remove `---` and what follows")

    def _mapping(self, start: MappingStartEvent, stream: Iterator[Event], section: str) -> None:
        self._check(start, section)
        if start.flow_style:
            self._refuse(start, "braces", "write one `key: value` a line", section)
            _skip(start, stream)
            return
        for key in stream:
            if isinstance(key, MappingEndEvent):
                return
            value = None if isinstance(key, (SequenceStartEvent, MappingStartEvent)) else next(stream)
            if not isinstance(key, ScalarEvent) or value is None:
                self._refuse(key, "a key that is not a plain word", "write `key: value`", section)
                _skip(key, stream)
                _skip(value or next(stream), stream)
                continue
            self._pair(key, value, stream, section)

    def _pair(self, key: ScalarEvent, value: Event, stream: Iterator[Event], section: str) -> None:
        path = f"{section}.{key.value}" if section else str(key.value)
        self._check(key, path)
        if "." in key.value:
            self._refuse(key, "a key with a dot", "write the section, and its key indented below it", path)
        line = key.start_mark.line + 1
        if path in self._seen:
            self._refuse(key, f"stands twice, first on line {self._seen[path]}", "keep one of them", path)
        self._seen.setdefault(path, line)
        if isinstance(value, MappingStartEvent):
            if path in self._sections and section and not value.flow_style:
                self._check(value, path)
                self.document.heads[path] = self._entry(path, key, None)
                self._rows(path, stream)
                return
            if section:
                self._refuse(value, "is nested too deep", "settings are at most section and key", path)
                _skip(value, stream)
                return
            self.document.sections[path] = self._entry(path, key, None)
            self._mapping(value, stream, path)
        elif isinstance(value, ScalarEvent):
            self._scalar(path, key, value)
        else:
            if isinstance(value, AliasEvent):
                self._refuse(value, "an alias", "write the value itself", path)
            else:
                self._refuse(value, "a list", "settings take one value each", path)
            _skip(value, stream)

    def _rows(self, path: str, stream: Iterator[Event]) -> None:
        """The rows of a table, up to its end."""
        rows = self.document.tables.setdefault(path, {})
        for key in stream:
            if isinstance(key, MappingEndEvent):
                return
            value = None if isinstance(key, (SequenceStartEvent, MappingStartEvent)) else next(stream)
            if not isinstance(key, ScalarEvent) or value is None:
                self._refuse(key, "a key that is not a plain word", "write `name: value`", path)
                _skip(key, stream)
                _skip(value or next(stream), stream)
                continue
            self._row(path, rows, key, value, stream)

    def _row(
        self, path: str, rows: dict[str, Entry], key: ScalarEvent, value: Event, stream: Iterator[Event]
    ) -> None:
        full, line = f"{path}.{key.value}", key.start_mark.line + 1
        self._check(key, full)
        self._check(value, full)
        if key.value in rows:
            self._refuse(key, f"stands twice, first on line {rows[key.value].line}", "keep one of them", full)
        if isinstance(value, SequenceStartEvent):
            words, end = self._list(full, value, stream)
        elif isinstance(value, ScalarEvent):
            words, end = str(value.value), value.end_mark
        else:
            self._refuse(value, "is nested too deep", "write a word, or words in brackets", full)
            _skip(value, stream)
            return
        if value.start_mark.line != end.line or line != value.start_mark.line + 1:
            self._refuse(value, "a value over several lines", "write it on one line", full)
        if re.search(r"[\s=]", key.value + words) or not key.value:
            self._refuse(value, "holds a blank or =", "write words without them", full)
            return
        quote = getattr(value, "style", None) or ""
        place = value.start_mark.index, end.index
        rows.setdefault(key.value, Entry(full, words or "none", line, key.start_mark.column, *place, quote))

    def _list(self, path: str, start: SequenceStartEvent, stream: Iterator[Event]) -> tuple[str, StreamMark]:
        """The words of a list, with commas between them; where it ends."""
        words: list[str] = []
        for event in stream:
            if isinstance(event, SequenceEndEvent):
                if not start.flow_style:
                    self._refuse(start, "a list over several lines", "write it in brackets on one line", path)
                return ",".join(words), event.end_mark
            if isinstance(event, ScalarEvent):
                self._check(event, path)
                words.append("comma" if event.value == "," else str(event.value))
            else:
                self._refuse(event, "is nested too deep", "write plain words in the list", path)
                _skip(event, stream)
        raise AssertionError("the parser ends every list")

    def _scalar(self, path: str, key: ScalarEvent, value: ScalarEvent) -> None:
        self._check(value, path)
        if value.style in ("|", ">") or value.start_mark.line != value.end_mark.line:
            self._refuse(value, "a value over several lines", "write it on one line", path)
        entry = self._entry(path, key, value)
        empty = not value.value and not value.style
        if empty and path in self._sections:
            self.document.sections.setdefault(path, entry)
        else:
            self.document.entries.setdefault(path, entry)

    def _entry(self, path: str, key: ScalarEvent, value: ScalarEvent | None) -> Entry:
        line, column = key.start_mark.line + 1, key.start_mark.column
        if value is None or not (value.value or value.style):
            behind = self.document.text.find(":", key.end_mark.index) + 1
            return Entry(path, "", line, column, behind, behind, "")
        start, end = value.start_mark.index, value.end_mark.index
        return Entry(path, str(value.value), value.start_mark.line + 1, column, start, end, value.style or "")

    def _check(self, event: Event, path: str) -> None:
        if getattr(event, "anchor", None) is not None:
            self._refuse(event, "an anchor", "remove the & and its name", path)
        if getattr(event, "ctag", None) is not None:
            self._refuse(event, "a tag", "remove the ! and what belongs to it", path)

    def _refuse(self, event: Event, text: str, remedy: str, path: str = "") -> None:
        self.problems.append(Problem(event.start_mark.line + 1, sanitise(path, 60), text, remedy))


def _skip(event: Event, stream: Iterator[Event]) -> None:
    """Pass over the rest of what ``event`` begins."""
    depth = 0
    while True:
        if getattr(event, "flow_style", False):
            raise _Enough
        depth += isinstance(event, (MappingStartEvent, SequenceStartEvent))
        depth -= isinstance(event, (MappingEndEvent, SequenceEndEvent))
        if not depth:
            return
        event = next(stream)
