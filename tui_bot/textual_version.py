"""Which versions of Textual the lean output was written for.

It reaches into parts of Textual that may change with any version (see ``console/output/display.py``).
"""

from __future__ import annotations

#: Tested with; with others Textual's own output is used.
KNOWN = ("8.2.8",)


def installed() -> str:
    """The version of Textual that is installed; empty when that cannot be said."""
    from importlib.metadata import PackageNotFoundError, version  # late: not needed for the first frame

    try:
        return version("textual")
    except PackageNotFoundError:
        return ""
