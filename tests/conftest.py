"""What all tests share."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

import pytest
from hypothesis import HealthCheck, settings

from tests.support.garbage import collect_less

settings.register_profile("commit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "commit"))

# Nothing that a test starts writes into the state folder of the person who runs it.
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="tui-bot-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_STATE_HOME"], ignore_errors=True)


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio."""
    return "asyncio"


def pytest_collection_finish() -> None:
    """All modules and tests are loaded."""
    collect_less()
