"""Where the bot keeps its state unless the person says otherwise."""

from pathlib import Path

import platformdirs


def default_state_dir() -> Path:
    """The user's own state folder, by the customs of the system."""
    return platformdirs.user_state_path("tui-bot")
