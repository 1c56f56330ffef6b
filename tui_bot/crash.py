"""What may be said of an error nobody foresaw: its kind and its place, never its values."""

from __future__ import annotations

import traceback
from pathlib import Path

from tui_bot.sanitise import sanitise

_OURS = Path(__file__).parent


def place_of(error: BaseException) -> str:
    """``KeyError at engine/bot.py:112``: the innermost line of ours that it passed through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_OURS)]
    name = type(error).__name__
    if ours:
        return sanitise(f"{name} at {Path(ours[-1].filename).relative_to(_OURS)}:{ours[-1].lineno}")
    if frames:
        return sanitise(f"{name} at {Path(frames[-1].filename).name}:{frames[-1].lineno}")
    return sanitise(name)
