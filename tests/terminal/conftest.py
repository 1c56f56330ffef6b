"""These tests need tmux, which CI installs, and the machine for themselves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, loudly, where there is no tmux."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.alone)
            if not shutil.which("tmux"):
                item.add_marker(pytest.mark.skip(reason="tmux is not installed"))
