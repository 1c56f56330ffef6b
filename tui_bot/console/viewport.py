"""Which part of the candles the chart shows, and where its cursor is. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Viewport:
    """``length`` is that of a candle in seconds, 0: the bot's own interval.

    ``right`` begins the rightmost candle that is shown, None: the newest, whichever that is by then.
    ``cursor`` begins the candle under the cursor, None: there is no cursor.
    """

    length: int = 0
    right: int | None = None
    cursor: int | None = None

    @property
    def follows(self) -> bool:
        """Whether the newest candle is in sight and stays there."""
        return self.right is None

    def window(self, begins: Sequence[int], width: int) -> slice:
        """Which of the candles are shown where there is room for ``width``."""
        end = len(begins) if self.right is None else bisect_right(begins, self.right)
        end = min(max(end, min(width, len(begins))), len(begins))
        return slice(max(end - width, 0), end)

    def place(self, begins: Sequence[int]) -> int | None:
        """Which candle the cursor is on; None without one or when it is gone."""
        if self.cursor is None:
            return None
        place = bisect_left(begins, self.cursor)
        return place if place < len(begins) and begins[place] == self.cursor else None

    def walked(self, begins: Sequence[int], width: int, by: int) -> Viewport:
        """The cursor ``by`` candles on, the window moved along with it.

        It begins at the newest candle; beyond that it lets go and the chart follows again.
        """
        if not begins:
            return self
        here = self.place(begins)
        if here is None:
            here = len(begins) if self.follows else self.window(begins, width).stop
        there = max(here + by, 0)
        if there >= len(begins):
            return self.newest()
        shown = self.window(begins, width)
        moved = replace(self, cursor=begins[there])
        if there < shown.start:
            return replace(moved, right=_right(begins, there + width - 1))
        return replace(moved, right=_right(begins, there)) if there >= shown.stop else moved

    def panned(self, begins: Sequence[int], width: int, by: int) -> Viewport:
        """The window ``by`` candles on; a cursor stays where it is in the window."""
        if not begins:
            return self
        shown = self.window(begins, width)
        end = min(max(shown.stop + by, min(width, len(begins))), len(begins))
        moved = replace(self, right=_right(begins, end - 1))
        here = self.place(begins)
        if here is None:
            return moved
        there = here + end - shown.stop
        return replace(moved, cursor=begins[min(max(there, max(end - width, 0)), end - 1)])

    def newest(self) -> Viewport:
        """The newest candle in sight, no cursor."""
        return Viewport(self.length)

    def oldest(self, begins: Sequence[int], width: int) -> Viewport:
        """The cursor on the first candle that is kept."""
        return self.walked(begins, width, -len(begins) - 1)

    def scaled(self, lengths: Sequence[int], by: int) -> Viewport:
        """Candles of the next longer (``by`` 1) or shorter (-1) of ``lengths``, around the same time."""
        here = lengths.index(self.length) if self.length in lengths else 0
        length = lengths[min(max(here + by, 0), len(lengths) - 1)]
        right = None if self.right is None else self.right // length * length
        cursor = None if self.cursor is None else self.cursor // length * length
        return Viewport(length, right, cursor)


def _right(begins: Sequence[int], place: int) -> int | None:
    return None if place >= len(begins) - 1 else begins[place]
