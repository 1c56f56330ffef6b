"""The X-ray of a candle as a page; left and right go to the candles beside it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from tui_bot.console.dialog import Prose
from tui_bot.console.page import Page
from tui_bot.console.watch import View
from tui_bot.console.xray import xray_rows


class XrayPage(Page):
    """Why one candle was traded or not; ``begin`` None is the newest that was judged."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "Older", id="xray.older", show=False, priority=True),
        Binding("right,l", "step(1)", "Newer", id="xray.newer", show=False, priority=True),
    ]

    def __init__(self, view: View, begin: int | None) -> None:
        super().__init__("Why · ← → the candles beside it", view, (), "view.why")
        newest = view.snap.decision.candle if view.snap is not None and view.snap.decision else None
        self._begin = newest if begin is None else begin
        self._prose = Prose(xray_rows(view, self._begin))
        self._roll = VerticalScroll(self._prose, classes="fill", can_focus=False)

    def parts(self) -> Sequence[Widget]:
        """The text."""
        return (self._roll,)

    def action_step(self, by: int) -> None:
        """The candle before or after, as far as candles are kept."""
        snap = self.view.snap
        if snap is None or self._begin is None or not snap.candles:
            return
        place = bisect_left(snap.candles, self._begin, key=lambda candle: candle.begin) + by
        self._begin = snap.candles[min(max(place, 0), len(snap.candles) - 1)].begin
        self._prose.say(xray_rows(self.view, self._begin))
        self._roll.scroll_home(animate=False)
