"""The time axis: round times under the candles, and the cursor's own. Pure; UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from tui_bot.console import words
from tui_bot.console.rows import Row, row

#: Round distances between two labels, in seconds.
ROUND = (300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800, 2_419_200)

#: A label and the air around it, in cells.
ROOM = 10


def time_row(begins: Sequence[int | None], length: int, width: int, cursor: int | None = None) -> Row:
    """Labels under the columns of the candles that begin at ``begins`` (None: no candle), at the right end.

    ``length`` is the distance of two columns with candles in seconds; ``cursor`` the place in ``begins`` of
    the candle under it.
    """
    known = [place for place, begin in enumerate(begins) if begin is not None]
    span = known[-1] - known[0] + 1 if known else 1
    a_column = length * len(known) / span
    step = next((step for step in ROUND if step >= a_column * ROOM), ROUND[-1])
    line = [" "] * width
    offset = width - len(begins)
    text, at = "", 0
    if cursor is not None and (marked := begins[cursor]) is not None:
        text = f" {_label(marked, 0)} "[:width]
        at = min(max(offset + cursor - len(text) // 2, 0), width - len(text))
        line[at : at + len(text)] = text
    for place, begin in enumerate(begins):
        if begin is not None and begin % step == 0:
            _write(line, offset + place, _label(begin, step))
    left, right = "".join(line[:at]), "".join(line[at + len(text) :])
    return row((left, "dim"), (text, "key bold reverse"), (right, "dim"))


def _write(line: list[str], column: int, text: str) -> None:
    """Under its column where that fits and nothing is there yet."""
    at = column - len(text) // 2
    if (
        at < 0
        or at + len(text) > len(line)
        or any(cell != " " for cell in line[max(at - 1, 0) : at + len(text) + 1])
    ):
        return
    line[at : at + len(text)] = text


def _label(begin: int, step: int) -> str:
    moment = datetime.fromtimestamp(begin, UTC)
    if begin % 86_400 == 0 or step >= 86_400:
        return f"{moment:%d %b}"
    return words.time_of(begin * 1000)
