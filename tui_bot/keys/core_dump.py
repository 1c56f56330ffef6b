"""A process that holds a secret leaves no image of its memory on the disk when it dies (S5)."""

from __future__ import annotations

import contextlib
import resource


def forbid_core_dumps() -> None:
    """Set the limit on the size of core files to nothing, for this process and its children. Never raises."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
