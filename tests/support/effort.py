"""How hard a property is tried: a little with every change, as often as asked in a campaign."""

from __future__ import annotations

import os


def sequences(few: int) -> int:
    """`few` with every change; SEQUENCES of them, ten thousand when it is not set, under `make soak`."""
    if os.environ.get("HYPOTHESIS_PROFILE") != "soak":
        return few
    return int(os.environ.get("SEQUENCES", "10000"))
