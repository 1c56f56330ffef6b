"""These tests need tmux; CI installs it."""

from __future__ import annotations

import shutil

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, loudly, where there is no tmux."""
    if shutil.which("tmux"):
        return
    for item in items:
        if "terminal" in str(item.path):
            item.add_marker(pytest.mark.skip(reason="tmux is not installed"))
