"""The journal as a chart for a plain terminal: closes, their average, and where it bought and sold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tui_bot.engine.records import DecisionMade, Filled
from tui_bot.journal.reader import Entry
from tui_bot.market.order import Fill, Side
from tui_bot.sanitise import sanitise

_TICKS = 5
_MARGIN = 14  # about what frame and price labels take from the width


def chart(entries: Iterable[Entry], width: int, height: int, colour: bool = True) -> str:
    """The market of the newest entry, ``width`` by ``height`` cells, one candle a column at most.

    Times are UTC, prices in quote units. A sentence instead if fewer than two candles were judged.
    """
    kept = list(entries)
    pair = kept[-1].pair if kept else ""
    decisions = [entry.body for entry in kept if isinstance(entry.body, DecisionMade) and entry.pair == pair]
    decisions = decisions[-max(width - _MARGIN, 2) :]
    if len(decisions) < 2:
        return "nothing to draw yet: fewer than two candles were judged"
    since = decisions[0].decision.candle
    fills = [entry.body.fill for entry in kept if isinstance(entry.body, Filled) and entry.pair == pair]
    shown = [fill for fill in fills if fill.at_ms >= since * 1000]
    figure = _figure(pair, width, height, colour)
    _draw_lines(figure, decisions)
    _draw_fills(figure, [fill for fill in shown if fill.side is Side.BUY], "▲", "bought")
    _draw_fills(figure, [fill for fill in shown if fill.side is Side.SELL], "▼", "sold")
    _label_times(figure, since, decisions[-1].decision.candle)
    text = str(figure.build().string(colorless=not colour))
    figure.clear()
    return text


def _figure(pair: str, width: int, height: int, colour: bool) -> Any:
    import plotext  # 110 ms: only for those who ask for a chart

    plotext.terminal.limit(False, False)
    figure = plotext.figure
    figure.clear()
    figure.theme("default" if colour else "colorless")
    figure.plot_size(width, height)
    figure.title(sanitise(f"{pair}: closes, average and fills"))
    return figure


def _draw_lines(figure: Any, decisions: list[DecisionMade]) -> None:
    judged = [made.decision for made in decisions]
    averaged = [each for each in judged if each.sums]
    if averaged:
        values = [float(each.averages[-1]) for each in averaged]
        average = figure.signal([each.candle for each in averaged], values, marker="·")
        figure.draw(average.lines().label("average"))
    closes = figure.signal([each.candle for each in judged], [float(each.close) for each in judged])
    figure.draw(closes.lines().label("close"))


def _draw_fills(figure: Any, fills: list[Fill], marker: str, name: str) -> None:
    if fills:
        seconds, prices = [fill.at_ms / 1000 for fill in fills], [float(fill.price) for fill in fills]
        figure.draw(figure.signal(seconds, prices, marker=marker).label(name))


def _label_times(figure: Any, first: int, last: int) -> None:
    places = [first + (last - first) * step / (_TICKS - 1) for step in range(_TICKS)]
    form = "%H:%M" if last - first < 86_400 else "%m-%d %H:%M"
    labels = [datetime.fromtimestamp(place, UTC).strftime(form) for place in places]
    figure.ruler("x", "lower").ticks(places, labels)
