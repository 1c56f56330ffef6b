"""What the documents say is so: commands, keys, rooms, links."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from tests.hygiene.readme import KEYS, keys_page, with_keys
from tests.hygiene.repository import PACKAGE, README, ROOT, shown, tracked
from tui_bot.cli import build_parser

DOCUMENTS = tuple(path for path in tracked() if path.suffix == ".md")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def table(heading: str) -> list[str]:
    """The first cells of the README's table under this heading row."""
    lines = README.read_text("utf-8").splitlines()
    begin = lines.index(heading) + 2
    rows = []
    for line in lines[begin:]:
        if not line.startswith("|"):
            break
        rows.append(line.split("|")[1].strip())
    return rows


def test_the_command_table_is_the_parser_s() -> None:
    (commands,) = [
        action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction)
    ]
    named = re.findall(r"`tui-bot(?: ([a-z]+))?", " ".join(table("| command | what it does |")))
    assert {name or "run" for name in named} == set(commands.choices)


def test_the_key_table_is_the_console_s() -> None:
    text = README.read_text("utf-8")
    assert text == with_keys(text), "write it anew: make docs"


def test_the_key_page_is_the_console_s() -> None:
    assert KEYS.read_text("utf-8") == keys_page(), "write it anew: make docs"


def test_the_rooms_are_those_of_the_package() -> None:
    named = set(re.findall(r"`([a-z_]+)/`", " ".join(table("| room | what lives there |"))))
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert named == rooms


def test_each_file_the_readme_names_is_there() -> None:
    named = re.findall(r"`([a-z_]+/[a-z_/]+\.(?:py|yaml))`", README.read_text("utf-8"))
    assert named
    assert not [name for name in named if not any((base / name).exists() for base in (PACKAGE, ROOT))]


def test_each_make_target_the_readme_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README.read_text("utf-8"), re.MULTILINE))
    assert {"run", "test", "check"} <= named <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_each_relative_link_leads_somewhere(path: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(path.read_text("utf-8"))]
    local = [link for link in links if link and "://" not in link]
    assert not [link for link in local if not (path.parent / link).exists()]
