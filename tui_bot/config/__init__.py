"""The settings: one schema, and the config file that is read, checked and edited by it."""

from tui_bot.config.caps import capped
from tui_bot.config.check import check_values, digest_of, settings_of, values_of
from tui_bot.config.field import FIELDS, Field
from tui_bot.config.file import Loaded, default_text, find, load, save
from tui_bot.config.problem import ConfigError, Problem
from tui_bot.config.schema import Settings

__all__ = [
    "FIELDS",
    "ConfigError",
    "Field",
    "Loaded",
    "Problem",
    "Settings",
    "capped",
    "check_values",
    "default_text",
    "digest_of",
    "find",
    "load",
    "save",
    "settings_of",
    "values_of",
]
