"""What a command says when it cannot do its work: on standard error, fit for any terminal."""

from __future__ import annotations

import sys

from tui_bot.sanitise import sanitise

_LONGEST = 2_000  # characters of a line


def complain(text: object, code: int) -> int:
    """Print it and return the exit code. Names and values in it may come from anywhere (F108)."""
    lines = [sanitise(line, _LONGEST) for line in str(text).splitlines()]
    sys.stderr.write("tui-bot: " + "\n".join(lines) + "\n")
    return code
