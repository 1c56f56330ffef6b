"""The files of the project, as git knows them, or as they lie there where git does not."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tui_bot"
README = ROOT / "README.md"


@cache
def tracked() -> tuple[Path, ...]:
    """Every file in git that is still there; without git (a source archive) the modules alone."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        folders = (ROOT / "tui_bot", ROOT / "tests")
        paths = [path for folder in folders for path in folder.rglob("*.py")]
    return tuple(path for path in paths if path.is_file())


@cache
def modules() -> tuple[Path, ...]:
    """The modules of the package."""
    return tuple(path for path in tracked() if path.suffix == ".py" and path.is_relative_to(PACKAGE))


def shown(path: Path) -> str:
    """A path as people name it."""
    return str(path.relative_to(ROOT))
