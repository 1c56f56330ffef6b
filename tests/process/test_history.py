"""``tui-bot history`` as a process: killed in the middle, through a pipe."""

from __future__ import annotations

import json
import time
from pathlib import Path

from benchmarks.candles import write
from tests.process.places import OK, said
from tests.support.processes import Process


def test_an_import_killed_while_it_writes_leaves_nothing_and_is_done_again(tmp_path: Path) -> None:
    path, state = tmp_path / "XBTUSD_1.csv", tmp_path / "state"
    write(path, 300_000)
    arguments = "history", "import", str(path), "--state-dir", str(state)
    part = state / "history" / ".XBTUSD_1.ticks.part"
    with Process(*arguments) as process:
        until = time.monotonic() + 20
        while not part.exists() and time.monotonic() < until:
            time.sleep(0.001)
        process.kill()
    listed = said("history", "list", "--json", "--state-dir", str(state))
    again = said(*arguments)
    assert (again.returncode, again.stderr) == (OK, ""), "through a pipe there is no bar"
    assert "candles  300,000 from 2016-01-01" in again.stdout
    assert listed.stdout == "" or json.loads(listed.stdout)["candles"] == 300_000
    assert said("history", "verify", "--state-dir", str(state)).returncode == OK
    assert not part.exists()
