"""``tui-bot actions``: every action of the console with its keys, those of the config included."""

from __future__ import annotations

import sys
from pathlib import Path

from tui_bot.commands.complaint import complain
from tui_bot.config.file import find, load
from tui_bot.config.problem import ConfigError
from tui_bot.keymap.keymap import keymap
from tui_bot.keymap.reference import as_json, markdown, plain

OK, USAGE = 0, 2


def print_actions(config: Path | None, form: str) -> int:
    """Print them as ``text``, ``json`` or ``markdown``; the exit code of the process."""
    try:
        keys = keymap(load(find(config)).settings.ui.keys or "")
    except ConfigError as error:
        return complain(error, USAGE)
    sys.stdout.write({"json": as_json, "markdown": markdown, "text": plain}[form](keys))
    return OK
