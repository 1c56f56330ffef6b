"""Modules a reader can hold in mind: small, named for what they are, each public thing with its sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hygiene.repository import modules, shown, tracked

SOFT, HARD = 300, 500

#: A test file is read case by case, so it may be longer than what must be understood as a whole.
HARD_FOR_TESTS = 600

#: Over the soft ceiling, and why that reads better than a split.
LARGE = {
    "tui_bot/backtest/kernel.py": "numba keeps code by file: parts of the pass in another would go stale",
    "tui_bot/paper/trading.py": "every private order method of the exchange, a few lines each, in one list",
    "tui_bot/paper/exchange.py": "the exchange's one synchronous core: its steps share a clock and a batch",
    "tui_bot/engine/runner.py": "the one loop around the core: start, errands and stop share its tasks",
    "tui_bot/kraken/socket.py": "one connection's life; its states only make sense together",
}

#: A base without words of its own: only what is common to the sections below it.
UNSAID = {"Section"}

VAGUE = ("manager", "helper", "util", "misc", "common")


def test_no_module_is_larger_than_a_reader_can_hold() -> None:
    sizes = {shown(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert not {name: size for name, size in sizes.items() if size > HARD}
    large = {name: size for name, size in sizes.items() if size > SOFT and name not in LARGE}
    assert not large, f"over {SOFT} lines: split it, or say in LARGE why not"


def test_no_test_is_larger_than_a_reader_can_hold() -> None:
    tests = [path for path in tracked() if path.suffix == ".py" and path not in modules()]
    sizes = {shown(path): len(path.read_text("utf-8").splitlines()) for path in tests}
    assert not {name: size for name, size in sizes.items() if size > HARD_FOR_TESTS}


def test_modules_are_named_for_what_they_are() -> None:
    assert not [shown(path) for path in tracked() if any(word in path.stem.lower() for word in VAGUE)]


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_each_public_thing_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    missing = [name for name, node in public(tree) if not ast.get_docstring(node)]
    assert ast.get_docstring(tree) or not tree.body, "the module says nothing of itself"
    assert not set(missing) - UNSAID


Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

#: Methods that Textual or the standard library calls by name; the name says it all.
KNOWN = {"compose", "render", "render_line", "render_lines", "key", "notify"}


def public(tree: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, Documented]]:
    """Public classes, functions and methods; not what overrides a thing documented elsewhere."""
    for node in tree.body:
        if not isinstance(node, Documented) or node.name.startswith("_") or is_inherited(node):
            continue
        yield f"{prefix}{node.name}", node
        if isinstance(node, ast.ClassDef):
            yield from public(node, f"{node.name}.")


def is_inherited(node: Documented) -> bool:
    """Whether the framework's own documentation says what it does: handlers, setters, overrides."""
    if node.name in KNOWN or node.name.startswith(("on_", "watch_", "action_", "visit_")):
        return True
    if ast.unparse(node.body[0]) == "...":
        return True  # an attribute of a protocol: the class says what it is
    marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
    return bool(marks & {"override", "setter", "overload"})
