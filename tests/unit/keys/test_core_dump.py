"""Before a key is read, the process may leave no core file (S5)."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui_bot.keys.core_dump import forbid_core_dumps
from tui_bot.keys.pair import KeyFault
from tui_bot.keys.source import find_key


@pytest.fixture(autouse=True)
def _limits_as_before() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, before)


def test_s5_no_core_file_is_left() -> None:
    forbid_core_dumps()
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def test_s5_it_is_forbidden_before_a_key_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(KeyFault, match="no API key"):
        find_key(tmp_path / "none", {})
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
