"""What the terminal can show, by what its environment says of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

#: Terminals whose fonts hold few or none of our signs.
_PLAIN = ("linux", "vt", "cons25", "sun", "ansi", "dumb")


_GIVEN = Path("/proc/self/environ")


def environment() -> Mapping[str, str]:
    """What a person gave; where the locale is C, Python itself adds ``LC_CTYPE`` to it (PEP 538)."""
    try:
        given = dict(entry.partition(b"=")[::2] for entry in _GIVEN.read_bytes().split(b"\0"))
    except OSError:
        return os.environ
    return {**os.environ, "LC_CTYPE": os.fsdecode(given.get(b"LC_CTYPE", b""))}


def is_plain(environment: Mapping[str, str]) -> bool:
    """Whether it is a console or an old terminal, that may print what it does not know."""
    return environment.get("TERM", "").startswith(_PLAIN)


def shows_only_ascii(environment: Mapping[str, str]) -> bool:
    """Whether block characters would come out as something else.

    A locale that is not set says nothing: then the terminal is taken for one of today.
    """
    return is_plain(environment) or not _speaks_utf8(environment)


def _speaks_utf8(environment: Mapping[str, str]) -> bool:
    locale = next((environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "")
    return not locale or "utf-8" in locale.lower().replace("utf8", "utf-8")
