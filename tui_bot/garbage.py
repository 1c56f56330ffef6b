"""Python's collector of cyclic garbage, kept out of the start of a screen and of what that has loaded.

Nearly all that a start makes stays: to walk through it again and again is a tenth of a start, and every
later walk would hold up a key.
"""

from __future__ import annotations

import gc


def hold_off() -> None:
    """Collect nothing until ``begin``."""
    gc.disable()


def begin() -> None:
    """End a hold-off: what there is by now is looked at no more, what comes is collected as ever."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
