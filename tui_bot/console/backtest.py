"""A backtest as rows: title, candles with its trades, the account, figures, and the sentence to take away."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from tui_bot.console.raster import Bar, paint, scale_of
from tui_bot.console.rows import Row, choose, fit, row, rule, wrap
from tui_bot.sanitise import sanitise

if TYPE_CHECKING:
    from tui_bot.backtest.display import Column, Shown, Span
    from tui_bot.backtest.report.facts import Fact

#: Below this many rows only the figures named here are shown.
ROOMY = 20
FEW = ("net", "fees", "buy and hold", "drawdown", "trades", "won", "profit factor", "Sharpe")

#: Both charts need so many rows; with fewer the account stands alone.
BOTH = 8
#: Letters stand at orders as long as they are no more than one in so many columns.
APART = 2

_INKS = {"good": "up", "bad": "down", "": "text"}


def backtest_rows(found: Shown, width: int, height: int, aside: str = "") -> list[Row]:
    """All of a run in ``height`` rows: what is not needed for words is drawn on."""
    head = [row((found.title, "text bold")), row((found.setting, "dim"))]
    figures = figure_rows(found, width, roomy=height >= ROOMY)
    room = width - 1  # a broken line keeps the blank at its end
    words = wrap((), ((found.verdict, "text bold"),), room)
    for note in found.notes:
        words += wrap((("! ", "warn bold"),), ((sanitise(note, 300), "warn"),), room)
    if aside:
        words += wrap((), ((aside, "dim"),), room)
    free = height - len(head) - len(figures) - len(words)
    return [fit(line, width) for line in (*head, *chart_rows(found, width, free), *figures, *words)]


def chart_rows(found: Shown, width: int, height: int) -> list[Row]:
    """The candles with the orders that were filled, and the account below; nothing where there is no room."""
    if height < 3 or not found.columns:
        return []
    merged = merge(found.columns, width)
    account = [Bar(*each.equity) for each in merged]
    if height < BOTH:
        return _panel("account", account, width, height)
    upper = (height + 1) // 2
    orders = sum(each.bought + each.sold for each in merged)
    marked = orders * APART <= len(merged)
    said = "B S filled" if marked else f"{orders:,} orders, too many to mark"
    candles = [Bar(*each.price, marks=_letters(each) if marked else "") for each in merged]
    return [*_panel("price", candles, width, upper, said), *_panel("account", account, width, height - upper)]


def merge(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns put together so that there are no more than ``width``."""
    if len(columns) <= width:
        return list(columns)
    edges = [len(columns) * place // width for place in range(width + 1)]
    return [_together(columns[start:stop]) for start, stop in pairwise(edges)]


def figure_rows(found: Shown, width: int, *, roomy: bool) -> list[Row]:
    """Money at the left, trades at the right."""
    money, trading = (
        [fact for fact in side if roomy or fact.name in FEW] for side in (found.money, found.trading)
    )
    half = width // 2
    return [
        (*fit(_figure(left, half - 1), half), *fit(_figure(right, width - half), width - half))
        for left, right in zip_longest(money, trading)
    ]


def _figure(fact: Fact | None, width: int) -> Row:
    """With all that explains it, or its share alone, or nothing, as there is room."""
    if fact is None:
        return ()
    figure = row((f"{fact.name:<14} ", "dim"), (f"{fact.value:>9}", f"{_INKS[fact.tone]} bold"))
    share = fact.more.partition(" ")[0]
    said = (fact.more, share if share.endswith("%") else "")
    return choose(width, *(row(*figure, (f" {text}", "dim")) for text in said if text), figure)


def _panel(name: str, bars: Sequence[Bar], width: int, height: int, said: str = "") -> list[Row]:
    low, high = min(bar.low for bar in bars), max(bar.high for bar in bars)
    right = f" {said} ·" * bool(said) + f" {low:,.2f} – {high:,.2f} "
    return [
        rule(name, width, row((right, "dim"))),
        *paint(bars, scale_of(bars, height - 1, None, None), width),
    ]


def _together(columns: Sequence[Column]) -> Column:
    return type(columns[0])(
        _joined([each.price for each in columns]),
        _joined([each.equity for each in columns]),
        sum(each.bought for each in columns),
        sum(each.sold for each in columns),
    )


def _joined(spans: Sequence[Span]) -> Span:
    return (
        spans[0][0],
        max(each[1] for each in spans),
        min(each[2] for each in spans),
        spans[-1][3],
    )


def _letters(column: Column) -> str:
    return "B" * bool(column.bought) + "S" * bool(column.sold)
