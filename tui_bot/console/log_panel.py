"""The signal log: follows the newest line, holds still while others are read, is filtered and searched."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click, Resize

from tui_bot.console.canvas import Canvas
from tui_bot.console.list_panel import NOTCH
from tui_bot.console.log_book import LogBook
from tui_bot.console.log_kind import Kind
from tui_bot.console.mouse import Wheel
from tui_bot.console.rows import Row, lit, row, rule
from tui_bot.console.watch import View
from tui_bot.engine.records import Record
from tui_bot.keymap.keymap import DEFAULT

#: Characters of a line that are copied at most.
COPIED = 1000


class LogPanel(Wheel, Canvas, can_focus=True):
    """The records of the snapshots, worded. What is below the window was not read yet."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "app.do('log.hit_older')", "Older hit", id="log_panel.older", show=False),
        Binding("N", "app.do('log.hit_newer')", "Newer hit", id="log_panel.newer", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.book = LogBook()
        self._keymap = DEFAULT

    @property
    def is_following(self) -> bool:
        """Whether the newest line is in the window."""
        return self.book.is_following

    @property
    def lowest(self) -> Record | None:
        """The record under the cursor; while the newest is followed, that one."""
        return self.book.here or self.book.newest

    def look(self, view: View) -> None:
        """Take in the records that are new."""
        self._keymap = view.keymap
        if view.snap is not None:
            transport = view.snap.transport
            self.book.follow_cuts(transport.cuts if transport is not None else 0)
            self.book.shape(self.size.width, view.decimals)
            self.book.take(view.snap.log)
        self._show()

    def on_resize(self, _event: Resize) -> None:
        """Wrap everything for the new width."""
        self.book.shape(self.size.width, self.book.decimals)
        self._show()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show the focus by shape, not only by colour; no style depends on it."""
        self._show()

    def roll(self, notches: int) -> None:
        """The wheel moves the window."""
        self.book.scroll(NOTCH * notches, self._room)
        self._show()

    def on_click(self, event: Click) -> None:
        """The line that was clicked is under the cursor."""
        window = self.book.window(self._room)
        if 0 < event.y <= len(window):
            self.book.choose_line(window[event.y - 1][0], self._room)
            self._show()

    def move(self, by: int) -> None:
        """Another line under the cursor; beyond the newest line it follows again."""
        self.book.move(by, self._room)
        self._show()

    def page(self, pages: int) -> None:
        """Move by the window's own height."""
        self.book.page(pages, self._room)
        self._show()

    def oldest(self) -> None:
        """Show the first lines that are kept."""
        self.book.oldest(self._room)
        self._show()

    def follow(self) -> None:
        """Follow the newest line."""
        self.book.follow()
        self._show()

    def choose(self, kind: Kind) -> None:
        """Show other lines."""
        self.book.choose(kind)
        self._show()

    def search(self, pattern: str) -> bool:
        """Look for a text; whether it is there."""
        found = self.book.search(pattern, self._room)
        self._show()
        return found

    def hit(self, way: int) -> bool:
        """The next line with the text, older or newer; whether any."""
        found = self.book.hit(way, self._room)
        self._show()
        return found

    def sentence(self) -> str:
        """The line under the cursor as text, empty without any."""
        here = self.lowest
        return "" if here is None else self.book.sentence(here)[:COPIED]

    @property
    def _room(self) -> int:
        return max(self.size.height - 1, 0)

    def _show(self) -> None:
        book, width = self.book, self.size.width
        newest = self._keymap.key("log.newest")
        badge: Row = ()
        if not book.is_following:
            text = f" {book.unread} new ↓ {newest} " if book.unread else f" held · {newest} returns "
            badge = ((text, "key bold"),)
        heading = rule(self._title(), width, badge)
        window = book.window(self._room)
        lines = [_marked(line, number == book.cursor, book.pattern) for number, line in window]
        self.show([lit(heading) if self.has_focus else heading, *(lines or [self._nothing()])])

    def _nothing(self) -> Row:
        """What is said where there is no line to show."""
        if self.book.kind is Kind.ALL:
            return ((" Decisions, orders and trouble, a line each. None yet.", "dim"),)
        return ((f" None of these lines yet; {self._keymap.way('log.filter')} shows others.", "dim"),)

    def _title(self) -> str:
        book, keys = self.book, self._keymap
        title = "log · UTC"
        if book.kind is not Kind.ALL:
            title += f" · {book.kind.value} only"
        if book.pattern:
            hits = book.hits
            place = hits.index(book.cursor) + 1 if book.cursor in hits else 0
            title += f" · /{book.pattern[:20]} {place or '?'} of {len(hits)}"
        if self.has_focus:
            ways = (("filter", "log.filter"), ("search", "log.search"), ("copy", "log.copy"))
            title += " · " + " ".join(f"{keys.key(action)} {word}" for word, action in ways)
        return title


def _marked(line: Row, here: bool, pattern: str) -> Row:
    """A line with the cursor before it, and the text that is looked for lit."""
    if pattern:
        line = tuple(part for text, ink in line for part in _lit(text, ink, pattern))
    if here and line and line[0][0].startswith(" "):
        return row(("▸", "key bold"), (line[0][0][1:], line[0][1]), *line[1:])
    return line


def _lit(text: str, ink: str, pattern: str) -> Row:
    place = text.casefold().find(pattern.casefold())
    if place < 0 or len(text.casefold()) != len(text):
        return ((text, ink),)
    end = place + len(pattern)
    return row((text[:place], ink), (text[place:end], "flip bold reverse"), *_lit(text[end:], ink, pattern))
