"""A market and an exchange that the process tests share; they have the machine for themselves."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process.places import SPEED
from tests.support.processes import Box, alternating_history

FOLDER = Path(__file__).parent

# Who runs the tests may ignore these (nohup, a background), and a process inherits that; the bot heeds
# them, as it should.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real processes in real time."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.alone)


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market that turns at nearly every candle."""
    return alternating_history(tmp_path_factory.mktemp("market") / "XBTUSD_1.csv", 10_000)


@pytest.fixture
def box(history: Path) -> Iterator[Box]:
    """An exchange of its own for a test that trades: a key serves one state folder."""
    with Box("--speed", SPEED, "--history", str(history)) as box:
        yield box
