"""The config.yaml that is shipped: complete, the defaults, and honest in its comments."""

from __future__ import annotations

import pytest

from tui_bot.config import FIELDS, Field, Settings, default_text, load
from tui_bot.config.field import SECTIONS
from tui_bot.config.yaml_text import read

TEXT = default_text()
DOCUMENT = read(TEXT, frozenset(SECTIONS))


def test_it_has_every_field_and_no_other() -> None:
    assert list(DOCUMENT.entries) == [field.path for field in FIELDS]


def test_it_says_the_defaults() -> None:
    loaded = load(None)
    assert loaded.settings == Settings()
    assert not loaded.on_disk
    assert loaded.text == TEXT


@pytest.mark.parametrize("field", FIELDS, ids=[field.path for field in FIELDS])
def test_its_comments_are_those_of_the_schema(field: Field) -> None:
    written = TEXT.splitlines()[DOCUMENT.lines[field.path] - 1]
    unit = f" {field.unit}" if field.unit else ""
    assert written.partition("  # ")[2] == f"{field.range}{unit} | {field.effect} | {field.help}"
    assert DOCUMENT.values[field.path] == (field.default or "null")


def test_it_is_short_enough_to_read() -> None:
    assert len(TEXT.splitlines()) < 100
    assert max(map(len, TEXT.splitlines())) < 130
