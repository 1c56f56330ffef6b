"""The report on a plain terminal: 80 columns and 24 lines hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from textwrap import wrap

from tui_bot.backtest.history import History
from tui_bot.backtest.report.chart import draw
from tui_bot.backtest.report.facts import Fact, money_facts, setting, title, trade_facts, verdict
from tui_bot.backtest.report.thin import curve
from tui_bot.backtest.result import Result
from tui_bot.backtest.statistics import Statistics
from tui_bot.sanitise import sanitise

#: Two columns of figures need so many cells; fewer stand below each other.
TWO_COLUMNS = 78

_INKS = {"good": "32", "bad": "31", "dim": "2", "bold": "1"}
_NAME = 16
_LEAST_CHART = 7


def report(
    history: History, result: Result, figures: Statistics, size: tuple[int, int], *, colour: bool, chart: bool
) -> str:
    """Columns and lines in ``size``; the chart takes what the figures leave, if there is a little."""
    width = max(size[0], 40)

    def ink(text: str, tone: str) -> str:
        return f"\x1b[{_INKS[tone]}m{text}\x1b[0m" if colour and tone and text else text

    def said(text: str, tone: str) -> list[str]:
        return [ink(line, tone) for line in wrap(sanitise(text, 1000), width)]

    notes = [line for note in result.notes for line in said(f"note: {note}", "dim")]
    lines = [
        *said(title(history, result), "bold"),
        *said(setting(result), "dim"),
        *_figures(result, figures, width, ink),
        *notes,
        *(closing := said(verdict(result, figures), "bold")),
    ]
    room = size[1] - len(lines) - 1
    if chart and len(result.trades) and result.candles > 1 and room >= _LEAST_CHART:
        drawn = draw(curve(history, result, 4 * width), width, min(room, max(width // 6, 12)), colour=colour)
        lines[-len(closing) : -len(closing)] = drawn
    return "\n".join(lines) + "\n"


Ink = Callable[[str, str], str]


def _figures(result: Result, figures: Statistics, width: int, ink: Ink) -> Iterator[str]:
    left, right = money_facts(result, figures), trade_facts(figures)
    if width < TWO_COLUMNS:
        yield from (_row(fact, width, ink) for fact in (*left, *right))
        return
    half = width // 2 + 2
    for one, other in zip_longest(left, right):
        yield (_row(one, half, ink) if one else " " * half) + (
            _row(other, width - half, ink).rstrip() if other else ""
        )


def _row(fact: Fact, width: int, ink: Ink) -> str:
    """Name, value, explanation, in so many cells."""
    more = f"  {fact.more}" if fact.more else ""
    plain = f"{fact.name:<{_NAME}}{fact.value}{more}"
    if len(plain) > width - 2:
        more = ""
        plain = f"{fact.name:<{_NAME}}{fact.value}"
    blank = " " * max(width - len(plain), 0)
    return f"{ink(f'{fact.name:<{_NAME}}', 'dim')}{ink(fact.value, fact.tone)}{ink(more, 'dim')}{blank}"
