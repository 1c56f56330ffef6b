"""The lines of the log as a person reads them: chosen, worded, searched, one under a cursor. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from tui_bot.console.log_kind import Kind
from tui_bot.console.log_words import record_rows, sentence
from tui_bot.console.rows import Row
from tui_bot.engine.records import Record

KEPT = 1000


class LogBook:
    """The newest records. Each keeps a number; ``cursor`` is one of them, None while the newest is followed.

    ``lines`` are the rows with the numbers of their records, ``unread`` counts records below the window.
    """

    def __init__(self) -> None:
        self.kind = Kind.ALL
        self.pattern = ""
        self.cursor: int | None = None
        self.unread = 0
        self.lines: list[tuple[int, Row]] = []
        self._records: deque[tuple[int, Record]] = deque(maxlen=KEPT)
        self._shape = (0, 2)
        self._next = 0
        self._cuts = 0
        self._bottom: int | None = None

    @property
    def decimals(self) -> int:
        """The decimals of prices."""
        return self._shape[1]

    @property
    def is_following(self) -> bool:
        """Whether the newest line is in the window."""
        return self._bottom is None

    @property
    def here(self) -> Record | None:
        """The record under the cursor."""
        return next((record for number, record in self._records if number == self.cursor), None)

    @property
    def newest(self) -> Record | None:
        """The newest record that is shown, None without any."""
        last = self.lines[-1][0] if self.lines else None
        return next((record for number, record in self._records if number == last), None)

    def take(self, log: tuple[Record, ...]) -> None:
        """Take in what is new of a snapshot's log."""
        for record in newer(log, self._records[-1][1] if self._records else None):
            self._records.append((self._next, record))
            fresh = self._worded(self._next, record)
            self.lines += fresh
            self._next += 1
            if fresh and self._bottom is not None:
                self.unread += 1
        excess = len(self.lines) - 2 * KEPT
        if excess > 0:
            del self.lines[:excess]
            if self._bottom is not None:
                self._bottom = max(self._bottom - excess, 0)

    def follow_cuts(self, cuts: int) -> None:
        """Forget what a recording that was wound back no longer knows."""
        if cuts != self._cuts:
            self._cuts = cuts
            self._records.clear()
            self.lines.clear()
            self.follow()

    def shape(self, width: int, decimals: int) -> None:
        """Wrap for this width from now on."""
        if width and self._shape != (width, decimals):
            self._shape = width, decimals
            self._word_anew()

    def choose(self, kind: Kind) -> None:
        """Other lines; the newest of them is followed."""
        self.kind = kind
        self._word_anew()
        self.follow()

    def follow(self) -> None:
        """The newest line, whatever comes."""
        self._bottom, self.cursor, self.unread = None, None, 0

    def move(self, by: int, room: int) -> None:
        """Move the cursor by so many records; beyond the newest it follows again."""
        numbers = self._numbers()
        if not numbers:
            return
        place = len(numbers) - 1 if self.cursor is None else self._place(numbers, self.cursor)
        place = max(place + by, 0)
        if place >= len(numbers):
            self.follow()
        else:
            self._hold(numbers[place], room)

    def page(self, pages: int, room: int) -> None:
        """Move it by the height of the window."""
        if not self.lines:
            return
        here = len(self.lines) - 1
        if self.cursor is not None:
            here = next((y for y, (number, _) in enumerate(self.lines) if number >= self.cursor), here)
        y = here + pages * max(room - 1, 1)
        if y >= len(self.lines):
            self.follow()
        else:
            self._hold(self.lines[max(y, 0)][0], room)

    def scroll(self, by: int, room: int) -> None:
        """Move the window by so many rows, the cursor along where it would leave it; below the newest line
        it follows again."""
        end = len(self.lines) if self._bottom is None else self._bottom
        bottom = max(end + by, min(room, len(self.lines)))
        if bottom >= len(self.lines):
            self.follow()
            return
        self._bottom = bottom
        shown = [number for number, _ in self.window(room)]
        if shown:
            here = shown[-1] if self.cursor is None else self.cursor
            self.cursor = min(max(here, shown[0]), shown[-1])

    def choose_line(self, number: int, room: int) -> None:
        """Put the cursor on this record."""
        self._hold(number, room)

    def oldest(self, room: int) -> None:
        """The first line that is kept."""
        if self.lines:
            self._hold(self.lines[0][0], room)

    def search(self, pattern: str, room: int) -> bool:
        """Look for a text from the newest line back; whether it is there. An empty one ends the search."""
        self.pattern = pattern.strip()
        return not self.pattern or self.hit(-1, room)

    def hit(self, way: int, room: int) -> bool:
        """Go to the next line with the text, older (-1) or newer (1), and round the end; whether any."""
        hits = self.hits
        if not hits:
            return False
        if self.cursor is None:
            number = hits[-1]
        elif way < 0:
            number = next((one for one in reversed(hits) if one < self.cursor), hits[-1])
        else:
            number = next((one for one in hits if one > self.cursor), hits[0])
        self._hold(number, room)
        return True

    @property
    def hits(self) -> list[int]:
        """The numbers of the lines with the text, oldest first."""
        wanted = self.pattern.casefold()
        if not wanted:
            return []
        shown = set(self._numbers())
        return [
            number
            for number, record in self._records
            if number in shown and wanted in self.sentence(record).casefold()
        ]

    def sentence(self, record: Record) -> str:
        """A record in one line of text."""
        return sentence(record, self._shape[1])

    def window(self, room: int) -> list[tuple[int, Row]]:
        """The lines that are shown."""
        end = len(self.lines) if self._bottom is None else min(self._bottom, len(self.lines))
        return self.lines[max(end - room, 0) : end]

    def _hold(self, number: int, room: int) -> None:
        """Put the cursor on a record and keep it in the window."""
        self.cursor = number
        places = [y for y, (one, _) in enumerate(self.lines) if one == number]
        if not places:
            return
        bottom = len(self.lines) if self._bottom is None else self._bottom
        bottom = min(bottom, places[0] + max(room, 1))
        bottom = max(bottom, min(places[-1] + 1, places[0] + max(room, 1)))
        self._bottom = max(bottom, min(room, len(self.lines)))
        if self._bottom >= len(self.lines):
            self.unread = 0

    def _numbers(self) -> list[int]:
        return list(dict.fromkeys(number for number, _ in self.lines))

    @staticmethod
    def _place(numbers: list[int], number: int) -> int:
        """Where a record stands, or would."""
        return next((place for place, one in enumerate(numbers) if one >= number), len(numbers) - 1)

    def _worded(self, number: int, record: Record) -> list[tuple[int, Row]]:
        width, decimals = self._shape
        if not width or not self.kind.takes(record):
            return []
        return [(number, line) for line in record_rows(record, width, decimals)]

    def _word_anew(self) -> None:
        below = 0 if self._bottom is None else len(self.lines) - self._bottom
        self.lines = [line for number, record in self._records for line in self._worded(number, record)]
        if self._bottom is not None:
            self._bottom = max(len(self.lines) - below, 0)


def newer(log: tuple[Record, ...], last: Record | None) -> Iterable[Record]:
    """The records after ``last``; all of them when it is gone from the log."""
    if last is None:
        return log
    for place in range(len(log) - 1, -1, -1):
        if log[place] is last or log[place] == last:
            return log[place + 1 :]
    return log
