"""Start the console, and end it in order whatever happens to the terminal."""

from __future__ import annotations

import os
from pathlib import Path

from tui_bot.engine.handle import Launch


def run_console(launch: Launch, *, mode: str = "", theme_dir: Path | None = None, state_dir: Path | None = None, crash_dir: Path | None = None) -> int:
    """Show the console until a person or a signal ends it; returns the exit code."""
    os.environ.setdefault("TEXTUAL_FPS", "120")
    from tui_bot.console.app import ConsoleApp

    app = ConsoleApp(launch, mode=mode, theme_dir=theme_dir, state_dir=state_dir, crash_dir=crash_dir)
    app.run(mouse=False)
    return app.return_code or 0
