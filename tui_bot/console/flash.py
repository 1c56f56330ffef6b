"""Values that change after a rest are lit for a moment; what never rests is left alone. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui_bot.console.rows import Row

#: A value must have stood for so long before its change is worth a light, and how long that burns; seconds.
REST_S, LIT_S = 2.0, 0.6

#: Only what is drawn in this weight is a value; labels, ages and countdowns are not.
VALUE = "bold"


class Flash:
    """Remembers the values of a panel by their places. A change costs one repaint more."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int], tuple[str, float, bool]] = {}

    def lit(self, rows: Sequence[Row], now: float) -> list[Row]:
        """The rows with what has just changed on a lighter ground; ``now`` is in monotonic seconds."""
        return [
            tuple(
                (text, f"{ink} flash") if self._is_lit((y, place), text, ink, now) else (text, ink)
                for place, (text, ink) in enumerate(line)
            )
            for y, line in enumerate(rows)
        ]

    def _is_lit(self, place: tuple[int, int], text: str, ink: str, now: float) -> bool:
        if VALUE not in ink or "reverse" in ink or not any(letter.isdigit() for letter in text):
            return False
        before, since, lit = self._seen.get(place, (text, now - LIT_S, False))
        if before != text:
            lit, since = now - since >= REST_S, now
            self._seen[place] = text, since, lit
        elif place not in self._seen:
            self._seen[place] = text, since, lit
        return lit and now - since < LIT_S
