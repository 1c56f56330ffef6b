"""An edit of the settings that is cut off: the file is the old one or the new one, never a mix (S18, F83)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tests.support.simulation.network import Killed
from tui_bot.config.check import values_of
from tui_bot.config.file import load, save

BEFORE = "trading:\n  trade_size: 0.001  # kept\n"

#: What a save does with the system, in this order.
STEPS = {
    "config temp file written": "os.fsync",
    "config renamed": "pathlib.Path.replace",
}


def dies_at(call: str, nth: int, *, after: bool) -> Any:
    """Let the nth call of that kind be the last thing that happens."""
    owner, _, name = call.rpartition(".")
    original: Callable[..., Any] = os.fsync if owner == "os" else Path.replace
    calls = [0]

    def instead(*arguments: Any) -> Any:
        calls[0] += 1
        if calls[0] < nth:
            return original(*arguments)
        if after:
            original(*arguments)
        raise Killed

    return patch(f"{owner}.{name}", instead)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("nth", range(1, 7))
@pytest.mark.parametrize("step", STEPS)
def test_a_death_in_a_save_leaves_a_whole_file(step: str, nth: int, after: bool, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(BEFORE)
    loaded = load(path)
    try:
        with dies_at(STEPS[step], nth, after=after):
            save(loaded, {"trading.trade_size": "0.0015"})
    except Killed:
        pass
    found = dict(values_of(load(path).settings))["trading.trade_size"]
    assert found in ("0.001", "0.0015")
    assert "# kept" in path.read_text()
    assert not [left for left in tmp_path.iterdir() if left.suffix == ".new"], (
        "a process that lives tidies up"
    )
