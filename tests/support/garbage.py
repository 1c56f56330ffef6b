"""Less work for the garbage collector where much is loaded and little becomes garbage in circles."""

from __future__ import annotations

import gc


def collect_less() -> None:
    """What is there now stays and is not looked at again; what comes is looked at less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
