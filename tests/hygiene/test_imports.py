"""What an import drags in: a quick command line, an engine of the standard library alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.hygiene.repository import ROOT

HEAVY = {
    *("textual", "rich", "pydantic", "httpx", "websockets", "numpy", "plotext", "sqlite3", "ruamel"),
    *("starlette", "uvicorn"),
}


def loaded_by(module: str, *flags: str) -> set[str]:
    """The packages that a fresh interpreter has loaded once it has imported a module."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {module}; "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, *flags, "-c", program], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("tui_bot.cli", HEAVY | {"asyncio", "decimal"}),
        ("tui_bot.console.app", HEAVY - {"textual", "rich"}),
        ("tui_bot.console.run", HEAVY),
        ("tui_bot.paper.server", {"httpx", "websockets", "textual", "rich", "pydantic", "ruamel", "plotext"}),
        ("tui_bot.journal.reader", HEAVY - {"sqlite3"}),
        ("tui_bot.config", HEAVY - {"pydantic", "ruamel"}),
        ("tui_bot.backtest.history", HEAVY - {"numpy"}),
        ("tui_bot.session.session", {"textual", "plotext", "starlette", "uvicorn", "numpy"}),
    ],
)
def test_a_module_does_not_load_what_it_does_not_need(module: str, forbidden: set[str]) -> None:
    found = loaded_by(module) & forbidden
    assert not found, f"{module} loads {', '.join(sorted(found))}"


@pytest.mark.parametrize(
    "module",
    [
        *("tui_bot.cli", "tui_bot.engine.bot", "tui_bot.engine.runner", "tui_bot.engine.view"),
        *("tui_bot.strategy.sma_slope", "tui_bot.market.position", "tui_bot.journal.sqlite_journal"),
    ],
)
def test_a_module_lives_on_the_standard_library_alone(module: str) -> None:
    # -S: no site-packages at all, so a third party could not even be found.
    assert "tui_bot" in loaded_by(module, "-S")
