"""How a cell looks, and the shortest way from one look to another (ECMA-48 SGR, OSC 8)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

#: What takes an attribute back; those without an entry are taken back by a reset alone.
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}

#: Attributes that are not seen on a blank.
_UNSEEN = frozenset(("1", "2", "3"))


class Look(NamedTuple):
    """SGR parameters and a link, as the terminal is told them.

    ``attributes`` are single parameters, the colours whole groups such as ``38;2;1;2;3``, empty for the
    terminal's own; ``link`` is the parameter part of OSC 8, empty for none.
    """

    attributes: tuple[str, ...] = ()
    foreground: str = ""
    background: str = ""
    link: str = ""

    @property
    def parameters(self) -> str:
        """All of it for SGR, from a fresh pen."""
        return ";".join(filter(None, (*self.attributes, self.foreground, self.background)))

    @property
    def shows_on_blank(self) -> bool:
        """Whether a blank in this look is more than its background."""
        return bool(self.link) or not _UNSEEN.issuperset(self.attributes)

    @property
    def of_blank(self) -> Look:
        """The same for the eye, for a blank."""
        return self if self.shows_on_blank else Look(background=self.background)


FRESH = Look()


def look_of(style: Style | None, system: ColorSystem) -> Look:
    """The look that a terminal with these colours gives to a style."""
    if style is None:
        return FRESH
    plain = style.without_color if style.color or style.bgcolor else style
    attributes = Strip.render_ansi(plain, system)
    front, back = style.color, style.bgcolor
    return Look(
        tuple(attributes.split(";")) if attributes else (),
        "" if front is None or front.is_default else ";".join(front.downgrade(system).get_ansi_codes()),
        "" if back is None or back.is_default else ";".join(back.downgrade(system).get_ansi_codes(False)),
        f"id={style._link_id};{style.link}" if style.link else "",
    )


@lru_cache(4096)
def turn(old: Look, new: Look) -> str:
    """What brings the pen from one look to another."""
    link = "" if old.link == new.link else f"\x1b]8;{new.link or ';'}\x1b\\"
    if old[:3] == new[:3]:
        return link
    anew = ";".join(filter(None, ("" if old[:3] == FRESH[:3] else "0", new.parameters)))
    if anew == "0":
        return "\x1b[m" + link
    step = _step(old, new)
    return f"\x1b[{anew if step is None or len(anew) <= len(step) else step}m{link}"


def _step(old: Look, new: Look) -> str | None:
    """Only what differs; None when an attribute can be taken back by a reset alone."""
    gone = [name for name in old.attributes if name not in new.attributes]
    if any(name not in _OFF for name in gone):
        return None
    off = dict.fromkeys(_OFF[name] for name in gone)
    on = [name for name in new.attributes if name not in old.attributes or _OFF.get(name) in off]
    colours = [
        after or default
        for before, after, default in (
            (old.foreground, new.foreground, "39"),
            (old.background, new.background, "49"),
        )
        if before != after
    ]
    return ";".join((*off, *on, *colours))
