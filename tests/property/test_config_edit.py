"""Random edits of randomly laid out config files change the values and nothing else."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tui_bot.config import FIELDS, ConfigError, Field, Settings, check_values, settings_of, values_of
from tui_bot.config.field import SECTIONS
from tui_bot.config.scalar import text_of
from tui_bot.config.yaml_edit import edit, scalar
from tui_bot.config.yaml_text import read

NAMES = frozenset(SECTIONS)
COMMENTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=12).map(
    lambda text: "# " + text
)
HISTORIES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)
UNSET = {"null", "Null", "NULL", "~"}


def values_for(field: Field) -> st.SearchStrategy[str]:
    """Texts that the schema allows for one field on its own."""
    if field.choices:
        return st.sampled_from(field.choices)
    if field.low is not None and field.high is not None:
        places = 0 if field.kind == "integer" else 8
        whole = st.integers(int(field.low.scaleb(places)), int(field.high.scaleb(places)))
        return whole.map(lambda number: text_of(Decimal(number).scaleb(-places)))
    texts = {
        "pair": st.from_regex(r"[A-Za-z0-9./:_-]{3,32}", fullmatch=True),
        "display.theme": st.from_regex(r"[a-z0-9][a-z0-9_-]{0,31}", fullmatch=True),
        "replay.history": HISTORIES.filter(lambda text: text not in UNSET) | st.just(""),
        "ui.keys": st.sampled_from(["", "trade.buy=B", "trade.buy=B,f5 view.theme=none"]),
        "exchange.rest": st.just("http://127.0.0.1:8080") | st.just(""),
        "paper.source_rest": st.just("http://127.0.0.1:8081") | st.just(""),
        "paper.source_websocket": st.just("ws://127.0.0.1:8081") | st.just(""),
        "unattended.hours": st.sampled_from(["", "22:00-06:30", "00:00-23:59"]),
        "network.proxy": st.just("http://proxy.example:3128") | st.just(""),
        "exchange.websocket": st.just("ws://[::1]:8080/v2") | st.just(""),
    }
    return texts[field.path]


CHANGES = st.dictionaries(st.sampled_from(FIELDS), st.none(), min_size=1, max_size=6).flatmap(
    lambda chosen: st.fixed_dictionaries({field.path: values_for(field) for field in chosen})
)


@st.composite
def layouts(draw: st.DrawFn) -> str:
    """A valid config with some of the keys, in any order, with comments, gaps and quotes anywhere."""
    held = draw(st.lists(st.sampled_from(FIELDS), unique=True))
    blocks: dict[str, list[Field]] = {}
    for field in held:
        section, _, _ = field.path.rpartition(".")
        blocks.setdefault(section or field.path, []).append(field)
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    lines: list[str] = []
    tails = st.just("") | COMMENTS.map(lambda text: "  " + text)
    for name, fields in blocks.items():
        lines += draw(st.lists(COMMENTS | st.just(""), max_size=2))
        indent = ""
        if name in NAMES:
            lines.append(f"{name}:{draw(tails)}")
            indent = " " * draw(st.integers(1, 6))
        for field in fields:
            lines += [indent + comment for comment in draw(st.lists(COMMENTS, max_size=1))]
            quote = draw(st.sampled_from(["", "", "'", '"'])) if field.default else ""
            key, gap = field.path.rpartition(".")[2], " " * draw(st.integers(1, 8))
            lines.append(f"{indent}{key}:{gap}{scalar(field.default, quote)}{draw(tails)}")
    end = draw(st.sampled_from(["", newline, newline * 2]))
    return newline.join(lines) + end


@given(layouts(), CHANGES)
def test_an_edit_changes_the_values_and_nothing_else(text: str, changes: dict[str, str]) -> None:
    document = read(text, NAMES)
    edited = edit(document, changes, NAMES)
    after = read(edited, NAMES)
    assert after.values == document.values | {path: value or "null" for path, value in changes.items()}
    kept = iter(document.entries.values())
    cut, place = "", 0
    for entry in sorted(kept, key=lambda entry: entry.start):
        if entry.path in changes:
            cut += re.escape(text[place : entry.start]) + ".*?"
            place = entry.end
    cut += re.escape(text[place:])
    if set(changes) <= set(document.entries):
        assert re.fullmatch(cut, edited, re.DOTALL)
    else:
        before, behind = re.findall(r"#[^\r\n]*", text), re.findall(r"#[^\r\n]*", edited)
        assert [comment for comment in before if comment not in behind] == []
        assert len(edited) > len(text) - sum(entry.end - entry.start for entry in document.entries.values())


@given(CHANGES)
def test_what_is_checked_is_what_is_built(changes: dict[str, str]) -> None:
    problems = check_values(changes)
    if problems:
        assert all(problem.text and problem.remedy and problem.path for problem in problems)
        return
    settings = settings_of(changes)
    assert settings_of(dict(values_of(settings))) == settings
    told = dict(values_of(settings))
    assert {path: told[path] for path in changes} == changes


@given(st.text(max_size=200) | st.text("ab:-[]{}#&*!|>'\"%@`,? \n\t", max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        read(text, NAMES)
    except ConfigError as error:
        refusal = error
    else:
        return
    assert all(line.startswith("config.yaml") for line in str(refusal).split("\n"))
    assert all(problem.remedy for problem in refusal.problems)


@given(st.dictionaries(st.sampled_from([field.path for field in FIELDS]), st.text(max_size=30)))
def test_any_values_are_taken_or_refused_in_words(values: dict[str, str]) -> None:
    for problem in check_values(values, Settings()):
        assert problem.text
        assert problem.remedy
