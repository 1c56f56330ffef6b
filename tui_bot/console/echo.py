"""What became of an edit, in the engine's own words: the value that counts now, and from when."""

from __future__ import annotations

from tui_bot.console.watch import View
from tui_bot.engine.records import Record, SettingsChanged

_FROM = {"now": "at once", "next candle": "from the next candle", "restart": "after a restart"}


class Echo:
    """Hears the first change that the engine keeps after an edit was handed in."""

    def __init__(self) -> None:
        self._before: Record | None = None
        self._waits = False

    def expect(self, view: View) -> None:
        """An edit was handed in."""
        self._waits, self._before = True, _newest(view)

    def heard(self, view: View) -> str:
        """The engine's word on it, once; empty before and after."""
        newest = _newest(view)
        if not self._waits or newest is None or newest == self._before:
            return ""
        self._waits = False
        return f"in effect: {said(newest.body)}" if isinstance(newest.body, SettingsChanged) else ""


def said(changed: SettingsChanged) -> str:
    """``strategy.period is 6 from the next candle``, for each change."""
    from tui_bot.config import FIELDS

    effects = {field.path: _FROM[field.effect] for field in FIELDS}
    told = (f"{one.name} is {one.after or '(none)'} {effects.get(one.name, '')}" for one in changed.changes)
    return ", ".join(text.rstrip() for text in told) or "nothing was changed"


def _newest(view: View) -> Record | None:
    return view.snap.edits[-1] if view.snap is not None and view.snap.edits else None
