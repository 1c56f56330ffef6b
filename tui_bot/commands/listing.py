"""``tui-bot journal``: what happened, newest last, as lines, JSON or a chart."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tui_bot.commands.complaint import complain
from tui_bot.config.file import find, load
from tui_bot.config.problem import ConfigError
from tui_bot.engine.ports import JournalError
from tui_bot.journal.json_lines import json_line
from tui_bot.journal.reader import read
from tui_bot.journal.words import line

FAILED, USAGE = 1, 2


def print_journal(
    state_dir: Path, mode: str | None, config: Path | None, *, as_json: bool, chart: bool
) -> int:
    """Print the journal of ``mode``, or of the config's mode; the exit code of the process."""
    try:
        path = state_dir / (mode or mode_of(config)) / "journal.sqlite"
        if chart:
            _print_chart(path)
        else:
            form = json_line if as_json else line
            for entry in read(path):
                sys.stdout.write(form(entry) + "\n")
        sys.stdout.flush()
    except JournalError as error:
        return complain(error, FAILED)
    except ConfigError as error:
        return complain(f"{error}\n(or name the journal's --mode)", USAGE)
    return 0


def mode_of(config: Path | None) -> str:
    """The mode that the config names. Raises ConfigError."""
    mode: str = load(find(config)).settings.mode
    return mode


def _print_chart(path: Path) -> None:
    from tui_bot.journal.chart import chart

    size = shutil.get_terminal_size()
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    height = min(max(size.lines - 2, 10), 40)
    sys.stdout.write(chart(read(path), size.columns, height, colour).rstrip("\n") + "\n")
