"""Where things are kept unless the person says otherwise."""

from pathlib import Path

import platformdirs


def default_state_dir() -> Path:
    """The user's own state folder, by the customs of the system."""
    return platformdirs.user_state_path("tui-bot")


def user_theme_dir() -> Path:
    """Where a person's own themes are looked for."""
    return platformdirs.user_config_path("tui-bot") / "themes"


def default_key_file() -> Path:
    """Where the API key of mode live is kept."""
    return platformdirs.user_config_path("tui-bot") / "keys" / "kraken"
