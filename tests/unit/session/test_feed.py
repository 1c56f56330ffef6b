"""Which feed a session takes, seen in what it publishes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tui_bot.engine.handle import LaunchError
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.session.box import ChildBox, demo_options
from tui_bot.session.session import RunOptions, Session


def watched(tmp_path: Path, config: str, enough: Callable[[Snapshot], bool]) -> Snapshot:
    """Run a session until a snapshot will do."""
    path = tmp_path / "config.yaml"
    path.write_text(config)
    session = Session(RunOptions(tmp_path / "state", path, "demo", speed=60))
    thread = threading.Thread(target=session.run)
    thread.start()
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            snapshot = session.latest()
            if snapshot is not None and snapshot.phase is Phase.READY and enough(snapshot):
                return snapshot
            time.sleep(0.05)
        raise AssertionError("it did not come to that in 20 s")
    finally:
        session.stop()
        thread.join()


def test_a_box_of_ours_pushes(tmp_path: Path) -> None:
    seen = watched(tmp_path, "", lambda snapshot: snapshot.feed.source == "push")
    assert seen.feed.heard_ms is not None


def test_a_box_without_a_websocket_address_is_polled(tmp_path: Path) -> None:
    with ChildBox.start(demo_options(60, 1, None)) as box:
        assert box.address.websocket == box.rest.replace("http", "ws", 1)
        config = f'exchange:\n  rest: "{box.rest}"\n'
        seen = watched(tmp_path, config, lambda snapshot: snapshot.quote is not None)
    assert seen.feed.source == "poll"


def test_a_box_whose_websocket_is_elsewhere_is_polled_and_the_trouble_told(tmp_path: Path) -> None:
    with ChildBox.start(demo_options(60, 1, None)) as box:
        config = f'exchange:\n  rest: "{box.rest}"\n  websocket: "ws://127.0.0.1:9"\n'
        seen = watched(
            tmp_path, config, lambda snapshot: snapshot.quote is not None and len(snapshot.log) > 2
        )
    assert seen.feed.source == "poll"
    assert "the live stream is away: no connection" in str(seen.log)


def test_an_address_that_is_none(tmp_path: Path) -> None:
    with ChildBox.start(demo_options(60, 1, None)) as box:
        config = f'exchange:\n  rest: "{box.rest}"\n  websocket: "ws://127.0.0.1:99999"\n'
        path = tmp_path / "config.yaml"
        path.write_text(config)
        session = Session(RunOptions(tmp_path / "state", path, "demo"))
        with pytest.raises(LaunchError, match=r"exchange\.websocket") as refused:
            session.run()
    assert refused.value.exit_code == 2
