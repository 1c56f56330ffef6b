"""Outside text is never markup, in any file there is (I34, F109), nor printed as it came (F108)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hygiene.repository import PACKAGE, modules, shown

MODULES = [pytest.param(path, id=shown(path)) for path in modules()]

#: Names of Rich and Textual that parse markup, whatever they are called on.
PARSERS = {"from_markup", "to_content", "render_markup"}

#: Widgets that parse the text they are given, unless told not to.
WIDGETS = {"Static", "Label", "Button", "Markdown", "Digits", "Link", "Checkbox", "RadioButton"}

#: Calls that parse a text unless they are given ``markup=False``.
UNLESS_TOLD = {"notify", "TextColumn", "Console", "Log", "RichLog"}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the last part of its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                yield function.id, node
            elif isinstance(function, ast.Attribute):
                yield function.attr, node


def markup(call: ast.Call) -> object:
    """What ``markup`` is given as, None where it is left out."""
    given = [word.value for word in call.keywords if word.arg == "markup"]
    return given[0].value if given and isinstance(given[0], ast.Constant) else (given or None)


def faults(source: str) -> list[str]:
    """The places of a module where a text would be parsed."""
    tree = ast.parse(source)
    found = [f"{call.lineno}: {name}" for name, call in calls(tree) if name in PARSERS | WIDGETS]
    found += [
        f"{call.lineno}: {name} without markup=False"
        for name, call in calls(tree)
        if name in UNLESS_TOLD and (call.args or call.keywords) and markup(call) is not False
    ]
    told = ((name, call) for name, call in calls(tree) if markup(call) not in (None, False))
    found += [f"{call.lineno}: {name} with markup" for name, call in told]
    imported = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    names = ((node.lineno, alias.name) for node in imported for alias in node.names)
    return found + [f"{line}: imports {name}" for line, name in names if name in PARSERS | WIDGETS]


@pytest.mark.parametrize("path", MODULES)
def test_i34_f109_f110_no_text_is_parsed_as_markup_anywhere(path: Path) -> None:
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "Text.from_markup(reason)",
        "from rich.text import Text\nText.from_markup('[b]x')",
        "yield Static(error)",
        "Label(f'{name}')",
        "self.notify(text)",
        "self.notify(text, markup=True)",
        "self.notify(text, markup=chosen)",
        "print_it(text, markup=True)",
        "from textual.widgets import Static",
        "console.render_markup(text)",
    ],
)
def test_the_rule_sees_every_way(source: str) -> None:
    body = source.replace("yield ", "")
    assert faults(body)


@pytest.mark.parametrize("source", ["self.notify(text, markup=False)", "Text(reason)", "Prose([row])"])
def test_the_rule_lets_plain_text_pass(source: str) -> None:
    assert not faults(source)


def test_f108_commands_complain_through_the_one_place_that_sanitises() -> None:
    own = PACKAGE / "commands" / "complaint.py"
    assert [shown(path) for path in modules() if path != own and has_complaint(path.read_text("utf-8"))] == []


def has_complaint(source: str) -> bool:
    """Whether something is written in words made of parts, with our name before them."""
    for name, call in calls(ast.parse(source)):
        if name in ("write", "print") and call.args and isinstance(call.args[0], ast.JoinedStr):
            first = call.args[0].values[0]
            if isinstance(first, ast.Constant) and str(first.value).startswith("tui-bot: "):
                return True
    return False
