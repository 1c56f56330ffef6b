"""An edit of the settings: saved to the file, and turned into what the bot is told."""

from __future__ import annotations

from tui_bot.config.check import values_of
from tui_bot.config.file import Loaded, save
from tui_bot.engine.commands import Change, Configure, Edit
from tui_bot.engine.settings import BotSettings
from tui_bot.session.translate import edited


def apply(edit: Edit, loaded: Loaded, running: BotSettings, rate: float) -> tuple[Loaded, Configure]:
    """Save the edit; what is loaded from now on, and the command that says so to the bot.

    Raises:
        ConfigError: it is not a good one, or the file cannot be written.
    """
    before = dict(values_of(loaded.settings))
    saved = save(loaded, dict(edit.values))
    after = values_of(saved.settings)
    changes = tuple(Change(path, before[path], text) for path, text in after if before[path] != text)
    return saved, Configure(edited(running, saved, rate), changes, after)
