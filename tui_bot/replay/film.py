"""The moments of a recording, unpacked only where they are looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tui_bot.engine.moment import Moment

#: Reels that are kept unpacked; half a minute of play each.
_KEPT = 16


@dataclass(frozen=True, slots=True)
class Reel:
    """Moments from ``first_ms`` to ``last_ms``; ``load`` unpacks them and gives none where it cannot."""

    first_ms: int
    last_ms: int
    load: Callable[[], Sequence[Moment]]


class Film:
    """Reels by time. What lies before the end of the one before is left out: the clock had gone back."""

    def __init__(self, reels: Sequence[Reel] = ()) -> None:
        self._reels: list[Reel] = []
        for reel in reels:
            if not self._reels or reel.first_ms >= self._reels[-1].last_ms:
                self._reels.append(reel)
        self._firsts = [reel.first_ms for reel in self._reels]
        self._loaded: OrderedDict[int, tuple[Moment, ...]] = OrderedDict()

    @property
    def ends(self) -> tuple[int, ...]:
        """Where it begins and ends, empty where there is none."""
        return (self._firsts[0], self._reels[-1].last_ms) if self._reels else ()

    def at(self, at_ms: int) -> Moment | None:
        """The newest moment not after ``at_ms``."""
        for place in range(bisect_right(self._firsts, at_ms) - 1, -1, -1):
            moments = self._load(place)
            found = bisect_right(moments, at_ms, key=lambda moment: moment.at_ms)
            if found:
                return moments[found - 1]
        return None

    def until(self, at_ms: int, then: Reel) -> Film:
        """These moments up to before ``at_ms``, and another reel after them."""

        def cut(reel: Reel) -> Reel:
            return Reel(
                reel.first_ms,
                min(reel.last_ms, at_ms - 1),
                lambda: [moment for moment in reel.load() if moment.at_ms < at_ms],
            )

        return Film([*(cut(reel) for reel in self._reels if reel.first_ms < at_ms), then])

    def __iter__(self) -> Iterator[Moment]:
        for place in range(len(self._reels)):
            yield from self._load(place)

    def _load(self, place: int) -> tuple[Moment, ...]:
        if place in self._loaded:
            self._loaded.move_to_end(place)
            return self._loaded[place]
        rising: list[Moment] = []
        for moment in self._reels[place].load():
            if not rising or moment.at_ms >= rising[-1].at_ms:
                rising.append(moment)
        self._loaded[place] = tuple(rising)
        if len(self._loaded) > _KEPT:
            self._loaded.popitem(last=False)
        return self._loaded[place]
