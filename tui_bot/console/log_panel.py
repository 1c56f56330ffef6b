"""The signal log: follows the newest line, and holds still while older ones are read."""

from __future__ import annotations

from collections import deque
from itertools import islice

from textual.events import Resize

from tui_bot.console.canvas import Canvas
from tui_bot.console.log_words import record_rows
from tui_bot.console.rows import Row, lit, rule
from tui_bot.console.watch import View
from tui_bot.engine.records import Record
from tui_bot.keymap.keymap import DEFAULT

KEPT = 1000


class LogPanel(Canvas, can_focus=True):
    """The records of the snapshots, worded. ``held`` rows below the window were not read yet."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._records: deque[Record] = deque(maxlen=KEPT)
        self._lines: list[Row] = []
        self._worded_for = (0, 0)
        self._bottom: int | None = None
        self._unread = 0
        self._decimals = 2
        self._cuts = 0
        self._keymap = DEFAULT

    @property
    def is_following(self) -> bool:
        """Whether the newest line is in the window."""
        return self._bottom is None

    def look(self, view: View) -> None:
        """Take in the records that are new."""
        self._keymap = view.keymap
        if view.snap is None:
            self._show()
            return
        self._decimals = view.decimals
        self._follow_cuts(view)
        self._take(view.snap.log)
        self._word_anew_if_needed()
        self._show()

    def _follow_cuts(self, view: View) -> None:
        """Forget what a recording that was wound back no longer knows."""
        cuts = view.snap.transport.cuts if view.snap is not None and view.snap.transport is not None else 0
        if cuts != self._cuts:
            self._cuts, self._unread, self._bottom = cuts, 0, None
            self._records.clear()
            self._lines.clear()

    def on_resize(self, _event: Resize) -> None:
        """Wrap everything for the new width."""
        self._word_anew_if_needed()
        self._show()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the focus by shape, not only by colour."""
        super().watch_has_focus(has_focus)
        self._show()

    def scroll_lines(self, lines: int) -> None:
        """Move the window; beyond the newest line it follows again."""
        last = len(self._lines)
        bottom = (last if self._bottom is None else self._bottom) + lines
        bottom = max(bottom, min(self._room, last))
        if bottom >= last:
            self._bottom, self._unread = None, 0
        else:
            self._bottom = bottom
        self._show()

    def scroll_pages(self, pages: int) -> None:
        """Move the window by its own height."""
        self.scroll_lines(pages * max(self._room - 1, 1))

    def scroll_to_oldest(self) -> None:
        """Show the first lines that are kept."""
        self.scroll_lines(-len(self._lines))

    def scroll_to_newest(self) -> None:
        """Follow the newest line."""
        self.scroll_lines(len(self._lines))

    @property
    def lowest(self) -> Record | None:
        """The record of the lowest line that is shown."""
        if not self._worded_for[0]:
            return None
        below = 0 if self._bottom is None else len(self._lines) - self._bottom
        for record in reversed(self._records):
            below -= len(record_rows(record, *self._worded_for))
            if below < 0:
                return record
        return None

    @property
    def _room(self) -> int:
        return max(self.size.height - 1, 0)

    def _take(self, log: tuple[Record, ...]) -> None:
        fresh = _newer(log, self._records[-1] if self._records else None)
        if not fresh:
            return
        width, decimals = self._worded_for
        for record in fresh:
            self._records.append(record)
            if width:
                self._lines += record_rows(record, width, decimals)
        excess = len(self._lines) - 2 * KEPT
        if excess > 0:
            del self._lines[:excess]
            if self._bottom is not None:
                self._bottom = max(self._bottom - excess, min(self._room, len(self._lines)))
        if self._bottom is not None:
            self._unread += len(fresh)

    def _word_anew_if_needed(self) -> None:
        wanted = (self.size.width, self._decimals)
        if wanted == self._worded_for or not self.size.width:
            return
        below = 0 if self._bottom is None else len(self._lines) - self._bottom
        self._worded_for = wanted
        self._lines = [line for record in self._records for line in record_rows(record, *wanted)]
        if self._bottom is not None:
            self._bottom = max(len(self._lines) - below, min(self._room, len(self._lines)))

    def _show(self) -> None:
        width = self.size.width
        end = len(self._lines) if self._bottom is None else self._bottom
        keys = " ".join(self._keymap.key(name) for name in ("log.down", "log.up"))
        newest = self._keymap.key("log.newest")
        title = "log · UTC" + (f" · {keys} scroll, {newest} newest" if self.has_focus else "")
        badge: Row = ()
        if self._bottom is not None:
            text = f" {self._unread} new ↓ {newest} " if self._unread else f" held · {newest} returns "
            badge = ((text, "key bold"),)
        window = list(islice(self._lines, max(end - self._room, 0), end))
        heading = rule(title, width, badge)
        self.show([lit(heading) if self.has_focus else heading, *window])


def _newer(log: tuple[Record, ...], last: Record | None) -> tuple[Record, ...]:
    """The records after ``last``; all of them when it is gone from the log."""
    if last is None:
        return log
    for place in range(len(log) - 1, -1, -1):
        if log[place] is last or log[place] == last:
            return log[place + 1 :]
    return log
