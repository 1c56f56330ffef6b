"""What the terminal can show, by what its environment says of it."""

from __future__ import annotations

from collections.abc import Mapping

#: Terminals whose fonts hold few or none of our signs.
_PLAIN = ("linux", "vt", "cons25", "sun", "ansi", "dumb")


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
