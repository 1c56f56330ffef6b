"""What must not be in the repository, and what the package must carry."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import tui_bot
from tests.hygiene.repository import ROOT, shown, tracked

# Written in pieces, so that this file does not find itself.
PLACES = [f"{place}/" for place in ("/" + "work", "/" + "root", "/" + "home", "/" + "Users", "C:" + "\\")]
HOSTS = ["py" + "pi.org", "python" + "hosted", "index" + "-url", "extra" + "-index", "art" + "ifactory"]
MAKERS = [
    *("cla" + "ude", "anth" + "ropic", "open" + "ai", "chat" + "gpt", "co" + "pilot", "gem" + "ini"),
    *(r"\bl" + r"lms?\b", r"\bgp" + r"t-?\d", "language" + " model", r"\bas an a" + r"i\b"),
    *("sub" + "agents?", "assist" + r"ant\b", "co-authored" + "-by", r"\bprom" + r"pts?\b"),
]


def found(pattern: str) -> list[str]:
    """``file:line`` of every line in git that matches."""
    expression = re.compile(pattern, re.IGNORECASE)
    return [
        f"{shown(path)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if expression.search(line)
    ]


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert not found("|".join(map(re.escape, PLACES)))


def test_no_file_names_where_packages_come_from() -> None:
    assert not found("|".join(map(re.escape, HOSTS)))


def test_no_file_names_a_way_out_of_a_network() -> None:
    assert not found(r"(https?|all|no|ftp)_proxy['\"]?\s*[=:](?!.*127\.0\.0\.1)")


def test_no_file_speaks_of_its_making() -> None:
    assert not found("|".join(MAKERS))


def test_every_file_is_text_that_ends_in_a_line() -> None:
    texts = [path for path in tracked() if path.suffix in (".py", ".md", ".toml", ".yaml", ".txt", ".tcss")]
    assert not [shown(path) for path in texts if (b := path.read_bytes()) and not b.endswith(b"\n")]
    assert not [shown(path) for path in texts if b"\r" in path.read_bytes()]


def pins() -> dict[str, str]:
    """The versions that constraints.txt fixes."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)
    return {canonicalize_name(name): text for name, _, text in (line.partition("==") for line in lines)}


def needed() -> set[str]:
    """Every distribution that developing needs here, and those need in turn."""
    seen: set[str] = set()
    waiting = [("tui-bot", {"", "dev"})]
    while waiting:
        name, extras = waiting.pop()
        for text in requires(name) or ():
            requirement = Requirement(text)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
                other = canonicalize_name(requirement.name)
                if other not in seen:
                    seen.add(other)
                    waiting.append((other, {"", *requirement.extras}))
    return seen


def test_all_that_is_needed_is_pinned_to_what_is_tested() -> None:
    pinned = pins()
    for name in sorted(needed()):
        assert pinned.get(name) == version(name), name


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built once."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_carries_all_it_runs_on(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    themes = {f"tui_bot/themes/{path.name}" for path in (ROOT / "themes").glob("*.yaml")}
    assert len(themes) >= 4
    assert (
        themes | {"tui_bot/config.default.yaml", "tui_bot/console/console.tcss", "tui_bot/py.typed"} <= names
    )
    assert wheel.read("tui_bot/config.default.yaml") == (ROOT / "config.yaml").read_bytes()
    modules = {shown(path) for path in tracked() if shown(path).startswith("tui_bot/")}
    assert modules <= names


def test_the_wheel_carries_nothing_else(wheel: zipfile.ZipFile) -> None:
    info = f"tui_bot-{tui_bot.__version__}.dist-info/"
    assert not [name for name in wheel.namelist() if not name.startswith(("tui_bot/", info))]
    assert f"{info}licenses/LICENSE" in wheel.namelist()
    assert "tui-bot = tui_bot.cli:main" in wheel.read(f"{info}entry_points.txt").decode()


def test_the_version_is_the_same_everywhere(wheel: zipfile.ZipFile) -> None:
    assert version("tui-bot") == tui_bot.__version__
    assert Path(wheel.filename or "").name.startswith(f"tui_bot-{tui_bot.__version__}-")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(
        rf"^## \[{re.escape(tui_bot.__version__)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE
    )
