"""How a notice leaves the screen: as a bell, in the terminal's title, or as a notice of the desktop.

The sequences are OSC 2 (title, restored by xterm's title stack), OSC 9 (iTerm2, kitty, WezTerm, others) and
OSC 777 (VTE, rxvt, foot). A terminal that is not known to swallow them gets the bell instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tui_bot.console.notices import Event, Lookout, Notice
from tui_bot.console.terminal import is_plain
from tui_bot.console.watch import View
from tui_bot.sanitise import sanitise

#: One notice of a class within so many seconds; the next one says how many there were meanwhile.
GAP_S = 10.0

#: So long a notice stays in the title.
TITLE_S = 60.0

BELL: Final = "\a"
_LOUD = (Event.HALT, Event.UNKNOWN)


class Notifier:
    """Looks out and tells by the settings. ``write`` puts a text on the terminal, ``clock`` is monotonic."""

    def __init__(
        self, write: Callable[[str], None], environment: Mapping[str, str], clock: Callable[[], float]
    ) -> None:
        self._write, self._environment, self._clock = write, environment, clock
        self._lookout = Lookout()
        self._told: dict[Event, float] = {}
        self._kept_back: dict[Event, int] = {}
        self._titled: float | None = None

    def look(self, view: View) -> None:
        """Tell what has happened."""
        for notice in self._lookout.see(view):
            way = view.setting(f"notices.{notice.event.value}", "bell" if notice.event in _LOUD else "off")
            if way != "off":
                self._tell(notice, way)
        if self._titled is not None and self._clock() - self._titled > TITLE_S:
            self.restore()

    def restore(self) -> None:
        """Give the title back."""
        if self._titled is not None:
            self._titled = None
            self._write("\x1b[23;2t")

    def _tell(self, notice: Notice, way: str) -> None:
        now = self._clock()
        if now - self._told.get(notice.event, -GAP_S) < GAP_S:
            self._kept_back[notice.event] = self._kept_back.get(notice.event, 0) + 1
            return
        self._told[notice.event] = now
        more = self._kept_back.pop(notice.event, 0)
        text = f"{notice.text} (and {more} before)" if more else notice.text
        sent = "".join(self._sequence(each, text) for each in (WAYS if way == "all" else (way,)))
        # A terminal that takes none of them still has a bell, and one of it is enough.
        self._write(sent.replace(BELL * 2, BELL) if sent else BELL)

    def _sequence(self, way: str, text: str) -> str:
        if way == "bell":
            return BELL
        if way == "title" and not is_plain(self._environment):
            save = "" if self._titled is not None else "\x1b[22;2t"
            self._titled = self._clock()
            return save + title(text)
        return desktop(text, self._environment) if way == "desktop" else ""


WAYS = ("title", "desktop", "bell")


def title(text: str) -> str:
    """The sequence that sets the terminal's title; in tmux that of the pane."""
    return f"\x1b]2;{sanitise(text, 120)}\x1b\\"


def desktop(text: str, environment: Mapping[str, str]) -> str:
    """The sequence for a notice of the desktop; empty where a terminal might print it."""
    said = sanitise(text, 120).replace(";", ",")
    term = environment.get("TERM", "")
    if is_plain(environment) or not term:
        return ""
    if "VTE_VERSION" in environment or term.startswith(("rxvt", "foot")):
        sequence = f"\x1b]777;notify;tui-bot;{said}\x1b\\"
    else:
        sequence = f"\x1b]9;tui-bot: {said}\x1b\\"
    if "TMUX" in environment or term.startswith("tmux"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    # GNU screen has no way through for it.
    return "" if term.startswith("screen") else sequence
